"""Opening, upgrading, and the ways in which a database cannot be used."""

import shutil
import sqlite3
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, event

from qc.records.database import NotStoredError, StoreError, database_url, explained
from qc.records.models import Record
from qc.records.store import Store, open_store
from qc.records.values import ReplicateRecord
from tests.qc.made import Begin, MakeField, MakeSession


def schema(path: Path) -> dict[str, set[str]]:
    """Every table's columns and constraints, as the database itself writes them down."""
    raw = sqlite3.connect(path)
    try:
        found = raw.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name <> 'alembic_version'"
        )
        return {name: {line.strip(", \t") for line in sql.splitlines()} for name, sql in found}
    finally:
        raw.close()


def test_the_migrations_make_the_tables_of_the_models(store: Store, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'records.sqlite'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Record.metadata) == []
    engine.dispose()


def test_the_migrations_make_the_constraints_of_the_models(store: Store, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'models.sqlite'}")
    Record.metadata.create_all(engine)
    engine.dispose()
    migrated, modelled = schema(tmp_path / "records.sqlite"), schema(tmp_path / "models.sqlite")
    assert migrated == modelled
    assert any(line.startswith("CONSTRAINT ck_result") for line in modelled["result"])


def test_a_new_database_writes_ahead_and_checks_foreign_keys(
    store: Store, tmp_path: Path, make_session: MakeSession
) -> None:
    raw = sqlite3.connect(tmp_path / "records.sqlite")
    assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    raw.close()
    with store._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() >= 5000


def test_a_database_from_a_newer_version_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite"
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    raw.execute("INSERT INTO alembic_version VALUES ('9999')")
    raw.commit()
    raw.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer motiscope") as caught:
        open_store(path)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["new.sqlite"]


