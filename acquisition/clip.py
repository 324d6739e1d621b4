"""A field's clip on disk: lossless pictures and a sidecar, whole or not there.

A clip that is being recorded has the name of the finished one with `.part` behind it, and a
journal of its frames. Where FFV1 cannot be coded as fast as the camera is, the pictures are spooled
as they are and coded at the end. All of it survives a killed process; `recover_clip` makes a clip
of it.
"""

import os
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, Self

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
    spool_path,
    unused_path,
)
from acquisition.ffv1 import Ffv1File, Pixels, count_pictures
from acquisition.frame import Frame
from acquisition.journal import Ending, Journal, JournalHead
from acquisition.recovery import partial_clips, recover_clip
from acquisition.sidecar import ClipError, ClipNotes, Moment, check_follows, software
from acquisition.spool import SpoolFile, code_spool
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


class PictureFile(Protocol):
    """A file that pictures are appended to: the video itself, or a spool of raw pictures."""

    def add(self, pixels: Pixels, index: int) -> None:
        """Append one picture.

        Raises:
            ValueError: If it has another size or type than the others.
            OSError: If the disk is full.
        """
        ...

    def close(self) -> None:
        """Write what is still held back.

        Raises:
            OSError: If the disk is full.
        """
        ...


class ClipWriter:
    """Writes one clip; use as a context manager.

    Leaving the context finishes the clip; leaving it by an exception finishes it too, marked as
    incomplete. Where a write fails the parts stay on disk for `recover_clip`.

    Args:
        path: Name of the finished clip, ending in .mkv; nothing may have that name.
        notes: What is known before the first frame.
        spooled: Whether the pictures are coded at the end, because the camera is too fast.

    Raises:
        ClipError: If the name is taken, is no name for a clip, or cannot be written to.
    """

    def __init__(self, path: Path, notes: ClipNotes, *, spooled: bool = False) -> None:
        check_free(path)
        self._path = path
        self._spooled = spooled
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
            ClipError: If the disk is full, or the frame has another size than the clip or does not
                come after the one before it.
        """
        moment = Moment.of(frame)
        try:
            check_follows(moment, self._moments[-1] if self._moments else None)
            self._journal.add(moment)
            self._pictures.add(frame.pixels if frame.deep is None else frame.deep, frame.index)
        except OSError as error:
            self._abandon()
            raise cannot_write(self._path, error) from error
        except ValueError as error:
            raise ClipError(f"{self._path}: {error}") from error
        self._moments.append(moment)

    def finish(
        self,
        *,
        complete: bool = True,
        temperatures: tuple[Reading, ...] = (),
        on_coded: Callable[[int], None] = lambda _: None,
    ) -> Clip | None:
        """Close the clip and give it its name; None where it has no frame.

        Args:
            complete: Whether the field was recorded to its end.
            temperatures: Readings during the recording, added to those of the notes.
            on_coded: Called after every picture of a spool with how many have been coded.

        Raises:
            ClipError: If it cannot be written, or does not hold what was written to it; what is on
                disk stays there.
        """
        try:
            with self._journal:
                self._clip = self._finished(Ending(complete, temperatures), on_coded)
            remove_parts(self._path)
        except OSError as error:
            raise cannot_write(self._path, error) from error
        return self._clip

    def _finished(self, ending: Ending, on_coded: Callable[[int], None]) -> Clip | None:
        with self._file:
            self._journal.end(ending)
            self._pictures.close()
            os.fsync(self._file.fileno())
        if not self._moments:
            return None
        if self._spooled:
            self._code(on_coded)
        self._check()
        return commit(self._path, part_path(self._path), self._head, self._moments, ending)

    def _code(self, on_coded: Callable[[int], None]) -> None:
        settings = self._head.notes.accepted
        with create(part_path(self._path)) as target:
            code_spool(spool_path(self._path), target, settings, self._moments, on_coded)
            os.fsync(target.fileno())

    def _check(self) -> None:
        """Look whether every picture has reached the file, before it gets its name."""
        written, sent = count_pictures(part_path(self._path)), len(self._moments)
        if written != sent:
            raise ClipError(
                f"{part_path(self._path)} holds {written} of {sent} pictures; it is kept, and "
                "motiscope clip recover makes a clip of what is there"
            )

    def _create(self) -> None:
        """Create the parts, all or none."""
        with ExitStack() as undo:
            self._file = create((spool_path if self._spooled else part_path)(self._path))
            undo.callback(remove_parts, self._path)
            undo.callback(self._file.close)
            self._journal = undo.enter_context(Journal(journal_path(self._path), self._head))
            self._pictures = self._picture_file()
            undo.pop_all()

    def _picture_file(self) -> PictureFile:
        settings = self._head.notes.accepted
        if self._spooled:
            return SpoolFile(self._file, settings)
        return Ffv1File(
            self._file,
            settings.width_px,
            settings.height_px,
            settings.frame_rate_hz,
            settings.bits,
        )

    def _abandon(self) -> None:
        """Let the parts go as they are: after a failed write nothing can be added to them."""
        with suppress(OSError), self._journal, self._file:
            self._pictures.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if not self._file.closed:
            self.finish(complete=kind is None)
