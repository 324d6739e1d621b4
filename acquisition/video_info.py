"""What a recorded video is, whatever it is stored as."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Protocol

from acquisition.frame import Frame
from acquisition.interlacing import FieldOrder
from acquisition.notice import Notice

# Two pictures show a displacement, but not whether a cell went somewhere or shook in place.
MIN_FRAMES = 3

FrameNumber = Callable[[int], int]
"""Gives the number by which people are told of a frame, by its index."""


class VideoError(Exception):
    """The file is no video that can be analysed; the text names the file and says why."""


class FrameRateError(VideoError):
    """The frame rate that was given is missing, impossible, or contradicts the file."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a file says of itself, whether or not it is so; None where it says nothing.

    Attributes:
        frames: Pictures that it holds.
        frame_rate_hz: Frames per second.
        field_order: How the rows of a frame follow each other.
        pixel_aspect: Width of a pixel divided by its height.
    """

    frames: int
    frame_rate_hz: float | None = None
    field_order: FieldOrder | None = None
    pixel_aspect: Fraction | None = None


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What is known of a recording before its pictures are read.

    Attributes:
        path: File or folder.
        sha256: Hash of the file; of a folder, of the names and hashes of its images in order.
        frames: Number of frames; of interlaced video that was taken apart, of its fields.
        frame_rate_hz: Frames per second that the times of the frames are based on.
        width_px: Width of a frame.
        height_px: Height of a frame.
        field_order: How the rows of its pictures were taken to follow each other; unless they are
            progressive, each frame that is read is one video field.
        repeated: Pictures that only show the one before them again, and are passed over.
        stated: What the file says of itself; None where no container says anything.
        notices: Where that is not what was used, and why.
    """

    path: Path
    sha256: str
    frames: int
    frame_rate_hz: float
    width_px: int
    height_px: int
    field_order: FieldOrder = FieldOrder.PROGRESSIVE
    repeated: int = 0
    stated: Stated | None = None
    notices: tuple[Notice, ...] = ()

    def frame_in_file(self, index: int) -> int:
        """Return the file's own number, from 0, of the frame that one that is read belongs to."""
        if self.repeated and self.stated is not None and self.stated.frame_rate_hz is not None:
            return int((index + 0.5) / self.frame_rate_hz * self.stated.frame_rate_hz)
        return index if self.field_order is FieldOrder.PROGRESSIVE else index // 2

    @property
    def pixel_aspect(self) -> Fraction | None:
        """Width of a pixel divided by its height, as the file says; None where it does not."""
        return None if self.stated is None else self.stated.pixel_aspect


def as_read(index: int) -> int:
    """Return the index of a frame as its number: frames are told as they are read."""
    return index


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
