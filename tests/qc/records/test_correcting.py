"""Cells and corrections in the database: read back equal, added and never changed."""

import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from inference.counting import GradeCounts
from qc.corrections import Correction, CorrectionError, in_force
from qc.records.database import IMMEDIATE, StoreError, connect, database_url
from qc.records.store import Store, open_store
from qc.records.values import (
    FieldOutcome,
    FieldRecord,
    ReplicateRecord,
    SessionRecord,
    SessionState,
)
from tests.qc.cells_made import (
    CELLS,
    COUNTED,
    A,
    B,
    C,
    D,
    false,
    joined,
    missed,
    split,
    withdrawn,
    wrong,
)
from tests.qc.made import Begin, MakeField, MakeResult, MakeSession

WITH_FIELD = Callable[[], tuple[SessionRecord, FieldRecord]]


@pytest.fixture
def with_field(
    store: Store, begin: Begin, make_field: MakeField, make_result: MakeResult
) -> WITH_FIELD:
    """Store a session with one counted field, and return both."""

    def stored() -> tuple[SessionRecord, FieldRecord]:
        session, replicate = begin()
        field = make_field(1, result=make_result(COUNTED, cells=CELLS))
        store.add_field(replicate.replicate_id, field)
        return session, field

    return stored


def read_field(store: Store, session: SessionRecord) -> FieldRecord:
    return store.session(session.session_id).replicates[0].fields[0]


def test_cells_are_read_back_equal(store: Store, with_field: WITH_FIELD) -> None:
    session, field = with_field()
    assert read_field(store, session) == field


def test_a_count_that_was_changed_behind_its_back_is_told(
    store: Store, with_field: WITH_FIELD, tmp_path: Path
) -> None:
    session, _ = with_field()
    with sqlite3.connect(tmp_path / "records.sqlite") as raw:
        triggers = raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            raw.execute(f'DROP TRIGGER "{name}"')
        raw.execute("UPDATE result SET count_a = count_a + 5")
    raw.close()
    with pytest.raises(StoreError, match="changed behind motiscope's back: the cells add up to"):
        store.session(session.session_id)


def test_cells_that_do_not_add_up_are_no_result(make_result: MakeResult) -> None:
    with pytest.raises(ValueError, match="the cells add up to"):
        make_result(GradeCounts(3, 1, 1, 1), cells=CELLS)


def test_corrections_are_read_back_equal_and_leave_the_result_as_it_is(
    store: Store, with_field: WITH_FIELD
) -> None:
    session, field = with_field()
    first = store.correct(field.field_id, wrong(1, B))
    rest = [
        store.correct(field.field_id, each)
        for each in (missed(D), false(4), split(6, 5), joined(3, A), withdrawn(first))
    ]
    found = read_field(store, session)
    assert found.corrections == (first, *rest)
    assert found.result == field.result
    assert found.counted == GradeCounts(4, 1, 0, 1)
    replicate = store.session(session.session_id).replicates[0]
    assert replicate.counted == GradeCounts(4, 1, 0, 1)
    assert replicate.originally_counted == COUNTED


def test_a_correction_is_refused_and_nothing_of_it_is_kept(
    store: Store, with_field: WITH_FIELD
) -> None:
    session, field = with_field()
    for refused, said in (
        (wrong(1, A), "is a already"),
        (false(99), "no cell 99"),
        (missed(A, x_px=5000.0), "outside the picture"),
        (missed(A, x_px=11.0, y_px=20.5), "cell 1 is counted there already"),
    ):
        with pytest.raises(CorrectionError, match=said):
            store.correct(field.field_id, refused)
    assert read_field(store, session).corrections == ()
    assert "correction" not in {entry.subject for entry in store.audit()}
    with pytest.raises(StoreError, match="has no field"):
        store.correct(session.session_id, wrong(1, B))


