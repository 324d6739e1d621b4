"""What a recorded video is, whatever it is stored as."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from acquisition.frame import Frame

# Two pictures show a displacement, but not whether a cell went somewhere or shook in place.
MIN_FRAMES = 3


class VideoError(Exception):
    """The file is no video that can be analysed; the text names the file and says why."""


class FrameRateError(VideoError):
    """The frame rate that was given is missing, impossible, or contradicts the file."""


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


def check_length(path: Path, frames: int) -> None:
    """Refuse a recording that is too short to grade.

    Raises:
        VideoError: If it has fewer than `MIN_FRAMES` frames.
    """
    if frames < MIN_FRAMES:
        count = "no frame" if frames == 0 else f"only {frames} frame{'s' * (frames > 1)}"
        raise VideoError(
            f"{path} has {count}; motility needs at least {MIN_FRAMES}, "
            "and a second of them for a grade"
        )
