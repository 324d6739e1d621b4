"""What is stored is read back equal, and what is finished does not change."""

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acquisition.temperature_log import Reading
from inference.counting import PROGRESSIVE, GradeCounts
from inference.field import Drift
from inference.grading import Grade
from qc.plan import ExaminationPlan
from qc.preparation import Preparation
from qc.records.database import StoreError
from qc.records.store import Store, open_store
from qc.records.values import FieldOutcome, FieldRecord, ReplicateRecord, SessionState
from qc.result import session_result
from tests.qc.conftest import NOON
from tests.qc.made import Begin, MakeField, MakeResult, MakeSession


def test_a_session_is_read_back_equal(store: Store, begin: Begin, make_field: MakeField) -> None:
    session, replicate = begin()
    fields = tuple(make_field(number) for number in (1, 2, 3))
    for field in fields:
        store.add_field(replicate.replicate_id, field)

    loaded = store.session(session.session_id)

    assert loaded == replace(session, replicates=(replace(replicate, fields=fields),))


def test_temperatures_and_preparation_are_read_back_equal_and_cannot_be_changed(
    store: Store, begin: Begin, make_field: MakeField, plan: ExaminationPlan, tmp_path: Path
) -> None:
    said = Preparation(NOON - timedelta(minutes=40), "Ada Lab", NOON)
    session, replicate = begin(plan=replace(plan, preparation=said))
    field = make_field(1)
    readings = (Reading(0.0, 37.1), Reading(0.5, 36.2))
    field = replace(field, clip=replace(field.clip, temperatures=readings))
    store.add_field(replicate.replicate_id, field)
    found = store.session(session.session_id)
    assert found.plan.preparation == said
    assert found.replicates[0].fields == (field,)
    assert field.clip.readings_c == (37.1, 37.1, 36.2, 36.9)
    raw = sqlite3.connect(tmp_path / "records.sqlite")
    for change in ("UPDATE temperature_log SET times_s = '[]'", "DELETE FROM preparation"):
        with pytest.raises(sqlite3.IntegrityError, match="is never changed"):
            raw.execute(change)
    raw.close()


def test_what_was_not_measured_stays_unmeasured(
    store: Store, begin: Begin, make_field: MakeField, make_result: MakeResult
) -> None:
    session, replicate = begin()
    bare = make_field(position=None, result=make_result(drift=None, calibration_sha256=None))
    bare = replace(
        bare,
        clip=replace(bare.clip, temperature_begun_c=None, temperature_ended_c=None, focus=None),
    )
    store.add_field(replicate.replicate_id, bare)
    assert store.session(session.session_id).replicates[0].fields == (bare,)


def test_a_field_that_was_not_analysed_has_a_clip_and_no_result(
    store: Store, begin: Begin, make_field: MakeField
) -> None:
    session, replicate = begin()
    cut = make_field(outcome=FieldOutcome.UNFINISHED, result=None, reason="aborted")
    store.add_field(replicate.replicate_id, cut)
    loaded = store.session(session.session_id).replicates[0]
    assert loaded.fields == (cut,)
    assert loaded.counting == ()


def test_a_session_outlives_the_program(tmp_path: Path, make_session: MakeSession) -> None:
    session = make_session()
    with open_store(tmp_path / "a.sqlite") as store:
        store.begin_session(session)
    with open_store(tmp_path / "a.sqlite") as store:
        assert store.session(session.session_id) == session


@pytest.mark.parametrize("recorded", ["/old/home/sessions/2026-a", "C:\\lab\\sessions\\2026-a"])
def test_a_session_is_read_where_its_folder_lies_now(
    tmp_path: Path, make_session: MakeSession, recorded: str
) -> None:
    """Of a home that was moved or copied, whatever system it comes from."""
    session = make_session(folder=recorded)
    clips = tmp_path / "home" / "sessions"
    with open_store(tmp_path / "a.sqlite", clips) as store:
        store.begin_session(session)
        assert store.session(session.session_id).folder == recorded
        (clips / "2026-a").mkdir(parents=True)
        assert store.session(session.session_id).folder == str(clips / "2026-a")
        assert store.open_session(session.session_id).folder == str(clips / "2026-a")
    with open_store(tmp_path / "a.sqlite") as store:
        assert store.session(session.session_id).folder == recorded


def test_times_come_back_in_utc_whatever_the_zone_they_were_given_in(
    store: Store, make_session: MakeSession
) -> None:
    local = datetime(2026, 3, 1, 14, 30, tzinfo=timezone(timedelta(hours=2)))
    session = make_session(begun_utc=local)
    store.begin_session(session)
    loaded = store.session(session.session_id).begun_utc
    assert loaded == local
    assert loaded.tzinfo is UTC


def test_sample_operator_and_calibration_are_stored_once(
    store: Store, make_session: MakeSession, tmp_path: Path
) -> None:
    for _ in range(3):
        store.begin_session(make_session())
    with sqlite3.connect(tmp_path / "records.sqlite") as raw:
        for table in ("sample", "operator", "calibration"):
            assert raw.execute(f"SELECT count(*) FROM {table}").fetchone() == (1,)
    raw.close()


