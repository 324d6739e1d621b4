"""Video files of any kind, read through PyAV."""

import hashlib
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av

from acquisition.frame import Frame
from acquisition.grey import grey_pixels
from acquisition.sidecar import Moment
from acquisition.video_info import FrameRateError, VideoError, VideoInfo, check_length
from acquisition.video_survey import Survey, open_container, survey, video_stream

RATE_TOLERANCE = 0.01


class VideoFile:
    """A video file whose frames have been counted and timed before they are read."""

    def __init__(self, info: VideoInfo, moments: tuple[Moment, ...]) -> None:
        self._info = info
        self._moments = moments

    @property
    def info(self) -> VideoInfo:
        """What is known before reading."""
        return self._info

    def frames(self) -> Iterator[Frame]:
        """Yield every frame in order.

        Raises:
            VideoError: If a frame cannot be decoded.
        """
        done = 0
        try:
            for frame in self._decode():
                yield frame
                done += 1
        except av.FFmpegError as error:
            raise self._broken(done, str(error.strerror)) from error
        if done < self._info.frames:
            raise self._broken(done, "the file is damaged")

    def _decode(self) -> Iterator[Frame]:
        with open_container(self._info.path) as container:
            pictures = container.decode(video_stream(container))
            for moment, picture in zip(self._moments, pictures, strict=False):
                if picture.is_corrupt:
                    return
                if (picture.width, picture.height) != (self._info.width_px, self._info.height_px):
                    raise VideoError(f"{self._info.path} changes its size at frame {moment.index}")
                yield Frame(
                    grey_pixels(picture),
                    moment.index,
                    moment.time_us,
                    moment.host_time_ns,
                    moment.lost_before,
                )

    def _broken(self, done: int, reason: str) -> VideoError:
        return VideoError(
            f"{self._info.path}: frame {done} of {self._info.frames} cannot be decoded ({reason}); "
            "copy the file again from its source"
        )


def open_file(path: Path, frame_rate_hz: float | None = None) -> VideoFile:
    """Open a video file.

    Its own times are used, whether or not they are regular.

    Raises:
        VideoError: If it is no video, is too short, or states another frame rate.
    """
    found = survey(path)
    check_length(path, found.frames)
    rate_hz, times_us = _timing(path, found, frame_rate_hz)
    check_rate(path, rate_hz, frame_rate_hz)
    moments = tuple(Moment(i, time_us) for i, time_us in enumerate(times_us))
    info = VideoInfo(path, sha256_of(path), found.frames, rate_hz, found.width_px, found.height_px)
    return VideoFile(info, moments)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check_rate(path: Path, rate_hz: float, given_hz: float | None) -> None:
    """Hold a given frame rate against the file's own.

    Raises:
        FrameRateError: If they differ by more than 1 %.
    """
    if given_hz is not None and abs(given_hz / rate_hz - 1) > RATE_TOLERANCE:
        raise FrameRateError(
            f"--frame-rate {given_hz:g} contradicts {path}, which runs at {rate_hz:.6g} frames/s; "
            "leave the option out, or correct the file"
        )


def _timing(path: Path, found: Survey, given_hz: float | None) -> tuple[float, list[int]]:
    """Return the frame rate, and the time of every frame in µs from the first.

    Where the file's times are those of a steady rate, they are taken from the rate: a container
    such as Matroska rounds them to 1 ms, which at 50 frames/s is 5 % of a step.
    """
    steady = _steady_rate_hz(found)
    if steady is not None or not found.ticks:
        rate_hz = steady or found.stated_rate_hz or given_hz
        if rate_hz is None:
            raise FrameRateError(f"{path} states no frame rate; give it with --frame-rate")
        return float(rate_hz), [round(i * 1_000_000 / rate_hz) for i in range(found.frames)]
    for i, (before, after) in enumerate(pairwise(found.ticks)):
        if after <= before:
            raise VideoError(f"{path}: frames {i} and {i + 1} have the same time; export it again")
    us_per_tick = found.tick_s * 1_000_000
    times_us = [round((tick - found.ticks[0]) * us_per_tick) for tick in found.ticks]
    return (found.frames - 1) * 1e6 / times_us[-1], times_us


def _steady_rate_hz(found: Survey) -> Fraction | None:
    """Return the rate whose times, rounded to a tick, are those of the file, if there is one."""
    if not found.ticks or found.ticks[-1] == found.ticks[0]:
        return None
    span_s = (found.ticks[-1] - found.ticks[0]) * found.tick_s
    for rate_hz in (found.stated_rate_hz, (found.frames - 1) / span_s):
        if rate_hz:
            step = 1 / (rate_hz * found.tick_s)
            off = (tick - found.ticks[0] - i * step for i, tick in enumerate(found.ticks))
            if all(abs(ticks) <= 1 for ticks in off):
                return rate_hz
    return None
