"""What a killed process left of a clip, made into a clip."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import av

from acquisition.clip_files import (
    CLIP_SUFFIX,
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
)
from acquisition.ffv1 import copy_whole_pictures
from acquisition.journal import read_journal
from acquisition.sidecar import ClipError, Moment, read_sidecar, sidecar_path
from acquisition.video_file import sha256_of


def partial_clips(folder: Path) -> list[Path]:
    """Return the names that unfinished clips in a folder would have had, sorted."""
    return sorted(p.with_suffix("") for p in folder.glob(f"*{CLIP_SUFFIX}.part"))


def recover_clip(path: Path) -> Clip:
    """Make a clip of what a killed writer left, marked as incomplete.

    Args:
        path: Name that the finished clip would have had.

    Raises:
        ClipError: If there is nothing to recover or nothing in it; what is there stays.
    """
    if path.exists():
        clip = read_clip(path)
        remove_parts(path)
        return clip
    part = part_path(path)
    if not part.exists():
        raise ClipError(f"{path} has no unfinished clip to recover")
    if sidecar_path(path).exists():
        return _finish_rename(path)
    head, moments = read_journal(journal_path(path))
    rescued = _rescued_path(path)
    rescued.unlink(missing_ok=True)
    try:
        indices = _rescue(part, rescued, head.notes.accepted.frame_rate_hz)
        kept = _kept(moments, indices)
    except OSError as error:
        rescued.unlink(missing_ok=True)
        raise cannot_write(path, error) from error
    except KeyError as error:
        raise ClipError(f"{part} holds frame {error}, of which its journal is silent") from error
    if not kept:
        rescued.unlink(missing_ok=True)
        raise ClipError(f"{part} holds no whole frame; it is left as it is")
    unsaved = sum(moment.index > indices[-1] for moment in moments)
    return commit(path, rescued, head, kept, complete=False, unsaved=unsaved)


def _rescue(part: Path, rescued: Path, frame_rate_hz: float) -> list[int]:
    try:
        source = av.open(f"file:{part}")
    except av.FFmpegError:
        return []
    with source, create(rescued) as target:
        indices = copy_whole_pictures(source, target, frame_rate_hz)
        os.fsync(target.fileno())
    return indices


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
            remove_parts(path)
            return clip
    raise ClipError(f"{part_path(path)} is not the clip that {clip.sidecar} describes; kept")


def _rescued_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.rescued")
