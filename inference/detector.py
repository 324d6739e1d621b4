"""The detector: frames in, sperm heads out."""

from collections.abc import Iterable, Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from acquisition.frame import Frame
from acquisition.prefetch import read_ahead, work_ahead
from calibration.scale import Scale
from inference.activity import ActivityMeter
from inference.centring import centred
from inference.flow import FlowMeter
from inference.heatmap import read_heads
from inference.identity import ModelIdentity, joint_identity
from inference.looks import head_looks
from inference.model import HeadsCard, ModelError, load_model
from inference.packs import Pack, packs, prepare
from inference.sorter import Sorter, with_looks
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


class HeadDetector:
    """The shipped networks: one finds heads, another sorts cells from debris now and then.

    The first reads seven frames and answers for five.

    Args:
        card: What describes the first.
        sorter: The other.
        threads: How many packs of frames the first works on at once.
        dark: What describes the one that finds heads where they are dark; the first, too, if None.

    Raises:
        ModelError: If a model is missing or altered, or the two do not take the same pictures.
    """

    def __init__(
        self, card: HeadsCard, sorter: Sorter, threads: int = 2, dark: HeadsCard | None = None
    ) -> None:
        dark = dark or card
        if (dark.um_per_px, dark.offset_s, dark.min_score) != (
            card.um_per_px,
            card.offset_s,
            card.min_score,
        ):
            raise ModelError(f"{dark.file} and {card.file} do not read the same pictures")
        self._card = card
        self._sorter = sorter
        self._threads = threads
        self._bright = load_model(card)
        self._dark = self._bright if dark == card else load_model(dark)
        cards = dict.fromkeys([card, dark, sorter.card])
        self._identity = joint_identity([one.identity for one in cards])

    @property
    def identity(self) -> ModelIdentity:
        """Which models these are."""
        return self._identity

    def detect(
        self, frames: Iterable[Frame], scale: Scale, frame_rate_hz: float
    ) -> Iterator[Detections]:
        """Yield the detections of every frame in order; see `Detector.detect`."""
        wanted = np.array([scale.um_per_px_x, scale.um_per_px_y]) / self._card.um_per_px
        activity, flow = ActivityMeter(self._card.um_per_px), FlowMeter()
        field = 0
        made = read_ahead(
            packs(prepare(frames, wanted, frame_rate_hz), self._card.offset_s), PACKS_AHEAD
        )
        # The first network works on the next packs while its last answer is read, and sorted.
        for pack, maps, looked_at in work_ahead(self._ask, with_looks(made), self._threads):
            if pack.middle[0].field != field:
                field = pack.middle[0].field
                activity, flow = ActivityMeter(self._card.um_per_px), FlowMeter()
            heads = read_heads(maps, self._card.min_score)
            pictures = [(now.grey, now.background) for now in pack.instants]
            xy = centred(pictures, heads.instant, heads.xy)
            looks = head_looks(pictures, heads.instant, xy)
            inside = _inside(xy, pack.before.grey.shape)
            log_odds = np.full(len(inside), np.nan)
            if looked_at is not None:
                log_odds = self._sorter.sort(looked_at, heads, pack)
            for instant, now in enumerate(pack.middle):
                factors = now.factors
                here = inside & (heads.instant == instant)
                yield Detections(
                    now.index,
                    now.time_s,
                    (xy[here] + 0.5) / factors - 0.5,
                    heads.size[here] / factors,
                    heads.score[here],
                    activity.measure(now.grey, now.time_s, xy[here]),
                    heads.moves[here],
                    log_odds[here],
                    looks[here],
                    flow.measure(now.grey, now.time_s) / factors,
                    now.field,
                    now.dark_heads,
                )

    def _ask(
        self, asked: tuple[Pack, bool]
    ) -> tuple[Pack, NDArray[np.float32], NDArray[np.float32] | None]:
        """Return a pack, the network's answer (channels, h, w), and its input if it is due."""
        pack, is_due = asked
        pictures = pack.draw()
        network = self._dark if pack.middle[0].dark_heads else self._bright
        maps = network.run(None, {"pictures": pictures})[0][0]
        return pack, maps, pictures[0] if is_due else None


def _inside(xy: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which points (n, 2) are inside a picture; the network's input is a little larger."""
    return np.asarray(((xy > -0.5) & (xy < (shape[1] - 0.5, shape[0] - 0.5))).all(axis=1))