def test_a_replaced_field_stays_readable_and_is_not_counted(
    store: Store, begin: Begin, make_field: MakeField, make_result: MakeResult
) -> None:
    session, replicate = begin()
    first = make_field(1, result=make_result(GradeCounts(a=10)))
    again = make_field(
        1, attempt=2, result=make_result(GradeCounts(d=7)), replaces=first.field_id, reason="bubble"
    )
    for field in (first, again):
        store.add_field(replicate.replicate_id, field)
    loaded = store.session(session.session_id).replicates[0]
    assert loaded.fields == (first, again)
    assert loaded.counting == (again,)
    assert loaded.counted == GradeCounts(d=7)


def test_the_list_counts_what_the_session_counts(
    store: Store, begin: Begin, make_field: MakeField, make_result: MakeResult
) -> None:
    session, replicate = begin()
    first = make_field(1, result=make_result(GradeCounts(1, 2, 3, 4)))
    again = make_field(
        1, attempt=2, result=make_result(GradeCounts(2, 2, 2, 2)), replaces=first.field_id
    )
    drifted = make_field(2, outcome=FieldOutcome.DRIFTED)
    third = make_field(2, attempt=2, result=make_result(GradeCounts(d=5)))
    for field in (first, again, drifted, third):
        store.add_field(replicate.replicate_id, field)
    store.begin_replicate(session.session_id, ReplicateRecord(2, session.begun_utc))

    (line,) = store.sessions()

    assert (line.replicates, line.fields) == (2, 2)
    assert line.counted == store.session(session.session_id).replicates[0].counted
    assert line.counted == GradeCounts(2, 2, 2, 7)


@pytest.mark.parametrize(
    ("second", "reported"),
    [(GradeCounts(50, 66, 24, 80), True), (GradeCounts(20, 66, 24, 110), False)],
)
def test_the_list_gives_the_progressive_share_of_the_result_alone(
    store: Store,
    begin: Begin,
    make_field: MakeField,
    make_result: MakeResult,
    second: GradeCounts,
    reported: bool,
) -> None:
    session, replicate = begin()
    other = ReplicateRecord(2, session.begun_utc)
    store.begin_replicate(session.session_id, other)
    for part, counted in ((replicate, GradeCounts(100, 120, 40, 140)), (other, second)):
        store.add_field(part.replicate_id, make_field(result=make_result(counted)))
    assert store.sessions()[0].progressive_percent is None

    store.close_session(session.session_id, SessionState.COMPLETE)

    result = session_result(store.session(session.session_id))
    given = result.grades[PROGRESSIVE].percent if reported else None
    assert store.sessions()[0].progressive_percent == given
    assert (given is not None) == reported == bool(result.grades)


def test_the_list_is_newest_first_and_filtered_by_state(
    store: Store, make_session: MakeSession
) -> None:
    old = make_session()
    new = make_session(begun_utc=old.begun_utc + timedelta(days=1))
    for session in (old, new):
        store.begin_session(session)
    store.close_session(old.session_id, SessionState.INCOMPLETE, "power cut")
    assert [line.session_id for line in store.sessions()] == [new.session_id, old.session_id]
    assert [s.session_id for s in store.sessions(SessionState.OPEN)] == [new.session_id]


def test_closing_says_when_and_why(store: Store, make_session: MakeSession) -> None:
    session = make_session()
    store.begin_session(session)
    store.close_session(session.session_id, SessionState.ABORTED, "sample spilled")
    loaded = store.session(session.session_id)
    assert loaded.state is SessionState.ABORTED
    assert loaded.closing_reason == "sample spilled"
    assert loaded.ended_utc is not None


def test_a_closed_session_takes_no_field(store: Store, begin: Begin, make_field: MakeField) -> None:
    session, replicate = begin()
    store.close_session(session.session_id, SessionState.COMPLETE)
    with pytest.raises(StoreError, match="can no longer change"):
        store.add_field(replicate.replicate_id, make_field())
    with pytest.raises(StoreError, match="can no longer change"):
        store.close_session(session.session_id, SessionState.ABORTED)


def test_a_field_is_stored_whole_or_not_at_all(
    store: Store, begin: Begin, make_field: MakeField
) -> None:
    session, replicate = begin()
    store.add_field(replicate.replicate_id, make_field(1))
    twice = make_field(1)
    with pytest.raises(StoreError, match="UNIQUE"):
        store.add_field(replicate.replicate_id, twice)
    broken = make_field(2)
    broken = replace(broken, clip=replace(broken.clip, frames=-1))
    with pytest.raises(StoreError, match="CHECK"):
        store.add_field(replicate.replicate_id, broken)
    assert len(store.session(session.session_id).replicates[0].fields) == 1


@pytest.mark.parametrize("table", ["result", "field", "clip", "replicate", "sample", "audit"])
def test_the_database_itself_refuses_to_change_what_is_stored(
    store: Store, begin: Begin, make_field: MakeField, tmp_path: Path, table: str
) -> None:
    _, replicate = begin()
    store.add_field(replicate.replicate_id, make_field())
    raw = sqlite3.connect(tmp_path / "records.sqlite")
    try:
        for change in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            with pytest.raises(sqlite3.IntegrityError, match=f"a stored {table} is never changed"):
                raw.execute(change)
    finally:
        raw.close()


