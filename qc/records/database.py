"""The database behind the store: connecting, upgrading, and saying what is wrong in one line."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

BUSY_TIMEOUT_S = 10.0
IMMEDIATE = {"motiscope_immediate": True}
"""Execution options of a connection that will write: it takes the write lock when it begins."""

# Ways to say that a database is an SQLite file.
_DRIVERS = ("sqlite", "sqlite+pysqlite")


class StoreError(Exception):
    """The database cannot be used; one line says which, why and what to do."""


class NotStoredError(StoreError):
    """The database can be used, and does not hold what a person asked for by its name."""


# One letter would be a drive of Windows.
_URL = re.compile(r"[a-z][a-z0-9+]+:/", re.IGNORECASE)


def is_url(where: str) -> bool:
    """Tell whether the address of a database is meant as a URL, and not as a file."""
    return "://" in where or _URL.match(where) is not None


def database_url(where: str | Path) -> URL:
    """Return the address of a database, given as a path or as an SQLAlchemy URL.

    Raises:
        StoreError: If it looks like a URL and is none.
    """
    if isinstance(where, Path) or not is_url(where):
        return URL.create("sqlite", database=str(where))
    try:
        return make_url(where)
    except (ArgumentError, ValueError):
        # What is wrong with it may hold a password.
        raise StoreError("the address of the database is no valid URL; correct it") from None


def check_address(url: URL) -> None:
    """Refuse a database that cannot keep the records; nothing is opened.

    Raises:
        StoreError: If it is another kind of database than SQLite, or only in memory.
    """
    # The triggers that protect stored results are written for SQLite so far.
    if url.drivername not in _DRIVERS or url.host or url.username or url.password:
        raise StoreError(f"{described(url)} is no SQLite database; give the path of a file")
    file = (url.database or "").removeprefix("file:")
    if file in ("", ":memory:") or url.query.get("mode") == "memory":
        raise StoreError(
            f"{described(url)} is in memory and gone when motiscope ends; give the path of a file"
        )


def connect(url: URL) -> Engine:
    """Return an engine whose every connection checks foreign keys and waits for a lock.

    Raises:
        StoreError: If it is no database that can keep the records.
    """
    check_address(url)
    try:
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S})
    except (ArgumentError, TypeError, ValueError) as error:
        raise StoreError(f"{described(url)} is given with settings that SQLite has not") from error
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transaction handling would commit before every CREATE TABLE.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    # Without it INSERT OR REPLACE would delete a row past the triggers that protect it.
    connection.execute("PRAGMA recursive_triggers = ON")
    connection.execute("PRAGMA synchronous = FULL")


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("motiscope_immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def upgrade(engine: Engine) -> None:
    """Create the tables, or bring an older database to the present revision.

    Raises:
        StoreError: If the database is from a newer motiscope or not motiscope's; it is untouched.
    """
    config = Config()
    config.set_main_option("script_location", "qc.records:migrations")
    with explained(engine.url):
        with engine.connect() as connection:
            present = _present_revision(connection, config)
        if present == ScriptDirectory.from_config(config).get_current_head():
            return
        _write_ahead(engine)
        with engine.connect().execution_options(**IMMEDIATE) as connection, connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _present_revision(connection: Connection, config: Config) -> str | None:
    where = described(connection.engine.url)
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        if inspect(connection).get_table_names():
            raise StoreError(f"{where} is not a database of motiscope; choose another file")
        return None
    try:
        ScriptDirectory.from_config(config).get_revision(revision)
    except CommandError as error:
        raise StoreError(
            f"{where} was written by a newer motiscope (revision {revision}); update motiscope"
        ) from error
    return revision


def _write_ahead(engine: Engine) -> None:
    """Let readers and one writer work at the same time; the file remembers it."""
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        raw.close()


def check_whole(connection: Connection) -> None:
    """Read every page of the database and hold it against how the file must be built.

    Raises:
        StoreError: If it is damaged; it says where first.
    """
    found = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()).splitlines()[-1]
    if found != "ok":
        where = described(connection.engine.url)
        raise StoreError(f"{where} is damaged ({found}); {_RESTORE}")


def described(url: URL) -> str:
    """Return the database's name for people, without a password."""
    if url.drivername in _DRIVERS and not url.host:
        return f"the database {url.database or ':memory:'}"
    # A password may stand among the settings, too.
    return f"the database {url.set(query={}).render_as_string(hide_password=True)}"


_RESTORE = "restore it from a copy"
_FULL = "has no room left on its disk; free space and go on, nothing stored is lost"
# SQLite maps a file of this size beside the database; where it has no room it reports an error.
_LEAST_ROOM_BYTES = 64 * 1024
_REASONS = (
    ("is full", _FULL),
    ("readonly", "is read-only; give yourself the right to write to it and to its folder"),
    ("unable to open", "cannot be opened; check that its folder exists and may be written to"),
    ("not a database", "is not a database; choose another file"),
    ("malformed", f"is damaged; {_RESTORE}"),
    ("locked", "is held by another program; close that one and try again"),
    ("i/o error", "cannot be read or written: its disk reports an error"),
)


@contextmanager
def explained(url: URL) -> Iterator[None]:
    """Turn the driver's exceptions into one line that says what to do."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        # Setting up the journal speaks to the driver itself, whose errors nobody wraps.
        cause = error.orig if isinstance(error, DBAPIError) else error
        reason = _FULL if _is_out_of_room(cause, url) else _reason(cause)
        raise StoreError(f"{described(url)} {reason}") from error
    except UnicodeDecodeError as error:
        # The driver cannot even read what SQLite says of it.
        raise StoreError(f"{described(url)} is damaged; {_RESTORE}") from error
    except UnicodeEncodeError as error:
        # The name of a file may be any bytes.
        raise StoreError(
            f"{described(url)} keeps text in UTF-8, and {error.object!r} is none; name it anew"
        ) from error


@contextmanager
def understood(url: URL) -> Iterator[None]:
    """Tell of stored values that motiscope never writes, such as a grade that is none."""
    try:
        yield
    except UnicodeError:
        # Told by `explained`.
        raise
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise StoreError(
            f"{described(url)} holds what motiscope never writes ({type(error).__name__}: "
            f"{error}); {_RESTORE}"
        ) from error


def _is_out_of_room(error: BaseException | None, url: URL) -> bool:
    """Tell whether an error that SQLite puts down to the disk comes from a full one."""
    if "i/o error" not in str(error).lower() or not url.database:
        return False
    try:
        return shutil.disk_usage(Path(url.database).absolute().parent).free < _LEAST_ROOM_BYTES
    except OSError:
        return False


def _reason(error: BaseException | None) -> str:
    text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    for part, reason in _REASONS:
        if part in text.lower():
            return reason
    return f"refused: {text}"
