"""What a montage shows beside its fields: title cards, and a micrometer between them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from acquisition.changes import block_changes
from acquisition.cuts import CutWatch
from acquisition.frame import Frame
from acquisition.video_info import Video, VideoInfo

Grey = NDArray[np.uint8]

LOOK_S = 0.2
"""A shot is looked at so often, first so long after it began: the codec has settled by then."""

LEAST_LOOKS = 2

STILL = 60.0
"""A title changes by less, in grey values squared, where it changes most. Measured as a DVD has
them: drawn titles by 8 to 20, fields of dead cells by 800."""

FLAT = 1.0
"""Standard deviation in grey values of a block that shows nothing at all, not even noise."""

FLAT_SHARE = 0.3
"""A title is nothing but ground in so much of its picture."""

_BLOCK_PX = 8


@dataclass(slots=True)
class Shot:
    """A stretch between two cuts.

    Attributes:
        first: Index of its first frame.
        picture: One of its pictures, None while it is shorter than LOOK_S.
        change: How much its pictures differ from look to look, where they differ most.
        looks: How often it was looked at.
    """

    first: int
    picture: Grey | None = None
    change: float = 0.0
    looks: int = 0

    def look(self, picture: Grey, before: Grey | None) -> None:
        """Take in a picture and the one that was looked at before it in this shot."""
        self.looks += 1
        self.picture = picture if self.picture is None else self.picture
        if before is not None:
            self.change = max(self.change, float(block_changes(before, picture).max()))

    @property
    def is_card(self) -> bool:
        """Whether this is a drawing and no recording: it stands still, on a ground of one grey."""
        still = self.change < STILL
        return self.looks >= LEAST_LOOKS and still and flat_share(self.picture) > FLAT_SHARE


def flat_share(picture: Grey | None) -> float:
    """Return the share of blocks of a picture (h, w) that show one grey value."""
    if picture is None:
        return 0.0
    rows, columns = (side // _BLOCK_PX for side in picture.shape)
    whole = picture[: rows * _BLOCK_PX, : columns * _BLOCK_PX]
    blocks = whole.reshape(rows, _BLOCK_PX, columns, _BLOCK_PX).astype(np.float32)
    return float((blocks.std(axis=(1, 3)) < FLAT).mean())


class Watched:
    """A `Video` that notes its shots while it is read.

    Args:
        video: The recording.

    Attributes:
        shots: The shots that were seen so far, in order.
    """

    def __init__(self, video: Video) -> None:
        self.shots: list[Shot] = []
        self._video = video

    @property
    def info(self) -> VideoInfo:
        """What is known before reading."""
        return self._video.info

    def frames(self) -> Iterator[Frame]:
        """Yield the frames in order, and look at some of them."""
        self.shots.clear()
        cuts, step = CutWatch(), max(1, round(LOOK_S * self.info.frame_rate_hz))
        before: Grey | None = None
        for frame in self._video.frames():
            if cuts.begins_field(frame.pixels) or not self.shots:
                self.shots.append(Shot(frame.index))
                before = None
            elif (frame.index - self.shots[-1].first) % step == 0:
                self.shots[-1].look(frame.pixels, before)
                before = frame.pixels
            yield frame

    def shot_at(self, index: int) -> Shot:
        """Return the shot that shows a frame."""
        return next(shot for shot in reversed(self.shots) if shot.first <= index)
