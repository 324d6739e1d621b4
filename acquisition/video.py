"""Recorded pictures from any source: a video file, a folder of images, a motiscope clip."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from acquisition.frame import Frame


class VideoError(Exception):
    """The file is no video that can be analysed; the text names the file and says why."""


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What is known of a recording before its pictures are read.

    Attributes:
        path: File or folder.
        sha256: Hash of the file; of a folder, of the names and hashes of its images in order.
        frames: Number of frames.
        frame_rate_hz: Frames per second that the times of the frames are based on.
        width_px: Width of a frame.
        height_px: Height of a frame.
    """

    path: Path
    sha256: str
    frames: int
    frame_rate_hz: float
    width_px: int
    height_px: int


class Video(Protocol):
    """A recording whose frames can be read in order, as often as wanted."""

    @property
    def info(self) -> VideoInfo:
        """What is known before reading."""
        ...

    def frames(self) -> Iterator[Frame]:
        """Yield every frame in order; `Frame.time_us` is set.

        Raises:
            VideoError: If a frame cannot be decoded.
        """
        ...
