"""The detector: frames in, sperm heads out."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from acquisition.frame import Frame
from calibration.scale import Scale
from inference.activity import ActivityMeter
from inference.heatmap import Heads, read_heads
from inference.model import ModelCard, ModelIdentity, load_model
from inference.pictures import normalise, to_model_scale
from inference.tracks import Detections

# The network halves its picture three times.
SIDE_MULTIPLE_PX = 8


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
    """A frame at the model's scale."""

    index: int
    time_s: float
    grey: NDArray[np.uint8]
    picture: NDArray[np.float32]


class HeadDetector:
    """The shipped network: reads three frames, before, now and after, to tell cells from dirt."""

    def __init__(self, card: ModelCard, threads: int = 2) -> None:
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
        meter = ActivityMeter(self._card.um_per_px)
        for around in _neighbours(
            self._prepare(frames, factors, frame_rate_hz), self._card.offset_s
        ):
            now = around[1]
            heads = self._find(around)
            activity = meter.measure(now.grey, now.time_s, heads.xy)
            yield Detections(
                now.index,
                now.time_s,
                (heads.xy + 0.5) / factors - 0.5,
                heads.size / factors,
                heads.score,
                activity,
            )

    def _prepare(
        self, frames: Iterable[Frame], factors: NDArray[np.float64], frame_rate_hz: float
    ) -> Iterator[_Prepared]:
        start_s: float | None = None
        for frame in frames:
            known = frame.time_us is not None
            time_s = (frame.time_us or 0) / 1e6 if known else frame.index / frame_rate_hz
            start_s = time_s if start_s is None else start_s
            grey = to_model_scale(frame.pixels, float(factors[0]), float(factors[1]))
            picture = np.zeros(
                [-(-side // SIDE_MULTIPLE_PX) * SIDE_MULTIPLE_PX for side in grey.shape], np.float32
            )
            normalise(grey, picture[: grey.shape[0], : grey.shape[1]])
            yield _Prepared(frame.index, time_s - start_s, grey, picture)

    def _find(self, around: tuple[_Prepared, _Prepared, _Prepared]) -> Heads:
        pictures = np.stack([prepared.picture for prepared in around])[None]
        maps = self._session.run(None, {"pictures": pictures})[0][0]
        return read_heads(maps, self._card.min_score)


def _neighbours(
    frames: Iterator[_Prepared], offset_s: float
) -> Iterator[tuple[_Prepared, _Prepared, _Prepared]]:
    """Yield each frame with the ones nearest to `offset_s` before and after it.

    At the ends of the recording the first and the last frame stand in for those beyond.
    """
    past: deque[_Prepared] = deque()
    ahead: deque[_Prepared] = deque()
    ended = False
    while True:
        while not ended and (not ahead or ahead[-1].time_s < ahead[0].time_s + 2 * offset_s):
            following = next(frames, None)
            ended = following is None
            if following is not None:
                ahead.append(following)
        if not ahead:
            return
        now = ahead[0]
        past.append(now)
        while past[0].time_s < now.time_s - 2 * offset_s:
            past.popleft()
        yield (
            min(past, key=lambda frame: abs(frame.time_s - (now.time_s - offset_s))),
            now,
            min(ahead, key=lambda frame: abs(frame.time_s - (now.time_s + offset_s))),
        )
        ahead.popleft()
