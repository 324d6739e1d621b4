"""What is exported can be read by other programs, and read back equal."""

import csv
import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acquisition.stage import Position
from calibration.scale import Scale
from inference.counting import GradeCounts
from qc.records.exports import (
    CSV_COLUMNS,
    ExportError,
    session_csv,
    session_from_json,
    session_json,
    write_export,
)
from qc.records.store import Store
from qc.records.values import FieldOutcome, ReplicateRecord, SessionRecord, SessionState
from tests.qc.made import MakeField, MakeResult, MakeSession


@pytest.fixture
def session(
    make_session: MakeSession, make_field: MakeField, make_result: MakeResult
) -> SessionRecord:
    """A complete session with everything that a field can be."""
    first = make_field(1, result=make_result(GradeCounts(100, 20, 10, 70)))
    again = make_field(1, attempt=2, replaces=first.field_id, reason="out of focus; again")
    cut = make_field(2, outcome=FieldOutcome.UNFINISHED, result=None, reason='a "bubble", large')
    bare = make_field(3, position=None, result=make_result(drift=None))
    bare = replace(bare, clip=replace(bare.clip, temperature_begun_c=None, focus=None))
    session = make_session()
    return replace(
        session,
        state=SessionState.COMPLETE,
        ended_utc=session.begun_utc,
        replicates=(
            ReplicateRecord(1, session.begun_utc, (first, again, cut)),
            ReplicateRecord(2, session.begun_utc, (bare,)),
        ),
    )


def rows(session: SessionRecord) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(session_csv(session), newline="")))


def test_the_json_is_read_back_equal(session: SessionRecord) -> None:
    assert session_from_json(session_json(session)) == session


def test_the_json_is_what_the_store_holds(session: SessionRecord, store: Store) -> None:
    opened = replace(session, state=SessionState.OPEN, ended_utc=None, replicates=())
    store.begin_session(opened)
    for replicate in session.replicates:
        store.begin_replicate(session.session_id, replace(replicate, fields=()))
        for field in replicate.fields:
            store.add_field(replicate.replicate_id, field)
    stored = store.session(session.session_id)
    assert session_from_json(session_json(stored)) == stored
    assert stored.replicates == session.replicates


def test_the_json_says_what_it_is_and_what_follows(session: SessionRecord) -> None:
    document = json.loads(session_json(session))
    assert (document["kind"], document["schema"]) == ("motiscope session", 1)
    assert document["result"]["replicates"][0]["counted"] == {"a": 20, "b": 10, "c": 4, "d": 16}
    assert set(document["result"]["replicates"][0]["shares"]) == {"a", "b", "c", "d", "progressive"}


def test_the_csv_has_a_row_for_every_recording(session: SessionRecord) -> None:
    read = rows(session)
    assert [(r["replicate"], r["field"], r["attempt"], r["counts"]) for r in read] == [
        ("1", "1", "1", "0"), ("1", "1", "2", "1"), ("1", "2", "1", "0"), ("2", "3", "1", "1"),
    ]  # fmt: skip
    assert list(read[0]) == list(CSV_COLUMNS)
    assert {r["sample"] for r in read} == {"S-17"}


def test_the_csv_says_what_must_be_known_of_the_field_and_of_the_session(
    session: SessionRecord,
) -> None:
    read = rows(session)
    assert [row["notices"] for row in read] == ["lost_frames", "lost_frames", "", "lost_frames"]
    assert {row["session_notices"] for row in read} == {"few_cells lost_frames"}


def test_the_csv_says_how_sure_the_scale_is(
    session: SessionRecord, make_field: MakeField, make_result: MakeResult
) -> None:
    read = rows(session)
    assert [(row["u_rel_x"], row["u_rel_y"]) for row in read[1:3]] == [("0.004", "0.005"), ("", "")]
    unstated = make_field(result=make_result(scale=Scale(0.5, 0.5, "entered by hand")))
    replicates = (ReplicateRecord(1, session.begun_utc, (unstated,)),)
    (row,) = rows(replace(session, replicates=replicates))
    assert (row["um_per_px_x"], row["u_rel_x"], row["u_rel_y"]) == ("0.5", "", "")


def test_the_counts_of_the_csv_add_up_to_the_counts_of_the_session(session: SessionRecord) -> None:
    for replicate in session.replicates:
        counting = [
            row
            for row in rows(session)
            if row["counts"] == "1" and int(row["replicate"]) == replicate.number
        ]
        added = GradeCounts(*(sum(int(r[f"count_{g}"]) for r in counting) for g in "abcd"))
        assert added == replicate.counted


def test_the_csv_keeps_awkward_words_and_leaves_empty_what_was_not_measured(
    session: SessionRecord,
) -> None:
    read = rows(session)
    assert read[2]["reason"] == 'a "bubble", large'
    assert (read[2]["count_a"], read[2]["model"]) == ("", "")
    assert (read[3]["x_um"], read[3]["drift_x_um_s"], read[3]["focus"]) == ("", "", "")
    assert read[3]["temperature_ended_c"] == "36.9"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_of_the_csv_is_a_formula_and_numbers_keep_their_sign(
    session: SessionRecord, make_field: MakeField, start: str
) -> None:
    text = f'{start}HYPERLINK("http://evil")'
    field = make_field(position=Position(-120.0, 3.0), reason=text)
    harmful = replace(
        session,
        plan=replace(session.plan, sample=text, operator=text),
        replicates=(ReplicateRecord(1, session.begun_utc, (field,)),),
    )
    (row,) = rows(harmful)
    assert [row[name] for name in ("sample", "operator", "reason")] == [f"'{text}"] * 3
    assert row["x_um"] == "-120.0"
    assert session_from_json(session_json(harmful)) == harmful


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "no JSON"),
        ("[]", "no exported session"),
        ('{"kind": "motiscope session", "schema": 2}', "schema 2"),
        ('{"kind": "motiscope session", "schema": 1, "session": {}}', "damaged at plan"),
    ],
)
def test_what_is_no_export_is_one_line(text: str, message: str) -> None:
    with pytest.raises(ExportError, match=message) as caught:
        session_from_json(text)
    assert "\n" not in str(caught.value)


def test_an_export_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "out" / "session.csv"
    write_export("one\n", path)
    with pytest.raises(ExportError, match="exists"):
        write_export("two\n", path)
    assert path.read_text() == "one\n"
    assert [each.name for each in path.parent.iterdir()] == ["session.csv"]
    with pytest.raises(ExportError, match="cannot be written"):
        write_export("three\n", path / "below" / "a file")


words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1)
numbers = st.floats(allow_nan=False, allow_infinity=False)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(reason=words, number=numbers)
def test_any_words_and_numbers_are_read_back_equal(
    make_session: MakeSession, make_field: MakeField, reason: str, number: float
) -> None:
    field = make_field(position=Position(number, -number), reason=reason)
    session = make_session()
    session = replace(session, replicates=(ReplicateRecord(1, session.begun_utc, (field,)),))
    assert session_from_json(session_json(session)) == session
    (row,) = rows(session)
    assert row["reason"] in (reason, f"'{reason}")
    assert float(row["x_um"]) == number
