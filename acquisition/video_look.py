"""A look at a few stretches of a video file before it is read, wherever in it something moves."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream

from acquisition.changes import Grey
from acquisition.grey import grey_pixels
from acquisition.interlacing import LEAST_LAGS, FieldOrder, field_order, row_lags
from acquisition.repeats import repeats, strongest_change
from acquisition.video_survey import Survey, open_container, video_stream

# A title or a micrometer may stand at the beginning, so the middle and the end are looked at too.
STRETCHES, LENGTH = 4, 14


@dataclass(frozen=True, slots=True)
class Look:
    """What the pictures say of themselves.

    Attributes:
        field_order: How the rows of a frame follow each other; None where that cannot be told.
        unclear: Whether enough moves to tell, and it points to neither.
        repeats: Whether pictures are shown again.
    """

    field_order: FieldOrder | None
    unclear: bool
    repeats: bool


def look_at(path: Path, found: Survey) -> Look:
    """Look at the beginning, and after each further quarter, of a surveyed video file."""
    stretches = list(_stretches(path, found))
    lags = [lag for stretch in stretches for lag in stretch.lags]
    order = field_order(lags)
    unclear = order is None and len(lags) >= LEAST_LAGS
    return Look(order, unclear, any(stretch.repeats for stretch in stretches))


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What pictures in a row say: their `row_lags`, and whether one of them is shown again."""

    lags: tuple[float, ...]
    repeats: bool

    @classmethod
    def of(cls, pictures: list[Grey]) -> "_Stretch":
        changes = [strongest_change(*pair) for pair in pairwise(pictures)]
        again = bool(changes) and bool(repeats(np.array(changes)).any())
        return cls(tuple(row_lags(pictures)), again)


def _stretches(path: Path, found: Survey) -> Iterator[_Stretch]:
    """Yield what stretches say; what cannot be decoded here is told when the file is read.

    A file can be entered at its key frames alone, so stretches may begin with one picture: these
    are looked at once and count as often as they were asked for.
    """
    seen: dict[int | None, _Stretch] = {}
    with open_container(path) as container:
        stream = video_stream(container)
        try:
            for tick in _begins(found):
                if tick is not None:
                    container.seek(tick, stream=stream)
                pictures = _pictures(container, stream)
                first = next(pictures, None)
                begin = None if first is None else first.pts
                if begin is None or begin not in seen:
                    seen[begin] = _Stretch.of(_greys(first, pictures))
                yield seen[begin]
        except av.FFmpegError:
            return


def _begins(found: Survey) -> list[int | None]:
    """Return where the stretches begin, in ticks; None is the file's own beginning."""
    if not found.ticks or found.frames <= STRETCHES * LENGTH:
        return [None]
    quarters = [part * found.frames // STRETCHES for part in range(1, STRETCHES)]
    return [None, *(found.ticks[quarter] for quarter in quarters)]


def _pictures(container: InputContainer, stream: VideoStream) -> Iterator[av.VideoFrame]:
    decoded = (picture for picture in container.decode(stream) if not picture.is_corrupt)
    return islice(decoded, LENGTH)


def _greys(first: av.VideoFrame | None, others: Iterator[av.VideoFrame]) -> list[Grey]:
    """Return the grey values of the first picture and of those that follow at its size."""
    if first is None:
        return []
    grey = grey_pixels(first)
    following = map(grey_pixels, others)
    return [grey, *(other for other in following if other.shape == grey.shape)]
