"""What a killed process left of a clip, made into a clip."""

import os
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
from acquisition.sidecar import ClipError, read_sidecar, sidecar_path
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
        count = _rescue(part, rescued)
    except OSError as error:
        raise cannot_write(path, error) from error
    if not 0 < count <= len(moments):
        rescued.unlink(missing_ok=True)
        raise ClipError(f"{part} holds {count} whole frames and its journal {len(moments)}; kept")
    return commit(
        path, rescued, head, moments[:count], complete=False, unsaved=len(moments) - count
    )


def _rescue(part: Path, rescued: Path) -> int:
    try:
        source = av.open(f"file:{part}")
    except av.FFmpegError:
        return 0
    with source, create(rescued) as target:
        count = copy_whole_pictures(source, target)
        os.fsync(target.fileno())
    return count


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
