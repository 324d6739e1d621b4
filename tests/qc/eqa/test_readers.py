"""Who read a set: people's tables, motiscope's document, and what of them does not match."""

import json

import pytest

from qc.eqa.assigned_table import SetError
from qc.eqa.readers import read_document, read_person
from qc.eqa.score_document import score_document
from qc.eqa.scored import open_assigned, score_set
from qc.eqa.scores.reading import GradeReading
from qc.eqa.scoring.values import ScoringRules


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "round"
    folder.mkdir()
    rows = ["id;a;b;c;d", "1;30;20;10;40", "2;10;14;20;56", "3;40;30;10;20"]
    (folder / "truth.csv").write_text("\n".join(rows))
    return folder


def video(one, counted, **changes):
    assigned = {1: [30, 20, 10, 40], 2: [10, 14, 20, 56], 3: [40, 30, 10, 20]}[one]
    percent = dict(zip("abcd", assigned, strict=True)) | {"progressive": sum(assigned[:2])}
    return {
        "id": one,
        "assigned": percent,
        "sha256": f"hash of {one}",
        "model": {"name": "heads", "sha256": "ab"},
        "grader": {"name": "grades", "sha256": "cd"},
        "fields": [{"counted": dict(zip("abcd", each, strict=True))} for each in counted],
        "left_out": [],
    } | changes


def written(tmp_path, *videos, **changes):
    path = tmp_path / "readings.json"
    document = {"schema": 1, "software": "motiscope 9", "videos": videos} | changes
    path.write_text(json.dumps(document))
    return path


def test_a_person_s_table_is_read_as_the_set_s_own(tmp_path):
    path = tmp_path / "anna.csv"
    path.write_text("1.mkv;0,3;0,2;0,1;0,4\n2;0,1;0,1;0,1;0,1\n")
    anna = read_person("anna", path)
    assert anna.readings[1].grades == pytest.approx((30, 20, 10, 40))
    assert anna.faults == (
        "anna.csv, line 2: video 2: its shares sum to 40 %, not to 100; the row was left out",
    )
    assert len(anna.sha256) == 64


def test_a_document_gives_the_counts_pooled_over_the_fields(tmp_path, folder):
    values = open_assigned(folder).values
    path = written(
        tmp_path,
        video(1, [(3, 1, 0, 4), (1, 1, 0, 0)]),
        video(2, [], left_out=[{"first_frame": 0, "reason": "it is cut off"}], sha256=None),
        video(3, [(1, 0, 0, 1)], assigned={"a": 1, "b": 1, "c": 1, "d": 97, "progressive": 2}),
    )
    own = read_document(path, values)
    assert own.readings == {1: GradeReading(40, 20, 0, 40), 3: GradeReading(50, 0, 0, 50)}
    assert (own.counted, own.software) == ({1: 10, 3: 2}, "motiscope 9")
    assert own.models == (("heads", "ab"), ("grades", "cd"))
    assert own.videos == {1: "hash of 1", 3: "hash of 3"}
    assert own.faults == (
        "video 2: left out: it is cut off",
        "video 3: the document held it against other assigned values; those of the set's table "
        "were used",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "Invalid JSON"),
        ('{"schema": 2, "software": "", "videos": []}', "schema"),
        ("[]", "it"),
    ],
)
def test_what_is_no_document_is_refused_in_one_line(tmp_path, text, said):
    path = tmp_path / "other.json"
    path.write_text(text)
    with pytest.raises(SetError, match=said) as caught:
        read_document(path, {})
    assert str(caught.value).startswith("other.json is no document of `motiscope eqa run`")


def test_what_does_not_match_is_named_by_reader(tmp_path, folder):
    path = tmp_path / "anna.csv"
    path.write_text("1;30;20;10;40\n3;40;30;10;20\n99;25;25;25;25\n")
    scored = score_set(open_assigned(folder), [read_person("anna", path)], ScoringRules())
    assert scored.faults == (
        "anna: no reading that can be used of video 2",
        "anna: the set has no assigned value of video 99; not scored",
    )
    (one,) = scored.readers
    assert one.scores.videos == (1, 3)
    document = json.loads(json.dumps(score_document(scored), allow_nan=False))
    assert document["faults"] == list(scored.faults)
    (reader,) = document["readers"]
    assert reader["source"]["file"] == "anna.csv"
    assert reader["scores"]["four"]["reader"]["mae"]["value"] == 0
    few = reader["scores"]["parameters"][0]["pearson"]
    assert few == {"missing": "too few: 2 of the 4 videos that it needs"}
    assert reader["scores"]["limits"][0]["calls"]["sensitivity"]["value"] is None


def test_a_reader_of_another_set_is_refused(tmp_path, folder):
    path = tmp_path / "anna.csv"
    path.write_text("7;30;20;10;40\n")
    anna = read_person("anna", path)
    with pytest.raises(SetError, match="anna has read no video of round: its videos are 1, 2, 3"):
        score_set(open_assigned(folder), [anna], ScoringRules())
