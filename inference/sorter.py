"""The sorter: a second network that looks closer at what the detector found, now and then.

The detector looks at every place of every frame, so it has to be small, and takes debris for cells
and faint cells for debris. The sorter looks at each head for itself.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from inference.closeups import close_ups
from inference.heatmap import INSTANTS, Heads
from inference.model import ModelCard, load_model
from inference.packs import Pack

# What a cell looks like hardly changes within this.
PERIOD_S = 1.0
# Every second time the sorter looks only at what the detector holds less probable than this.
SURE_SCORE = 0.8
# No score is as high.
ALL_SCORES = 2.0
# Times of frames are sums and differences: as late is no later.
TOLERANCE_S = 1e-3
# What the detector holds less probable carries no track on, see `FollowSettings.follow_score`.
LEAST_SCORE = 0.15


class Sorter:
    """The shipped network that tells cells from debris.

    Args:
        card: What describes the network.
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        self._session = load_model(card)

    @property
    def card(self) -> ModelCard:
        """What describes the network."""
        return self._card

    def sort(
        self, contrasts: NDArray[np.float32], heads: Heads, pack: Pack, below: float = ALL_SCORES
    ) -> NDArray[np.float64]:
        """Return the log-odds that each head is a spermatozoon's, shape (n,).

        NaN where it does not look: in frames but the middle one, and at what is hardly a head.

        Args:
            contrasts: The detector's input, (pictures, h, w).
            heads: What the detector found in it.
            pack: Where it comes from.
            below: The score below which it looks at heads.
        """
        now = min(INSTANTS // 2, len(pack.middle) - 1)
        in_doubt = (heads.score >= LEAST_SCORE) & (heads.score < below)
        asked = (heads.instant == now) & in_doubt
        log_odds = np.full(len(asked), np.nan)
        if asked.any():
            cut = close_ups(contrasts, heads.xy[asked])
            log_odds[asked] = self._session.run(None, {"close_ups": cut})[0]
        return log_odds


def with_looks(made: Iterable[Pack]) -> Iterator[tuple[Pack, float]]:
    """Yield packs and the score below which heads are looked at now, 0 where no look is due.

    One is due at the beginning of a field and every PERIOD_S; every second of them is a look at
    what is in doubt, of which more looks tell more.
    """
    due: tuple[int, float] | None = None
    below = ALL_SCORES
    for pack in made:
        first = pack.middle[0]
        if due is None or first.field != due[0]:
            below = ALL_SCORES
        elif first.time_s >= due[1] - TOLERANCE_S:
            below = SURE_SCORE if below == ALL_SCORES else ALL_SCORES
        else:
            yield pack, 0.0
            continue
        due = first.field, first.time_s + PERIOD_S
        yield pack, below
