"""A field's clip on disk: lossless pictures and a sidecar, whole or not there.

A clip that is being recorded has the name of the finished one with `.part` behind it, and a
journal of its frames. Both survive a killed process; `recover_clip` makes a clip of them.
"""

import os
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from acquisition.clip_files import (
    Clip,
    cannot_write,
    check_free,
    commit,
    create,
    journal_path,
    part_path,
    read_clip,
    remove_parts,
    unused_path,
)
from acquisition.ffv1 import Ffv1File
from acquisition.frame import Frame
from acquisition.journal import Journal, JournalHead
from acquisition.recovery import partial_clips, recover_clip
from acquisition.sidecar import ClipError, ClipNotes, Moment, software
from acquisition.temperature_log import Reading

__all__ = [
    "Clip",
    "ClipError",
    "ClipNotes",
    "ClipWriter",
    "partial_clips",
    "read_clip",
    "recover_clip",
    "unused_path",
]


class ClipWriter:
    """Writes one clip; use as a context manager.

    Leaving the context finishes the clip; leaving it by an exception finishes it too, marked as
    incomplete. Where a write fails the parts stay on disk for `recover_clip`.

    Args:
        path: Name of the finished clip, ending in .mkv; nothing may have that name.
        notes: What is known before the first frame.

    Raises:
        ClipError: If the name is taken, is no name for a clip, or cannot be written to.
    """

    def __init__(self, path: Path, notes: ClipNotes) -> None:
        check_free(path)
        self._path = path
        self._head = JournalHead(software(), datetime.now(UTC), notes)
        self._moments: list[Moment] = []
        self._clip: Clip | None = None
        try:
            self._create()
        except OSError as error:
            raise cannot_write(path, error) from error

    @property
    def clip(self) -> Clip | None:
        """The clip, once it is finished and if it has a frame."""
        return self._clip

    def write(self, frame: Frame) -> None:
        """Append a frame.

        Raises:
            ClipError: If the disk is full or the frame has another size than the clip.
        """
        moment = Moment.of(frame)
        try:
            self._journal.add(moment)
            self._video.add(frame.pixels, frame.index)
        except OSError as error:
            self._abandon()
            raise cannot_write(self._path, error) from error
        except ValueError as error:
            raise ClipError(f"{self._path}: {error}") from error
        self._moments.append(moment)

    def finish(
        self, *, complete: bool = True, temperatures: tuple[Reading, ...] = ()
    ) -> Clip | None:
        """Close the clip and give it its name; None where it has no frame.

        Args:
            complete: Whether the field was recorded to its end.
            temperatures: Readings during the recording, added to those of the notes.

        Raises:
            ClipError: If it cannot be written; what is on disk stays there.
        """
        self._journal.close()
        try:
            with self._file:
                self._video.close()
                os.fsync(self._file.fileno())
        except OSError as error:
            raise cannot_write(self._path, error) from error
        if not self._moments:
            remove_parts(self._path)
            return None
        notes = self._head.notes
        notes = replace(
            notes,
            temperatures_c=(*notes.temperatures_c, *(one.temperature_c for one in temperatures)),
            temperature_times_s=tuple(one.time_s for one in temperatures),
        )
        head = replace(self._head, notes=notes)
        self._clip = commit(
            self._path, part_path(self._path), head, self._moments, complete=complete
        )
        return self._clip

    def _create(self) -> None:
        """Create the parts, all or none."""
        settings = self._head.notes.accepted
        with ExitStack() as undo:
            self._file = create(part_path(self._path))
            undo.callback(remove_parts, self._path)
            undo.callback(self._file.close)
            self._journal = undo.enter_context(Journal(journal_path(self._path), self._head))
            self._video = Ffv1File(
                self._file, settings.width_px, settings.height_px, settings.frame_rate_hz
            )
            undo.pop_all()

    def _abandon(self) -> None:
        """Let the parts go as they are: after a failed write nothing can be added to them."""
        with suppress(OSError), self._journal, self._file:
            self._video.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if not self._file.closed:
            self.finish(complete=kind is None)