@pytest.mark.parametrize("state", [SessionState.COMPLETE, SessionState.ABORTED])
def test_a_closed_session_is_corrected_and_its_own_row_does_not_change(
    store: Store, with_field: WITH_FIELD, state: SessionState
) -> None:
    session, field = with_field()
    store.close_session(session.session_id, state, "done")
    before = store.session(session.session_id)
    made = store.correct(field.field_id, wrong(1, B))
    after = store.session(session.session_id)
    assert replace(after, replicates=()) == replace(before, replicates=())
    assert after.replicates[0].fields == (replace(field, corrections=(made,)),)


def test_a_field_that_is_not_counted_is_not_corrected(
    store: Store, begin: Begin, make_field: MakeField, make_result: MakeResult
) -> None:
    _, replicate = begin()
    result = make_result(COUNTED, cells=CELLS)
    drifted = make_field(1, outcome=FieldOutcome.DRIFTED, result=result)
    old = make_field(1, attempt=2, result=result)
    new = make_field(1, attempt=3, result=result, replaces=old.field_id)
    for each in (drifted, old, new):
        store.add_field(replicate.replicate_id, each)
    for each in (drifted, old):
        with pytest.raises(CorrectionError, match="not counted"):
            store.correct(each.field_id, wrong(1, B))
    store.correct(new.field_id, wrong(1, B))


def test_the_list_of_sessions_counts_with_the_corrections(
    store: Store, with_field: WITH_FIELD
) -> None:
    session, field = with_field()
    store.begin_replicate(session.session_id, ReplicateRecord(2, session.begun_utc))
    with_field()
    store.correct(field.field_id, wrong(1, B))
    by_id = {line.session_id: line for line in store.sessions()}
    assert by_id[session.session_id].counted == GradeCounts(1, 2, 1, 1)
    assert (by_id[session.session_id].replicates, by_id[session.session_id].fields) == (2, 1)
    others = [line.counted for key, line in by_id.items() if key != session.session_id]
    assert others == [COUNTED]


def test_who_corrected_what_and_why_is_in_the_audit_trail(
    store: Store, with_field: WITH_FIELD
) -> None:
    _, field = with_field()
    made = store.correct(field.field_id, wrong(1, B, operator="Cy New", reason="swims in circles"))
    back = store.correct(field.field_id, withdrawn(made, reason="slip of the key"))
    first, second = store.audit(made.correction_id, back.correction_id)
    assert (first.operator, first.subject, first.reason) == (
        "Cy New", "correction", "swims in circles",
    )  # fmt: skip
    assert first.action == "wrong grade: cell 1 is b, not a"
    assert second.action == f"withdrawn: correction {made.short_id} is withdrawn"
    assert (second.operator, second.reason) == ("Bo Check", "slip of the key")


@pytest.mark.parametrize("table", ["cell", "correction"])
def test_the_database_itself_refuses_to_change_them(
    store: Store, with_field: WITH_FIELD, tmp_path: Path, table: str
) -> None:
    _, field = with_field()
    store.correct(field.field_id, wrong(1, B))
    raw = sqlite3.connect(tmp_path / "records.sqlite")
    try:
        for change in (f"UPDATE {table} SET reason = 'x'", f"DELETE FROM {table}"):
            with pytest.raises(sqlite3.IntegrityError, match=f"a stored {table} is never changed"):
                raw.execute(change)
        raw.execute("PRAGMA recursive_triggers = ON")
        with pytest.raises(sqlite3.IntegrityError, match=f"a stored {table} is never changed"):
            raw.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    finally:
        raw.close()


@pytest.mark.parametrize(
    "change", ["reason = '  '", "kind = 'guess'", "grade = 'e'", "withdraws_id = id"]
)
def test_the_database_itself_checks_a_correction(
    store: Store, with_field: WITH_FIELD, tmp_path: Path, change: str
) -> None:
    _, field = with_field()
    store.correct(field.field_id, wrong(1, B))
    raw = sqlite3.connect(tmp_path / "records.sqlite")
    try:
        raw.execute("DROP TRIGGER kept_correction_update")
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            raw.execute(f"UPDATE correction SET {change}")
    finally:
        raw.close()


