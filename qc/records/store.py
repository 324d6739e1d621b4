"""The store: where sessions are kept, field by field, and read back whole."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PureWindowsPath
from types import TracebackType
from typing import Self
from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from calibration.optics import Optics
from calibration.profiles import CalibrationProfile, OpticsHistory
from qc.corrections import Correction
from qc.records import adding, calibrating, loading, mapping
from qc.records.database import (
    IMMEDIATE,
    NotStoredError,
    StoreError,
    check_whole,
    connect,
    database_url,
    described,
    explained,
    understood,
    upgrade,
)
from qc.records.models import (
    AuditRow,
    FieldRow,
    ReplicateRow,
    SessionProfileRow,
    SessionRow,
)
from qc.records.rounds import RoundRecords
from qc.records.values import (
    AuditEntry,
    FieldRecord,
    ReplicateRecord,
    SessionRecord,
    SessionState,
    SessionSummary,
    utc_now,
)


class Store:
    """The laboratory's records. Every method is one transaction; it may be shared by threads.

    Args:
        engine: The database.
        clips: Where the folders of this bench's sessions are. A session whose folder lies there
            is read from there, wherever it was recorded: a home may have been moved, or copied.
    """

    def __init__(self, engine: Engine, clips: Path | None = None) -> None:
        self._engine = engine
        self._clips = clips

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def name(self) -> str:
        """Which database this is, for people."""
        return described(self._engine.url)

    @property
    def rounds(self) -> RoundRecords:
        """The rounds of reference videos."""
        return RoundRecords(self._writing, self._reading)

    def close(self) -> None:
        """Close every connection; safe to call twice."""
        self._engine.dispose()

    def check(self) -> None:
        """Read the whole database over.

        Raises:
            StoreError: If it is damaged or cannot be read.
        """
        with self._reading() as rows:
            check_whole(rows.connection())

    def begin_session(self, session: SessionRecord) -> None:
        """Store a new session; its sample, operator and calibration are added where missing.

        Raises:
            StoreError: If it cannot be stored; nothing of it is then kept.
        """
        with self._writing() as rows:
            operator = adding.operator_id(rows, session.plan.operator)
            calibration = adding.calibration_id(
                rows, session.plan.scale, session.plan.calibration_sha256
            )
            sample = adding.sample_id(rows, session.plan.sample)
            rows.add(mapping.session_row(session, sample, operator, calibration))
            if session.plan.profile is not None:
                rows.flush()
                profile_id = session.plan.profile.profile_id
                rows.add(SessionProfileRow(session_id=session.session_id, profile_id=profile_id))
            adding.add_preparation(rows, session)
            who = session.plan.operator
            rows.add(adding.audit(who, "begun", "session", session.session_id, None))
            if session.plan.temperature_override:
                reason = session.plan.temperature_override
                rows.add(
                    adding.audit(
                        who, "temperature overridden", "session", session.session_id, reason
                    )
                )

    def begin_replicate(self, session_id: UUID, replicate: ReplicateRecord) -> None:
        """Store a new replicate of an open session, without its fields.

        Raises:
            StoreError: If the session is not open or it cannot be stored.
        """
        with self._writing() as rows:
            session = self._open_session(rows, session_id)
            rows.add(
                ReplicateRow(
                    id=replicate.replicate_id,
                    session_id=session.id,
                    number=replicate.number,
                    begun_utc=replicate.begun_utc,
                )
            )
            who = adding.operator_name(rows, session)
            rows.add(adding.audit(who, "begun", "replicate", replicate.replicate_id, None))

    def add_field(self, replicate_id: UUID, field: FieldRecord) -> None:
        """Store a field with its clip and its result, all or nothing.

        Raises:
            StoreError: If the session is not open or the field cannot be stored.
        """
        with self._writing() as rows:
            replicate = rows.get(ReplicateRow, replicate_id)
            if replicate is None:
                raise StoreError(f"{self.name} has no replicate {replicate_id}")
            session = self._open_session(rows, replicate.session_id)
            rows.add(mapping.field_row(replicate_id, field))
            rows.flush()
            adding.add_clip(rows, field.field_id, field.clip)
            if field.result is not None:
                adding.add_result(rows, field.field_id, field.result)
            who = adding.operator_name(rows, session)
            rows.add(adding.audit(who, field.outcome.value, "field", field.field_id, field.reason))

    def close_session(
        self, session_id: UUID, state: SessionState, reason: str | None = None
    ) -> None:
        """Close an open session for good.

        Raises:
            StoreError: If it is closed already or cannot be stored.
            ValueError: If the state is no end.
        """
        if state is SessionState.OPEN:
            raise ValueError("a session is not closed by leaving it open")
        with self._writing() as rows:
            session = self._open_session(rows, session_id)
            session.state = state.value
            session.ended_utc = utc_now()
            session.closing_reason = reason
            rows.add(session)
            who = adding.operator_name(rows, session)
            rows.add(adding.audit(who, state.value, "session", session_id, reason))

    def correct(self, field_id: UUID, wanted: Correction) -> Correction:
        """Store what a person says was wrong with a counted field of an open or closed session.

        Args:
            field_id: Key of the field.
            wanted: The correction; its number, and that of a cell that it adds, are given here.

        Returns:
            The correction as it is stored.

        Raises:
            CorrectionError: If it contradicts what is there; nothing is then stored.
            StoreError: If there is no such field, or it cannot be stored.
        """
        with self._writing() as rows:
            field = rows.get(FieldRow, field_id)
            replicate = None if field is None else rows.get(ReplicateRow, field.replicate_id)
            session = None if replicate is None else loading.session(rows, replicate.session_id)
            if session is None:
                raise StoreError(f"{self.name} has no field {field_id}")
            return adding.add_correction(rows, session, field_id, wanted)

    def corrections(self, session_id: UUID) -> Mapping[UUID, Sequence[Correction]]:
        """Return the corrections of a session by the key of their field, in order.

        Withdrawn ones are included; a field without any is left out.
        """
        with self._reading() as rows:
            return loading.corrections(rows, session_id)

    def define_optics(self, name: str, optics: Optics, operator: str) -> None:
        """Store optics under the laboratory's name for them.

        Raises:
            ProfileError: If the name cannot be, or belongs to other optics.
            StoreError: If they cannot be stored.
        """
        with self._writing() as rows:
            calibrating.optics_id(rows, name, optics, operator)

    def add_profile(self, profile: CalibrationProfile) -> None:
        """Store a calibration, with its optics where their name is new.

        Raises:
            ProfileError: If the name belongs to other optics; nothing is then stored.
            StoreError: If it cannot be stored.
        """
        with self._writing() as rows:
            calibrating.add_profile(rows, profile)

    def optics(self) -> tuple[OpticsHistory, ...]:
        """Return all optics with their calibrations, by name."""
        with self._reading() as rows:
            return calibrating.histories(rows)

    def optics_named(self, name: str) -> OpticsHistory:
        """Return optics with their calibrations.

        Raises:
            NotStoredError: If there are none of this name.
            StoreError: If they cannot be read.
        """
        every = self.optics()
        for each in every:
            if each.name == name:
                return each
        known = f"known are {', '.join(each.name for each in every)}" if every else "none are known"
        raise NotStoredError(
            f"{self.name} has no optics called '{name}' ({known}); define them with "
            "motiscope optics add, or measure them with f2 in motiscope"
        )

    def note(self, operator: str, action: str, session_id: UUID, reason: str) -> None:
        """Add an entry about a session to the audit trail."""
        with self._writing() as rows:
            rows.add(adding.audit(operator, action, "session", session_id, reason))

    def session(self, session_id: UUID) -> SessionRecord:
        """Return a session whole.

        Raises:
            StoreError: If there is none with this key.
        """
        with self._reading() as rows:
            found = loading.session(rows, session_id)
        if found is None:
            raise StoreError(f"{self.name} has no session {session_id}")
        return replace(found, folder=self._folder_now(found.folder))

    def _folder_now(self, recorded: str) -> str:
        if self._clips is None:
            return recorded
        # Takes the path of any system apart.
        here = self._clips / PureWindowsPath(recorded).name
        return str(here) if here.is_dir() else recorded

    def open_session(self, session_id: UUID) -> SessionRecord:
        """Return a session whole that can still grow.

        Raises:
            StoreError: If there is none with this key, or it is closed.
        """
        session = self.session(session_id)
        if session.state is not SessionState.OPEN:
            raise StoreError(_closed(session_id, session.state))
        return session

    def knows(self, session_id: UUID) -> bool:
        """Whether a session with this key is stored."""
        with self._reading() as rows:
            return rows.get(SessionRow, session_id) is not None

    def sessions(self, state: SessionState | None = None) -> tuple[SessionSummary, ...]:
        """Return all sessions, or those in one state, newest first."""
        with self._reading() as rows:
            return loading.summaries(rows, state)

    def find(self, text: str) -> UUID:
        """Return the key of the session that a person means.

        Args:
            text: A key or the beginning of one, a sample's label, or "latest".

        Raises:
            NotStoredError: If none or more than one fits.
            StoreError: If the sessions cannot be read.
        """
        summaries = self.sessions()
        start = text.strip().lower()
        latest = summaries[:1] if start == "latest" else ()
        # A label may be the beginning of another's key: then it means neither.
        fitting = [
            each
            for each in summaries
            if start
            and (each in latest or each.sample == text or str(each.session_id).startswith(start))
        ]
        if len(fitting) != 1:
            found = "no session" if not fitting else f"{len(fitting)} sessions"
            raise NotStoredError(f"{self.name} has {found} for '{text}'; give the key of one")
        return fitting[0].session_id

    def audit(self, *subject_ids: UUID) -> tuple[AuditEntry, ...]:
        """Return the audit trail, or the entries about some records, oldest first."""
        with self._reading() as rows:
            wanted = select(AuditRow).order_by(col(AuditRow.at_utc))
            if subject_ids:
                wanted = wanted.where(col(AuditRow.subject_id).in_(subject_ids))
            return tuple(
                AuditEntry(r.at_utc, r.operator, r.action, r.subject, r.subject_id, r.reason)
                for r in rows.exec(wanted)
            )

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with (
            explained(self._engine.url),
            self._engine.connect().execution_options(**IMMEDIATE) as connection,
            Session(connection) as rows,
        ):
            yield rows
            rows.commit()

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        url = self._engine.url
        with explained(url), understood(url), Session(self._engine) as rows:
            yield rows

    def _open_session(self, rows: Session, session_id: UUID) -> SessionRow:
        session = rows.get(SessionRow, session_id)
        if session is None:
            raise StoreError(f"{self.name} has no session {session_id}")
        if session.state != SessionState.OPEN:
            raise StoreError(_closed(session_id, session.state))
        return session


def open_store(where: str | Path, clips: Path | None = None) -> Store:
    """Open a database, create it where it is missing, upgrade it where it is older.

    Args:
        where: Path of an SQLite file, or an SQLAlchemy URL.
        clips: Where the folders of this bench's sessions are; see `Store`.

    Raises:
        StoreError: If it cannot be used; what is in it is then as it was.
    """
    engine = connect(database_url(where))
    try:
        upgrade(engine)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, clips)


def _closed(session_id: UUID, state: str) -> str:
    return f"session {session_id} is {state}; it can no longer change"
