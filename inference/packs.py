"""Frames made ready for the network: at its scale, and gathered into inputs of several pictures."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from acquisition.cuts import CutWatch
from acquisition.frame import Frame
from inference.heatmap import INSTANTS
from inference.light import heads_are_dark
from inference.pictures import SIDE_MULTIPLE_PX, median_grey, to_model_scale, write_contrast


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A frame at the model's scale.

    Attributes:
        index: Index of the frame.
        time_s: Time in s from the first frame.
        grey: The picture (h, w).
        background: Its median grey.
        field: How many cuts lie before it.
        dark_heads: Whether heads are dark in its field, by the field's first picture.
        factors: Its px for each px of the frame, x and y, shape (2,): sizes are whole px.
    """

    index: int
    time_s: float
    grey: NDArray[np.uint8]
    background: int
    field: int
    dark_heads: bool
    factors: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Pack:
    """Frames that the network answers for at once, with the ones before and after them.

    Attributes:
        before: The frame about `offset_s` before the middle one.
        middle: One to INSTANTS frames in a row.
        after: The frame about `offset_s` after the middle one.
    """

    before: Prepared
    middle: tuple[Prepared, ...]
    after: Prepared

    @property
    def instants(self) -> tuple[Prepared, ...]:
        """The frames that are answered for; at the end of a recording the last one repeats."""
        return self.middle + (INSTANTS - len(self.middle)) * self.middle[-1:]

    def draw(self) -> NDArray[np.float32]:
        """Return the network's input, shape (1, 7, h, w); what is beyond the frame is 0."""
        height, width = self.before.grey.shape
        sides = (-(-side // SIDE_MULTIPLE_PX) * SIDE_MULTIPLE_PX for side in (height, width))
        pictures = np.empty((1, INSTANTS + 2, *sides), np.float32)
        pictures[..., height:, :], pictures[..., width:] = 0, 0
        for shown, out in zip((self.before, *self.instants, self.after), pictures[0], strict=True):
            write_contrast(shown.grey, shown.background, out[:height, :width])
        return pictures


def prepare(
    frames: Iterable[Frame], factors: NDArray[np.float64], frame_rate_hz: float
) -> Iterator[Prepared]:
    """Yield frames at the model's scale, timed from the first one, and count the cuts.

    Args:
        frames: Frames of one size, in order.
        factors: Model px for each px of the frames, x and y, but for whole px.
        frame_rate_hz: Frame rate, for frames that carry no time.
    """
    start_s: float | None = None
    watch, field, dark_heads = CutWatch(), 0, False
    for frame in frames:
        known = frame.time_us is not None
        time_s = (frame.time_us or 0) / 1e6 if known else frame.index / frame_rate_hz
        grey = to_model_scale(frame.pixels, float(factors[0]), float(factors[1]))
        begins = watch.begins_field(grey)
        if begins or start_s is None:
            dark_heads = heads_are_dark(grey)
        field += begins
        start_s = time_s if start_s is None else start_s
        yield Prepared(
            frame.index,
            time_s - start_s,
            grey,
            median_grey(grey),
            field,
            dark_heads,
            np.divide(grey.shape[::-1], frame.pixels.shape[::-1]),
        )


def packs(prepared: Iterable[Prepared], offset_s: float) -> Iterator[Pack]:
    """Yield the packs of each field in turn; none reaches over a cut.

    Args:
        prepared: Frames in order.
        offset_s: How far the first and the last picture of a pack are from the middle one.
    """
    for _, field in groupby(prepared, attrgetter("field")):
        yield from _packs_of_field(field, offset_s)


def _packs_of_field(frames: Iterator[Prepared], offset_s: float) -> Iterator[Pack]:
    """Yield the frames INSTANTS at a time, with the ones about `offset_s` off their middle one.

    At the ends of the recording the first and the last frame stand in for those beyond.
    """
    past: deque[Prepared] = deque()
    ahead: deque[Prepared] = deque()
    ended = False
    while True:
        while not ended and not _reaches(ahead, offset_s):
            following = next(frames, None)
            ended = following is None
            if following is not None:
                ahead.append(following)
        if not ahead:
            return
        middle = tuple(islice(ahead, INSTANTS))
        past.extend(middle)
        now_s = middle[len(middle) // 2].time_s
        while past[0].time_s < now_s - 2 * offset_s and past[0] is not middle[0]:
            past.popleft()
        before_s = min(now_s - offset_s, middle[0].time_s)
        after_s = max(now_s + offset_s, middle[-1].time_s)
        yield Pack(_nearest(past, before_s), middle, _nearest(ahead, after_s))
        for _ in middle:
            ahead.popleft()


def _reaches(ahead: deque[Prepared], offset_s: float) -> bool:
    """Whether enough frames were read to serve the next pack."""
    return len(ahead) >= INSTANTS and ahead[-1].time_s >= ahead[INSTANTS // 2].time_s + 2 * offset_s


def _nearest(frames: Iterable[Prepared], time_s: float) -> Prepared:
    return min(frames, key=lambda frame: abs(frame.time_s - time_s))