def test_two_people_at_once_do_not_count_a_cell_twice(store: Store, with_field: WITH_FIELD) -> None:
    session, field = with_field()
    refused: list[str] = []

    def take_away() -> None:
        try:
            store.correct(field.field_id, false(2))
        except CorrectionError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=take_away) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["cell 2 is gone: it is a false cell"] * 3
    assert read_field(store, session).counted == GradeCounts(1, 1, 1, 1)


def test_times_never_run_backwards_within_a_field(store: Store, with_field: WITH_FIELD) -> None:
    session, field = with_field()
    ahead = datetime.now(UTC) + timedelta(hours=2)
    store.correct(field.field_id, wrong(1, B, at_utc=ahead))
    store.correct(field.field_id, wrong(1, C))
    assert [each.at_utc for each in read_field(store, session).corrections] == [ahead, ahead]


def made_at_v0001(path: Path) -> Store:
    """Make a database as motiscope made it before it kept cells."""
    engine = connect(database_url(path))
    config = Config()
    config.set_main_option("script_location", "qc.records:migrations")
    with engine.connect().execution_options(**IMMEDIATE) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    return Store(engine)


def by_the_rule(field: FieldRecord) -> FieldRecord:
    """A field as the older motiscope graded it, without a model."""
    assert field.result is not None
    return replace(field, result=replace(field.result, grader=None))


def fill(old: Store, session: SessionRecord, field: FieldRecord) -> None:
    """Store rows as the older motiscope did; a result without cells writes to its tables alone."""
    replicate = ReplicateRecord(1, session.begun_utc)
    old.begin_session(session)
    old.begin_replicate(session.session_id, replicate)
    old.add_field(replicate.replicate_id, field)
    old.close_session(session.session_id, SessionState.COMPLETE)


def test_an_older_database_is_upgraded_when_it_is_opened_and_keeps_what_is_in_it(
    tmp_path: Path, make_session: MakeSession, make_field: MakeField
) -> None:
    path, session, field = tmp_path / "old.sqlite", make_session(), by_the_rule(make_field(1))
    with made_at_v0001(path) as old:
        fill(old, session, field)
    raw = sqlite3.connect(path)
    tables = [row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    assert "cell" not in tables
    before = raw.execute("SELECT * FROM result").fetchall()
    raw.close()
    with open_store(path) as upgraded:
        assert read_field(upgraded, session) == field
        made = upgraded.correct(field.field_id, missed(D))
        found = read_field(upgraded, session)
        assert in_force(found.corrections) == (made,)
        assert found.counted == GradeCounts(20, 10, 4, 17)
        with pytest.raises(CorrectionError, match="no cell 9"):
            upgraded.correct(field.field_id, false(9))
    raw = sqlite3.connect(path)
    assert raw.execute("SELECT * FROM result").fetchall() == before
    assert raw.execute("SELECT version_num FROM alembic_version").fetchall() == [("0005",)]
    for table in ("result", "cell", "correction"):
        held = f"kept_{table}_%"
        (triggers,) = raw.execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE ?", (held,)
        ).fetchone()
        assert triggers == 2
    raw.close()


def test_a_read_only_older_database_says_so(
    tmp_path: Path, make_session: MakeSession, make_field: MakeField
) -> None:
    path = tmp_path / "old.sqlite"
    with made_at_v0001(path) as old:
        fill(old, make_session(), by_the_rule(make_field(1)))
    with pytest.raises(StoreError, match="read-only"):
        open_store(f"sqlite:///file:{path}?mode=ro&uri=true")


def test_a_correction_must_be_a_correction(store: Store, with_field: WITH_FIELD) -> None:
    _, field = with_field()
    made: Correction = store.correct(field.field_id, wrong(1, B))
    again = replace(made, number=1)
    with pytest.raises(CorrectionError, match="is b already"):
        store.correct(field.field_id, again)
