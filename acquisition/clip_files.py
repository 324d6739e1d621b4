"""The files of a clip: their names, and the step that makes them a clip."""

import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from acquisition.journal import Ending, JournalHead
from acquisition.sidecar import (
    ClipError,
    Moment,
    MomentColumns,
    Sidecar,
    duration_s,
    read_sidecar,
    sidecar_path,
)
from acquisition.video_file import sha256_of

CLIP_SUFFIX = ".mkv"
SPOOL_SUFFIX = ".raw.part"


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip that is on disk.

    Attributes:
        path: The pictures.
        sidecar: The file beside them.
        sha256: Hash of the pictures' file.
        frames: Number of pictures.
        lost: Frames that the camera lost.
        duration_s: Time from the first to the last frame.
        complete: Whether the field was recorded to its end.
    """

    path: Path
    sidecar: Path
    sha256: str
    frames: int
    lost: int
    duration_s: float
    complete: bool


def read_clip(path: Path) -> Clip:
    """Return the clip of a finished file, from its sidecar.

    Raises:
        ClipError: If the sidecar is missing or damaged.
    """
    return clip_of(path, read_sidecar(sidecar_path(path)))


def unused_path(path: Path) -> Path:
    """Return the path, or where a clip or its parts have that name, the next one with a number."""
    number, candidate = 1, path
    while any(taken.exists() for taken in _names(candidate)):
        number += 1
        candidate = path.with_stem(f"{path.stem}-{number}")
    return candidate


def _names(path: Path) -> tuple[Path, ...]:
    return path, sidecar_path(path), *parts_of(path)


def parts_of(path: Path) -> tuple[Path, ...]:
    """Return where the parts of an unfinished clip lie, whether or not they are there."""
    return part_path(path), journal_path(path), spool_path(path)


def part_path(path: Path) -> Path:
    """Return where the pictures of an unfinished clip lie."""
    return path.with_name(f"{path.name}.part")


def spool_path(path: Path) -> Path:
    """Return where the pictures of a clip lie that is still to be coded."""
    return path.with_name(f"{path.stem}{SPOOL_SUFFIX}")


def journal_path(path: Path) -> Path:
    """Return where the journal of an unfinished clip lies."""
    return path.with_name(f"{path.stem}.frames.part")


def check_free(path: Path) -> None:
    """Refuse a name under which a clip cannot be written.

    Raises:
        ClipError: If the name is taken or is none for a clip.
    """
    if path.suffix != CLIP_SUFFIX:
        raise ClipError(f"{path} is no name for a clip; it must end in {CLIP_SUFFIX}")
    for taken in (path, sidecar_path(path)):
        if taken.exists():
            raise ClipError(f"{taken} exists; a recording is never overwritten, give another name")
    for left in parts_of(path):
        if left.exists():
            raise ClipError(
                f"{left} is left of an unfinished clip; recover it or give another name"
            )


def create(path: Path) -> BinaryIO:
    """Open a file that does not exist yet, without a buffer of our own."""
    return path.open("xb", buffering=0)


def rename(source: Path, target: Path) -> None:
    """Rename without ever replacing, as one step where the file system has hard links.

    Raises:
        FileExistsError: If the target exists.
    """
    try:
        target.hardlink_to(source)
        source.unlink()
    except FileExistsError:
        raise
    except OSError:
        if target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
        source.rename(target)


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder outlast a power cut, where folders can be opened."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_parts(path: Path) -> None:
    """Remove what the recording of a finished clip has left."""
    for part in parts_of(path):
        part.unlink(missing_ok=True)


def cannot_write(path: Path, error: OSError) -> ClipError:
    """Say in one line why a clip cannot be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ClipError(f"the disk is full: {path} cannot be written; free some space")
    return ClipError(f"{path} cannot be written ({error.strerror or error})")


def commit(
    path: Path,
    written: Path,
    head: JournalHead,
    moments: Sequence[Moment],
    ending: Ending,
    unsaved: int = 0,
) -> Clip:
    """Give a closed file its name, the sidecar first: a clip that has its name has its sidecar.

    Raises:
        ClipError: If a file cannot be written, or is gone.
    """
    target = sidecar_path(path)
    part = target.with_name(f"{target.name}.part")
    try:
        sidecar = Sidecar(
            software=head.software,
            started_utc=head.started_utc,
            notes=head.with_(ending).notes,
            complete=ending.complete,
            sha256=sha256_of(written),
            frames=MomentColumns.of(moments),
            unsaved=unsaved,
        )
        with part.open("wb") as stream:
            stream.write(sidecar.to_json().encode())
            stream.flush()
            os.fsync(stream.fileno())
        rename(part, target)
        rename(written, path)
        _sync_folder(path.parent)
    except OSError as error:
        raise cannot_write(path, error) from error
    return clip_of(path, sidecar)


def clip_of(path: Path, sidecar: Sidecar) -> Clip:
    """Return the clip that a sidecar describes."""
    moments = sidecar.frames.rows()
    return Clip(
        path=path,
        sidecar=sidecar_path(path),
        sha256=sidecar.sha256,
        frames=len(moments),
        lost=sidecar.lost,
        duration_s=duration_s(moments, sidecar.notes.accepted.frame_rate_hz),
        complete=sidecar.complete,
    )
