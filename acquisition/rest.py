"""What is left of a recording whose first pictures are no part of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, pairwise

import numpy as np

from acquisition.cuts import ALIKE, likeness, small_version
from acquisition.frame import Frame
from acquisition.notice import Notice
from acquisition.video_info import Video, VideoInfo

# Clips that were cut out of longer videos may begin with a picture or two from before the cut:
# VISEM-Tracking 12 with two, 52 with one. The first pictures are held against each other; one is
# stray if a pair up to it is further from alike than this many times what is usual in the others.
LOOKED_AT = 8
MOST_STRAY = 3
FURTHER = 4.0
STRAY_START = "stray_start"
"""Code of the notice that first pictures were left out."""


@dataclass(frozen=True, slots=True)
class Rest:
    """A recording without its first pictures, itself a `Video`; frames keep their numbers."""

    whole: Video
    begin: int
    notices: tuple[Notice, ...]

    @property
    def info(self) -> VideoInfo:
        """What is known of the whole recording, and what of it is left out."""
        whole = self.whole.info
        return replace(whole, notices=(*whole.notices, *self.notices))

    def frames(self) -> Iterator[Frame]:
        """Yield the frames of the specimen in order."""
        return (frame for frame in self.whole.frames() if frame.index >= self.begin)


def without_stray_start(video: Video) -> Video:
    """Return a recording without first pictures that show another instant than what follows.

    Cells seem to leap from there, and those present at the first instant could not be told.

    Raises:
        VideoError: If a frame cannot be decoded.
    """
    first = list(islice(video.frames(), LOOKED_AT))
    stray = _stray(first) if len(first) == LOOKED_AT else 0
    if stray == 0:
        return video
    what = "picture shows" if stray == 1 else f"{stray} pictures show"
    notice = Notice(STRAY_START, f"the first {what} another instant than what follows; left out")
    return Rest(video, first[stray].index, (notice,))


def _stray(frames: list[Frame]) -> int:
    """Return how many of the first pictures are stray."""
    small = [small_version(frame.pixels) for frame in frames]
    apart = np.array([1 - likeness(one, other) for one, other in pairwise(small)])
    limit = max(1 - ALIKE, FURTHER * float(np.median(apart)))
    leaps = np.flatnonzero(apart[:MOST_STRAY] > limit)
    return int(leaps[-1]) + 1 if len(leaps) else 0
