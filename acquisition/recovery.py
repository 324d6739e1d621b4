"""What a killed process left of a clip, made into a clip."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import av

from acquisition.clip_files import (
    CLIP_SUFFIX,
    SPOOL_SUFFIX,
    Clip,
    cannot_write,
    clip_of,
    commit,
    create,
    journal_path,
    part_path,
    read_clip,
    remove_parts,
    rename,
    spool_path,
)
from acquisition.ffv1 import copy_whole_pictures
from acquisition.file_lock import hold
from acquisition.journal import Ending, Record, read_journal
from acquisition.sidecar import ClipError, Moment, read_sidecar, sidecar_path
from acquisition.spool import code_spool
from acquisition.video_file import sha256_of


def partial_clips(folder: Path) -> list[Path]:
    """Return the names that unfinished clips in a folder would have had, sorted."""
    coded = (part.name.removesuffix(".part") for part in folder.glob(f"*{CLIP_SUFFIX}.part"))
    spooled = (
        spool.name.removesuffix(SPOOL_SUFFIX) + CLIP_SUFFIX
        for spool in folder.glob(f"*{SPOOL_SUFFIX}")
    )
    return [folder / name for name in sorted({*coded, *spooled})]


def recover_clip(path: Path) -> Clip:
    """Make a clip of what a killed writer left.

    It is marked as incomplete, unless the field had been recorded to its end and all of it reached
    the disk.

    Args:
        path: Name that the finished clip would have had.

    Raises:
        ClipError: If it is still being recorded, there is nothing to recover or nothing in it;
            what is there stays.
    """
    try:
        with _held(path):
            clip = _recovered(path)
        remove_parts(path)
    except OSError as error:
        raise cannot_write(path, error) from error
    return clip


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Hold the journal of a clip, if it has one, as its recorder does.

    Raises:
        ClipError: If another program holds it.
        OSError: If it cannot be opened.
    """
    journal = journal_path(path)
    if not journal.exists():
        yield
        return
    with journal.open("r+b", buffering=0) as file:
        try:
            hold(file)
        except OSError as error:
            raise ClipError(
                f"{path} is being recorded or recovered by another motiscope; wait for its end"
            ) from error
        yield


def _recovered(path: Path) -> Clip:
    if path.exists():
        _check_same(path)
        return read_clip(path)
    # What a spool was being coded into says nothing that the spool does not say.
    parts = [one for one in (spool_path(path), part_path(path)) if one.exists()]
    if not parts:
        raise ClipError(f"{path} has no unfinished clip to recover")
    if sidecar_path(path).exists():
        return _finish_rename(path)
    record = read_journal(journal_path(path))
    rescued = _rescued_path(path)
    rescued.unlink(missing_ok=True)
    try:
        kept = _rescue(parts[0], rescued, record)
    except OSError:
        rescued.unlink(missing_ok=True)
        raise
    except KeyError as error:
        rescued.unlink(missing_ok=True)
        raise ClipError(
            f"{parts[0]} holds frame {error}, of which its journal is silent"
        ) from error
    if not kept:
        rescued.unlink(missing_ok=True)
        raise ClipError(f"{parts[0]} holds no whole frame; it is left as it is")
    unsaved = sum(moment.index > kept[-1].index for moment in record.moments)
    ending = record.ending or Ending(complete=False)
    whole = len(kept) == len(record.moments)
    ending = replace(ending, complete=ending.complete and whole)
    return commit(path, rescued, record.head, kept, ending, unsaved)


def _check_same(path: Path) -> None:
    """Refuse parts that are not what is left of the clip that has their name."""
    journal = journal_path(path)
    if not journal.exists():
        return
    begun, left = read_sidecar(sidecar_path(path)).started_utc, read_journal(journal).head
    if left.started_utc != begun:
        raise ClipError(
            f"{path} is another recording than that of {journal.name}; move the clip and its "
            "sidecar elsewhere, then recover again"
        )


def _rescue(part: Path, rescued: Path, record: Record) -> list[Moment]:
    """Write the pictures of a part that are whole into a new file and return their moments."""
    settings = record.head.notes.accepted
    with create(rescued) as target:
        if part.name.endswith(SPOOL_SUFFIX):
            kept = code_spool(part, target, settings, record.moments, lambda _: None)
        else:
            kept = _copied(part, target, settings.frame_rate_hz, record.moments)
        os.fsync(target.fileno())
    return kept


def _copied(
    part: Path, target: BinaryIO, frame_rate_hz: float, moments: Sequence[Moment]
) -> list[Moment]:
    try:
        source = av.open(f"file:{part}")
    except av.FFmpegError:
        return []
    with source:
        return _kept(moments, copy_whole_pictures(source, target, frame_rate_hz))


def _kept(moments: Sequence[Moment], indices: Sequence[int]) -> list[Moment]:
    """Return the moments of the pictures that are whole; the others between them are losses."""
    by_index = {moment.index: moment for moment in moments}
    kept = [by_index[index] for index in indices]
    befores = [-1, *indices]
    return [
        replace(moment, lost_before=moment.index - before - 1)
        for moment, before in zip(kept, befores, strict=False)
    ]


def _finish_rename(path: Path) -> Clip:
    """Take the last step of a writer that was killed between naming the sidecar and the clip."""
    clip = clip_of(path, read_sidecar(sidecar_path(path)))
    for written in (part_path(path), _rescued_path(path)):
        if written.exists() and sha256_of(written) == clip.sha256:
            rename(written, path)
            return clip
    raise ClipError(f"{part_path(path)} is not the clip that {clip.sidecar} describes; kept")


def _rescued_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.rescued")