def test_the_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE patients (name TEXT)")
    raw.commit()
    raw.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="not a database of motiscope"):
        open_store(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database at all, only some words about one\n" * 50)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"notes\.txt is not a database; choose"):
        open_store(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("where", ["missing/records.sqlite", "."])
def test_a_place_that_cannot_be_written_to_is_one_line(tmp_path: Path, where: str) -> None:
    with pytest.raises(StoreError, match="cannot be opened") as caught:
        open_store(tmp_path / where)
    assert "\n" not in str(caught.value)


def test_a_read_only_database_can_be_read_and_refuses_to_be_written(
    tmp_path: Path, make_session: MakeSession
) -> None:
    path = tmp_path / "records.sqlite"
    session = make_session()
    with open_store(path) as store:
        store.begin_session(session)
    with open_store(f"sqlite:///file:{path}?mode=ro&uri=true") as store:
        assert store.session(session.session_id) == session
        with pytest.raises(StoreError, match="read-only"):
            store.begin_session(make_session())


def test_a_full_disk_is_one_line_and_loses_nothing(
    store: Store, begin: Begin, make_field: MakeField
) -> None:
    session, replicate = begin()
    kept = make_field(1)
    store.add_field(replicate.replicate_id, kept)

    def no_room(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    store.close()
    event.listen(store._engine, "connect", no_room)
    with pytest.raises(StoreError, match="no room left on its disk") as caught:
        for number in range(2, 200):
            store.add_field(replicate.replicate_id, make_field(number))
    assert "\n" not in str(caught.value)
    stored = store.session(session.session_id).replicates[0].fields
    assert stored[0] == kept
    event.remove(store._engine, "connect", no_room)
    store.close()
    store.add_field(replicate.replicate_id, make_field(500))


def test_a_lock_held_by_another_program_is_one_line(
    tmp_path: Path, make_session: MakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qc.records.database.BUSY_TIMEOUT_S", 0.05)
    path = tmp_path / "records.sqlite"
    with open_store(path) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="held by another program"):
            store.begin_session(make_session())
        other.execute("ROLLBACK")
        other.close()


def test_readers_do_not_wait_for_a_writer(store: Store, begin: Begin, tmp_path: Path) -> None:
    session, _ = begin()
    other = sqlite3.connect(tmp_path / "records.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert store.session(session.session_id).session_id == session.session_id
    other.execute("ROLLBACK")
    other.close()


def test_a_replicate_of_no_session_is_refused(store: Store, make_session: MakeSession) -> None:
    with pytest.raises(StoreError, match="no session"):
        store.begin_replicate(
            make_session().session_id, ReplicateRecord(1, make_session().begun_utc)
        )


def test_what_is_no_address_and_what_is_no_sqlite_are_one_line() -> None:
    with pytest.raises(StoreError, match="no valid URL"):
        open_store("://")
    with pytest.raises(StoreError, match="no SQLite database") as caught:
        open_store("postgresql://lab:secret@host/records")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://host/db?password=secret",
        "postgresql:/user:secret@host/db",
        "postgresql://user:pa@ss:secret@host/db",
        "postgresql://user:secret@host:port/db",
        "sqlite://:secret@/lab.db",
        "sqlite+pysqlcipher://:secret@/lab.db",
        "sqlite+aiosqlite:///lab.db",
        "sqlite:////tmp/lab.db?timeout=secret",
        "sqlite://",
        "sqlite:///:memory:",
    ],
)
def test_an_address_that_cannot_be_used_is_one_line_without_its_password(address: str) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(address)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("free", "told"), [(10_000, "no room left"), (10**9, "reports an error")])
def test_an_error_of_a_full_disk_is_told_from_one_of_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, told: str
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with (
        pytest.raises(StoreError, match=told),
        explained(database_url(tmp_path / "records.sqlite")),
    ):
        raise sqlite3.OperationalError("disk I/O error")


def spoil(path: Path, table: str) -> None:
    """Write over the first page of a table, as a failing disk does."""
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (page,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    (size,) = raw.execute("PRAGMA page_size").fetchone()
    raw.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"Z" * size)


def test_a_damaged_page_is_found_though_nothing_has_read_it_yet(store: Store, begin: Begin) -> None:
    begin()
    store.check()
    store.close()
    spoil(Path(str(store._engine.url.database)), "calibration")
    assert len(store.sessions()) == 1
    with pytest.raises(StoreError, match=r"records\.sqlite is damaged \(.+\); restore") as caught:
        store.check()
    assert "\n" not in str(caught.value)


def test_a_value_that_motiscope_never_writes_is_one_line(store: Store, begin: Begin) -> None:
    session, _ = begin()
    raw = sqlite3.connect(str(store._engine.url.database))
    raw.execute("UPDATE session SET begun_utc = 'at noon'")
    raw.commit()
    raw.close()
    for read in (store.sessions, lambda: store.session(session.session_id)):
        with pytest.raises(
            StoreError, match=r"holds what motiscope never writes.*at noon.*restore"
        ):
            read()


def test_a_database_whose_error_cannot_even_be_read_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite"
    open_store(path).close()
    whole = path.read_bytes()
    path.write_bytes(
        whole.replace(b"CREATE TABLE sample", b"CREATE TABLE \xff\xfe\xff\xfe\xff\xfe")
    )
    with pytest.raises(StoreError, match="is damaged; restore it from a copy"):
        open_store(path)


def test_what_is_not_stored_is_told_from_what_cannot_be_read(store: Store) -> None:
    with pytest.raises(NotStoredError, match="no session for 'latest'"):
        store.find("latest")
    with pytest.raises(NotStoredError, match="no optics called '40x'"):
        store.optics_named("40x")


def test_a_name_that_is_no_utf_8_is_named(tmp_path: Path) -> None:
    with (
        open_store(tmp_path / "records.sqlite") as store,
        pytest.raises(StoreError, match=r"keeps text in UTF-8, and 'b\\udce9nch'"),
    ):
        store.note("b\udce9nch", "looked at", uuid4(), "")
