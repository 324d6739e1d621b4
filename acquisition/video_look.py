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
    lags: list[float] = []
    repeated = False
    for pictures in _stretches(path, found):
        lags += row_lags(pictures)
        changes = [strongest_change(*pair) for pair in pairwise(pictures)]
        repeated |= bool(changes) and bool(repeats(np.array(changes)).any())
    order = field_order(lags)
    return Look(order, order is None and len(lags) >= LEAST_LAGS, repeated)


def _stretches(path: Path, found: Survey) -> Iterator[list[Grey]]:
    """Yield pictures in a row; what cannot be decoded here is told when the file is read."""
    with open_container(path) as container:
        stream = video_stream(container)
        try:
            for tick in _begins(found):
                if tick is not None:
                    container.seek(tick, stream=stream)
                yield list(_pictures(container, stream))
        except av.FFmpegError:
            return


def _begins(found: Survey) -> list[int | None]:
    """Return where the stretches begin, in ticks; None is the file's own beginning."""
    if not found.ticks or found.frames <= STRETCHES * LENGTH:
        return [None]
    quarters = [part * found.frames // STRETCHES for part in range(1, STRETCHES)]
    return [None, *(found.ticks[quarter] for quarter in quarters)]


def _pictures(container: InputContainer, stream: VideoStream) -> Iterator[Grey]:
    decoded = (picture for picture in container.decode(stream) if not picture.is_corrupt)
    pictures = islice(map(grey_pixels, decoded), LENGTH)
    first = next(pictures, None)
    if first is not None:
        yield first
        yield from (picture for picture in pictures if picture.shape == first.shape)
