"""The detector: frames in, sperm heads out."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from operator import attrgetter
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.frame import Frame
from acquisition.prefetch import read_ahead
from calibration.scale import Scale
from inference.activity import ActivityMeter
from inference.centring import centred
from inference.cuts import CutWatch
from inference.flow import FlowMeter
from inference.heatmap import INSTANTS, read_heads
from inference.identity import ModelIdentity
from inference.model import HeadsCard, load_model
from inference.pictures import SIDE_MULTIPLE_PX, contrast_table, median_grey, to_model_scale
from inference.tracks import Detections

PACKS_AHEAD = 2


class Detector(Protocol):
    """Finds spermatozoa."""

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is."""
        ...

    def detect(
        self, frames: Iterable[Frame], scale: Scale, frame_rate_hz: float
    ) -> Iterator[Detections]:
        """Yield the detections of every frame in order.

        Args:
            frames: Frames of one size, in order.
            scale: Scale of the frames.
            frame_rate_hz: Frame rate, for frames that carry no time.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class _Prepared:
    """A frame at the model's scale, its median grey, and how many cuts lie before it."""

    index: int
    time_s: float
    grey: NDArray[np.uint8]
    background: int
    field: int


@dataclass(frozen=True, slots=True, eq=False)
class _Pack:
    """Frames that the network answers for at once, with the ones before and after them.

    Attributes:
        before: The frame about `offset_s` before the middle one.
        middle: One to three frames in a row.
        after: The frame about `offset_s` after the middle one.
    """

    before: _Prepared
    middle: tuple[_Prepared, ...]
    after: _Prepared

    @property
    def instants(self) -> tuple[_Prepared, _Prepared, _Prepared]:
        """Last, now and next; at the end of a recording the last frame repeats."""
        last, *rest = self.middle
        return last, rest[0] if rest else last, rest[-1] if rest else last

    def draw(self, pictures: NDArray[np.float32]) -> None:
        """Write the network's input, shape (1, 5, h, w); what is beyond the frame stays 0."""
        for shown, out in zip((self.before, *self.instants, self.after), pictures[0], strict=True):
            height, width = shown.grey.shape
            out[:height, :width] = cv2.LUT(shown.grey, contrast_table(shown.background))


class HeadDetector:
    """The shipped network: reads five frames to tell cells from dirt, and answers for three."""

    def __init__(self, card: HeadsCard, threads: int = 2) -> None:
        self._card = card
        self._session = load_model(card, threads)

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is."""
        return self._card.identity

    def detect(
        self, frames: Iterable[Frame], scale: Scale, frame_rate_hz: float
    ) -> Iterator[Detections]:
        """Yield the detections of every frame in order; see `Detector.detect`."""
        factors = np.array([scale.um_per_px_x, scale.um_per_px_y]) / self._card.um_per_px
        activity, flow = ActivityMeter(self._card.um_per_px), FlowMeter()
        field = 0
        # The network works on a thread of its own while its last answer is read.
        for pack, maps in read_ahead(self._answers(frames, factors, frame_rate_hz), PACKS_AHEAD):
            if pack.middle[0].field != field:
                field = pack.middle[0].field
                activity, flow = ActivityMeter(self._card.um_per_px), FlowMeter()
            for instant, now in enumerate(pack.middle):
                heads = read_heads(maps, instant, self._card.min_score)
                xy = centred(now.grey, now.background, heads.xy)
                inside = _inside(xy, now.grey.shape)
                xy = xy[inside]
                yield Detections(
                    now.index,
                    now.time_s,
                    (xy + 0.5) / factors - 0.5,
                    heads.size[inside] / factors,
                    heads.score[inside],
                    activity.measure(now.grey, now.time_s, xy),
                    heads.moves[inside],
                    flow.measure(now.grey, now.time_s) / factors,
                    now.field,
                )

    def _answers(
        self, frames: Iterable[Frame], factors: NDArray[np.float64], frame_rate_hz: float
    ) -> Iterator[tuple[_Pack, NDArray[np.float32]]]:
        pictures = np.empty(0, np.float32)
        prepared = self._prepare(frames, factors, frame_rate_hz)
        for _, field in groupby(prepared, attrgetter("field")):
            for pack in _packs(field, self._card.offset_s):
                if not pictures.size:
                    pictures = _blank(pack.before.grey.shape)
                pack.draw(pictures)
                yield pack, self._session.run(None, {"pictures": pictures})[0][0]

    def _prepare(
        self, frames: Iterable[Frame], factors: NDArray[np.float64], frame_rate_hz: float
    ) -> Iterator[_Prepared]:
        start_s: float | None = None
        watch, field = CutWatch(), 0
        for frame in frames:
            known = frame.time_us is not None
            time_s = (frame.time_us or 0) / 1e6 if known else frame.index / frame_rate_hz
            start_s = time_s if start_s is None else start_s
            grey = to_model_scale(frame.pixels, float(factors[0]), float(factors[1]))
            field += watch.begins_field(grey)
            yield _Prepared(frame.index, time_s - start_s, grey, median_grey(grey), field)


def _blank(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return an empty input of the network that frames (h, w) fit in."""
    height, width = (-(-side // SIDE_MULTIPLE_PX) * SIDE_MULTIPLE_PX for side in shape)
    return np.zeros((1, INSTANTS + 2, height, width), np.float32)


def _inside(xy: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which points (n, 2) are inside a picture; the network's input is a little larger."""
    return np.asarray(((xy > -0.5) & (xy < (shape[1] - 0.5, shape[0] - 0.5))).all(axis=1))


def _packs(frames: Iterator[_Prepared], offset_s: float) -> Iterator[_Pack]:
    """Yield the frames in threes, each with the ones nearest to `offset_s` before and after.

    At the ends of the recording the first and the last frame stand in for those beyond.
    """
    past: deque[_Prepared] = deque()
    ahead: deque[_Prepared] = deque()
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
        yield _Pack(
            min(past, key=lambda frame: abs(frame.time_s - (now_s - offset_s))),
            middle,
            min(ahead, key=lambda frame: abs(frame.time_s - (now_s + offset_s))),
        )
        for _ in middle:
            ahead.popleft()


def _reaches(ahead: deque[_Prepared], offset_s: float) -> bool:
    """Whether enough frames were read to serve the next pack."""
    return len(ahead) >= INSTANTS and ahead[-1].time_s >= ahead[1].time_s + 2 * offset_s
