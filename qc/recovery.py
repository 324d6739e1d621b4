"""Clips that a killed or failed program left on disk and not in the store."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from acquisition.clip import Clip, ClipError, partial_clips, read_clip, recover_clip
from acquisition.sidecar import Sidecar, read_sidecar
from qc.field_run import Place, unfinished
from qc.places import as_replacement, due_field, next_field
from qc.records.database import StoreError
from qc.records.store import Store
from qc.records.values import (
    ClipRecord,
    FieldRecord,
    ReplicateRecord,
    SessionRecord,
    SessionState,
)
from qc.session_lock import SessionLockedError, locked

_LOG = logging.getLogger(__name__)

Grader = Callable[[Place, ClipRecord], FieldRecord]


def stray_fields(
    session: SessionRecord, grade: Grader
) -> Iterator[tuple[ReplicateRecord, FieldRecord]]:
    """Yield the fields whose clips the store does not know, each with its replicate so far.

    A clip that was recorded to its end is graded and may count; one that was cut is kept and
    does not. What cannot be made a clip stays on disk as it is.

    Args:
        session: The session as it is stored.
        grade: Analyses a complete clip.
    """
    folder = Path(session.folder)
    for replicate in session.replicates:
        known = {field.clip.path for field in replicate.fields}
        grown = replicate
        for clip in _clips(folder / f"replicate-{replicate.number}"):
            path = clip.path.relative_to(folder).as_posix()
            if path not in known and (field := _field(session, grown, path, clip, grade)):
                grown = replace(grown, fields=(*grown.fields, field))
                yield replicate, field


def close_incomplete(session_id: UUID, store: Store, reason: str) -> None:
    """Close an open session as it stands; clips that are not in the store are kept, not counted.

    Raises:
        StoreError: If another program examines it, or it is closed already or cannot be stored.
    """
    folder = Path(store.session(session_id).folder)
    if not folder.is_dir():
        _close(session_id, store, reason)
        return
    try:
        with locked(folder):
            _close(session_id, store, reason)
    except SessionLockedError as error:
        raise StoreError(str(error)) from error
    except OSError as error:
        raise StoreError(f"{folder} cannot be used: {error.strerror or error}") from error


def _close(session_id: UUID, store: Store, reason: str) -> None:
    session = store.open_session(session_id)

    def keep(place: Place, clip: ClipRecord) -> FieldRecord:
        return unfinished(place, clip, "recorded, but not graded before the session was closed")

    for replicate, field in stray_fields(session, keep):
        store.add_field(replicate.replicate_id, field)
    store.close_session(session_id, SessionState.INCOMPLETE, reason)


def _clips(folder: Path) -> Iterator[Clip]:
    """Yield the clips of a replicate in the order of recording."""
    for path in partial_clips(folder):
        try:
            recover_clip(path)
        except ClipError as error:
            _LOG.warning("left as it is: %s", error)
    readable = []
    for path in folder.glob("*.mkv"):
        try:
            clip = read_clip(path)
            readable.append((read_sidecar(clip.sidecar).started_utc, clip))
        except ClipError as error:
            _LOG.warning("left as it is: %s", error)
    yield from (clip for _, clip in sorted(readable, key=lambda pair: pair[0]))


def _field(
    session: SessionRecord, replicate: ReplicateRecord, path: str, clip: Clip, grade: Grader
) -> FieldRecord | None:
    sidecar = read_sidecar(clip.sidecar)
    notes = sidecar.notes
    if (notes.session, notes.replicate) != (str(session.session_id), replicate.number):
        _LOG.warning("left as it is: %s belongs to another session", clip.path)
        return None
    due = due_field(replicate, notes.field_number or next_field(replicate).number)
    last = due.is_last(session.plan)
    place = Place(replicate.number, due.number, due.attempt, notes.position, last)
    record = _clip_record(path, clip, sidecar)
    if clip.complete:
        return as_replacement(grade(place, record), due)
    return unfinished(place, record, "the program or a device failed during the recording")


def _clip_record(path: str, clip: Clip, sidecar: Sidecar) -> ClipRecord:
    notes = sidecar.notes
    readings = notes.temperatures_c
    return ClipRecord(
        path=path,
        sha256=clip.sha256,
        frames=clip.frames,
        lost_frames=clip.lost,
        frame_rate_hz=notes.accepted.frame_rate_hz,
        duration_s=clip.duration_s,
        settings=notes.accepted,
        begun_utc=sidecar.started_utc,
        ended_utc=sidecar.started_utc + timedelta(seconds=clip.duration_s),
        temperature_begun_c=readings[0] if readings else None,
        temperature_ended_c=readings[-1] if len(readings) > 1 else None,
        temperatures=notes.logged,
    )
