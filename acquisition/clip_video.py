"""Reading a clip back as a video, with its exact times and its losses."""

from dataclasses import replace
from pathlib import Path

from acquisition.clip_files import CLIP_SUFFIX
from acquisition.sidecar import ClipError, Moment, read_sidecar, sidecar_path
from acquisition.video_file import VideoFile, sha256_of
from acquisition.video_info import VideoError, VideoInfo, check_length
from acquisition.video_survey import survey
from acquisition.video_timing import check_rate


def is_clip(path: Path) -> bool:
    """Whether a file is named like a clip and has a clip's sidecar beside it."""
    return path.suffix == CLIP_SUFFIX and sidecar_path(path).is_file()


def open_clip(path: Path, frame_rate_hz: float | None = None) -> VideoFile:
    """Open a clip; its times are those of its sidecar.

    Raises:
        VideoError: If clip or sidecar is gone, they do not belong together, or it is too short.
    """
    if not path.exists():
        raise VideoError(f"{path} does not exist")
    try:
        sidecar = read_sidecar(sidecar_path(path))
    except ClipError as error:
        raise VideoError(str(error)) from error
    found = survey(path)
    digest = sha256_of(path)
    if digest != sidecar.sha256:
        raise VideoError(f"{path} is not the file that was recorded: its hash is not the sidecar's")
    moments = sidecar.frames.rows()
    if found.frames != len(moments):
        raise VideoError(f"{path} has {found.frames} frames, its sidecar {len(moments)}")
    check_length(path, found.frames)
    rate_hz = sidecar.frame_rate_hz
    check_rate(path, (rate_hz,), frame_rate_hz)
    info = VideoInfo(path, digest, found.frames, rate_hz, found.width_px, found.height_px)
    return VideoFile(info, tuple(_timed(moment, rate_hz) for moment in moments))


def _timed(moment: Moment, rate_hz: float) -> Moment:
    if moment.time_us is not None:
        return moment
    time_us = round(moment.index * 1e6 / rate_hz)
    return replace(moment, time_us=time_us)