def test_a_closed_session_is_not_changed_or_deleted(
    store: Store, make_session: MakeSession, tmp_path: Path
) -> None:
    session = make_session()
    store.begin_session(session)
    store.close_session(session.session_id, SessionState.COMPLETE)
    raw = sqlite3.connect(tmp_path / "records.sqlite")
    try:
        for change in (
            "UPDATE session SET state = 'open', ended_utc = NULL",
            "DELETE FROM session",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="a stored session is never changed"):
                raw.execute(change)
    finally:
        raw.close()


def test_what_was_done_is_in_the_audit_trail(
    store: Store, begin: Begin, make_field: MakeField
) -> None:
    session, replicate = begin()
    field = make_field(outcome=FieldOutcome.DRIFTED, reason="drift of 12 µm/s")
    store.add_field(replicate.replicate_id, field)
    store.close_session(session.session_id, SessionState.INCOMPLETE, "no second slide")
    trail = [(entry.action, entry.subject, entry.reason) for entry in store.audit()]
    assert trail == [
        ("begun", "session", None),
        ("begun", "replicate", None),
        ("drifted", "field", "drift of 12 µm/s"),
        ("incomplete", "session", "no second slide"),
    ]
    assert {entry.operator for entry in store.audit()} == {"Ada Lab"}
    assert [entry.action for entry in store.audit(field.field_id)] == ["drifted"]


def test_recording_at_another_temperature_leaves_its_reason_in_the_trail(
    store: Store, make_session: MakeSession, plan: ExaminationPlan
) -> None:
    store.begin_session(make_session(plan=replace(plan, temperature_override="heater broken")))
    assert [e.reason for e in store.audit() if e.action == "temperature overridden"] == [
        "heater broken"
    ]


def test_a_session_is_found_by_the_beginning_of_its_key_by_its_sample_or_as_the_latest(
    store: Store, make_session: MakeSession
) -> None:
    session = make_session()
    store.begin_session(session)
    for text in (str(session.session_id), str(session.session_id)[:6], "S-17", "latest"):
        assert store.find(text) == session.session_id
    for text in ("", "S-1", "zz"):
        with pytest.raises(StoreError, match="no session"):
            store.find(text)
    store.begin_session(make_session())
    with pytest.raises(StoreError, match="2 sessions"):
        store.find("S-17")


def test_an_unknown_session_is_one_line(store: Store, make_session: MakeSession) -> None:
    with pytest.raises(StoreError, match="has no session"):
        store.session(make_session().session_id)


def test_two_threads_write_fields_without_losing_one(
    store: Store, begin: Begin, make_field: MakeField
) -> None:
    session, replicate = begin()
    fields = [make_field(number) for number in range(1, 17)]

    def write(part: Sequence[FieldRecord]) -> None:
        for field in part:
            store.add_field(replicate.replicate_id, field)

    threads = [threading.Thread(target=write, args=(fields[n::2],)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.session(session.session_id).replicates[0].fields == tuple(fields)


percent = st.floats(0, 100)
Drawn = tuple[GradeCounts, dict[Grade, float], float]
results = st.tuples(
    st.builds(GradeCounts, *[st.integers(0, 10**6)] * 4),
    st.dictionaries(st.sampled_from(Grade), percent),
    st.floats(-100, 100),
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(results)
def test_any_result_is_read_back_equal(
    store: Store, begin: Begin, make_field: MakeField, make_result: MakeResult, drawn: Drawn
) -> None:
    counted, weighted, drift = drawn
    result = make_result(counted, time_weighted_percent=weighted, drift=Drift(drift, 0.1))
    session, replicate = begin()
    store.add_field(replicate.replicate_id, make_field(result=result))
    assert store.session(session.session_id).replicates[0].fields[0].result == result


def test_a_label_that_begins_another_session_s_key_means_neither(
    store: Store, begin: Begin, plan: ExaminationPlan
) -> None:
    first, _ = begin()
    start = str(first.session_id)[:3]
    other, _ = begin(plan=replace(plan, sample=start))
    with pytest.raises(StoreError, match=f"has 2 sessions for '{start}'; give the key of one"):
        store.find(start)
    assert store.find(str(first.session_id)) == first.session_id
    assert store.find(str(other.session_id)[:8]) == other.session_id


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_key_finds_no_session(store: Store, begin: Begin, text: str) -> None:
    begin()
    with pytest.raises(StoreError, match="has no session for"):
        store.find(text)


def test_only_an_open_session_is_given_to_go_on_with(store: Store, begin: Begin) -> None:
    session, _ = begin()
    assert store.open_session(session.session_id).session_id == session.session_id
    store.close_session(session.session_id, SessionState.ABORTED, "spilled")
    with pytest.raises(StoreError, match="is aborted; it can no longer change"):
        store.open_session(session.session_id)
