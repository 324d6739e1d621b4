"""Fields that are kept as they are finished, and gone on with."""

import json
from pathlib import Path

import pytest

from inference.counting import GradeCounts
from inference.evaluation.grade_check import FieldCheck, check_field
from inference.evaluation.kept_fields import KeptError, KeptFields, Origin, check_fields
from inference.evaluation.simulated import FIRST_SEED
from tests.inference.evaluation.drawn import blind_models

ORIGIN = Origin("aa", "bb")
SHORT_S = 0.1


def field(seed: int) -> FieldCheck:
    return FieldCheck(
        seed,
        (10.0, 20.0, 30.0, 40.0),
        GradeCounts(1, 2, 3, 4),
        GradeCounts(1, 2, 3, 3),
        GradeCounts(1, 2, 3, 5),
        ((0.0, 50.0), (1.5, 60.25), (2.0, 70.0), (3.0, 80.0)),
        tuple(tuple(range(row, row + 5)) for row in range(5)),
        0.4,
        75.0,
        3.5,
    )


def test_fields_come_back_as_they_were_kept(tmp_path: Path):
    path = tmp_path / "kept.jsonl"
    kept = KeptFields(path, ORIGIN)
    kept.add(field(1))
    kept.add(field(2))
    again = KeptFields(path, ORIGIN)
    assert again.fields == [field(1), field(2)]
    again.add(field(3))
    assert KeptFields(path, ORIGIN).fields == [field(1), field(2), field(3)]


@pytest.mark.parametrize(
    "other", [Origin("cc", "bb"), Origin("aa", None), Origin("aa", "bb", settings_version=99)]
)
def test_fields_of_another_origin_are_refused_and_left_alone(tmp_path: Path, other: Origin):
    path = tmp_path / "kept.jsonl"
    KeptFields(path, ORIGIN).add(field(1))
    before = path.read_bytes()
    with pytest.raises(KeptError, match=r"kept\.jsonl"):
        KeptFields(path, other)
    assert path.read_bytes() == before


def test_a_line_that_was_half_written_is_dropped(tmp_path: Path):
    path = tmp_path / "kept.jsonl"
    KeptFields(path, ORIGIN).add(field(1))
    with path.open("a") as file:
        file.write('{"seed": 2, "mix')
    kept = KeptFields(path, ORIGIN)
    assert kept.fields == [field(1)]
    kept.add(field(2))
    assert KeptFields(path, ORIGIN).fields == [field(1), field(2)]


@pytest.mark.parametrize("line", ["{", "[]", '{"seed": 1}', "null"])
def test_a_line_that_is_no_field_is_refused(tmp_path: Path, line: str):
    path = tmp_path / "kept.jsonl"
    KeptFields(path, ORIGIN)
    with path.open("a") as file:
        file.write(line + "\n")
    with pytest.raises(KeptError, match="no field"):
        KeptFields(path, ORIGIN)


@pytest.mark.parametrize(
    "content",
    [json.dumps({"hello": 1}).encode() + b"\n", b"my notes, without an end of line", b"\xff\xfe\n"],
)
def test_any_other_file_is_refused_and_left_alone(tmp_path: Path, content: bytes):
    path = tmp_path / "kept.jsonl"
    path.write_bytes(content)
    with pytest.raises(KeptError, match="name a new file"):
        KeptFields(path, ORIGIN)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_beside_that_ends_in_part_is_left_alone(tmp_path: Path):
    other = tmp_path / "kept.jsonl.part"
    other.write_text("of someone else")
    KeptFields(tmp_path / "kept.jsonl", ORIGIN).add(field(1))
    assert other.read_text() == "of someone else"


@pytest.mark.timeout(180)
def test_two_processes_find_what_one_finds():
    seeds = [FIRST_SEED + 1, FIRST_SEED + 4]
    found = sorted(check_fields(seeds, blind_models, 2, SHORT_S), key=lambda one: one.seed)
    assert found == [check_field(seed, blind_models(), SHORT_S) for seed in seeds]
    assert [one.seed for one in found] == seeds
    assert all(one.found.total == 0 and one.truth.total > 0 for one in found)
