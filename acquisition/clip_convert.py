"""Clips for other programs: a video to look at, or lossless pictures with their times."""

import csv
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.clip_files import rename
from acquisition.part_file import part_file, part_folder
from acquisition.sidecar import ClipError
from acquisition.video import Video

VIDEO_SUFFIX = ".mp4"
TIMES_NAME = "frames.csv"
# Without a visible loss; sizes of H.264 with half the colour are even.
_OPTIONS = {"crf": "12", "preset": "medium"}
_TICKS_HZ = 90_000

Progress = Callable[[int, int], None]
"""Called with the frames done and the frames in all."""


def _check_free(target: Path) -> None:
    if target.exists():
        raise ClipError(f"{target} exists; nothing is overwritten, give another name")


def write_video(video: Video, target: Path, progress: Progress) -> None:
    """Write H.264 at the times of the frames; made for looking, not for measuring.

    Raises:
        ClipError: If the target is taken or cannot be written.
        VideoError: If a frame cannot be read.
    """
    _check_free(target)
    try:
        with part_file(target) as part:
            _encode(video, part, progress)
            rename(part, target)
    except OSError as error:
        raise _cannot_write(target, error) from error


def _encode(video: Video, part: Path, progress: Progress) -> None:
    info = video.info
    height, width = info.height_px // 2 * 2, info.width_px // 2 * 2
    with av.open(str(part), "w", format="mp4") as container:
        rate = Fraction(info.frame_rate_hz).limit_denominator(1001)
        stream = container.add_stream("libx264", rate=rate, options=dict(_OPTIONS))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = Fraction(1, _TICKS_HZ)
        first_us: int | None = None
        for done, frame in enumerate(video.frames(), start=1):
            time_us = frame.time_us or 0
            first_us = time_us if first_us is None else first_us
            picture = av.VideoFrame.from_ndarray(_even(frame.pixels), format="gray")
            picture.pts = round((time_us - first_us) * _TICKS_HZ / 1e6)
            picture.time_base = Fraction(1, _TICKS_HZ)
            container.mux(stream.encode(picture))
            progress(done, info.frames)
        container.mux(stream.encode(None))


def write_pictures(video: Video, target: Path, progress: Progress) -> None:
    """Write a folder of TIFF pictures, bit by bit the recorded ones, and a table of their times.

    Raises:
        ClipError: If the target is taken or cannot be written.
        VideoError: If a frame cannot be read.
    """
    _check_free(target)
    try:
        with part_folder(target) as part:
            _write_each(video, part, progress)
            part.rename(target)
    except OSError as error:
        raise _cannot_write(target, error) from error


def _write_each(video: Video, folder: Path, progress: Progress) -> None:
    with (folder / TIMES_NAME).open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(("file", "frame", "time_us", "lost_before"))
        for done, frame in enumerate(video.frames(), start=1):
            name = f"frame_{frame.index:06d}.tif"
            if not cv2.imwrite(str(folder / name), frame.pixels):
                raise ClipError(f"{folder / name} cannot be written; free some space")
            table.writerow((name, frame.index, frame.time_us, frame.lost_before))
            progress(done, video.info.frames)


def _even(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = (side // 2 * 2 for side in pixels.shape)
    return np.ascontiguousarray(pixels[:height, :width])


def _cannot_write(target: Path, error: OSError) -> ClipError:
    return ClipError(f"{target} cannot be written ({error.strerror or error})")
