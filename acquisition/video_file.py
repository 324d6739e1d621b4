"""Video files of any kind, read through PyAV."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from acquisition.deinterlacing import Deinterlace, choose_order
from acquisition.frame import Frame
from acquisition.grey import grey_pixels
from acquisition.interlacing import FieldOrder
from acquisition.notice import Notice
from acquisition.repeats import repeats, strongest_change
from acquisition.sidecar import Moment, check_sum
from acquisition.video_fields import FieldsVideo
from acquisition.video_info import Video, VideoError, VideoInfo, check_length
from acquisition.video_look import look_at
from acquisition.video_survey import open_container, survey, video_stream
from acquisition.video_timing import check_rate, timing, timing_notices, without_repeats


class VideoFile:
    """A video file whose frames have been counted and timed before they are read.

    Args:
        info: What is known of it.
        moments: One for each picture of the file, in order; None for those that are passed over.
    """

    def __init__(self, info: VideoInfo, moments: Sequence[Moment | None]) -> None:
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
            for moment, pixels in self._decode():
                if moment is not None and moment.crc32 not in (None, check_sum(pixels)):
                    raise VideoError(
                        f"{self._info.path}: frame {done} is not the picture that was recorded "
                        "(its check sum differs); copy the file again from its source"
                    )
                done += 1
                if moment is not None:
                    yield Frame(
                        pixels,
                        moment.index,
                        moment.time_us,
                        moment.host_time_ns,
                        moment.lost_before,
                    )
        except av.FFmpegError as error:
            raise self._broken(done, str(error.strerror)) from error
        if done < len(self._moments):
            raise self._broken(done, "the file is damaged")

    def _decode(self) -> Iterator[tuple[Moment | None, NDArray[np.uint8]]]:
        with open_container(self._info.path) as container:
            pictures = container.decode(video_stream(container))
            for place, (moment, picture) in enumerate(zip(self._moments, pictures, strict=False)):
                if picture.is_corrupt:
                    return
                if (picture.width, picture.height) != (self._info.width_px, self._info.height_px):
                    raise VideoError(f"{self._info.path} changes its size at frame {place}")
                yield moment, grey_pixels(picture)

    def _broken(self, done: int, reason: str) -> VideoError:
        return VideoError(
            f"{self._info.path}: frame {done} of {self._info.frames} cannot be decoded ({reason}); "
            "copy the file again from its source"
        )


def open_file(
    path: Path, given_hz: float | None = None, deinterlace: Deinterlace = Deinterlace.AUTO
) -> Video:
    """Open a video file as the pictures that were taken: its frames, or the fields in them.

    Its own times are used, whether or not they are regular. Pictures that only show the one before
    them again are passed over, like frames that were lost.

    Args:
        path: The file.
        given_hz: Frames per second, for a file that does not state them; for others it is held
            against what they state.
        deinterlace: Whether frames are taken apart into their fields.

    Raises:
        VideoError: If it is no video, is too short, or states another frame rate.
    """
    found = survey(path)
    check_length(path, found.frames)
    rate_hz, times_us = timing(path, found, given_hz)
    look = look_at(path, found)
    order, doubts = choose_order(deinterlace, found.field_order, look)
    info = VideoInfo(
        path,
        sha256_of(path),
        found.frames,
        rate_hz,
        found.width_px,
        found.height_px,
        stated=found.stated,
        notices=(*timing_notices(found, times_us), *doubts),
    )
    frames = VideoFile(info, [Moment(i, time_us) for i, time_us in enumerate(times_us)])
    if look.repeats:
        frames = _passing_over_repeats(frames, times_us)
    video = frames if order is FieldOrder.PROGRESSIVE else FieldsVideo(frames, order)
    check_rate(path, (rate_hz, video.info.frame_rate_hz), given_hz)
    return video


def _passing_over_repeats(whole: VideoFile, times_us: Sequence[int]) -> VideoFile:
    """Return a file without the pictures that repeat; all of it is read once to find them.

    A still picture before a specimen may look like one that repeats, until all of it is seen.
    """
    pictures = pairwise(frame.pixels for frame in whole.frames())
    changes = np.array([strongest_change(before, after) for before, after in pictures])
    again = [False, *repeats(changes).tolist()]
    if not any(again):
        return whole
    moments = without_repeats(times_us, again)
    left = [moment.index for moment in moments if moment is not None]
    check_length(whole.info.path, len(left))
    last = max(place for place, moment in enumerate(moments) if moment is not None)
    info = whole.info
    rate_hz = info.frame_rate_hz * left[-1] / last
    notice = Notice(
        "repeated_frames",
        f"{sum(again)} of {info.frames} pictures only show the one before them again; they were "
        f"passed over, and what is left was read at {rate_hz:.5g} frames/s",
    )
    info = replace(
        info,
        frames=len(left),
        frame_rate_hz=rate_hz,
        repeated=sum(again),
        notices=(*info.notices, notice),
    )
    return VideoFile(info, moments)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
