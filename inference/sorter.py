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
PERIOD_S = 2.0
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

    def sort(self, contrasts: NDArray[np.float32], heads: Heads, pack: Pack) -> NDArray[np.float64]:
        """Return the log-odds that each head is a spermatozoon's, shape (n,).

        NaN where it does not look: in frames but the middle one, and at what is hardly a head.

        Args:
            contrasts: The detector's input, (pictures, h, w).
            heads: What the detector found in it.
            pack: Where it comes from.
        """
        now = min(INSTANTS // 2, len(pack.middle) - 1)
        asked = (heads.instant == now) & (heads.score >= LEAST_SCORE)
        log_odds = np.full(len(asked), np.nan)
        if asked.any():
            cut = close_ups(contrasts, heads.xy[asked])
            log_odds[asked] = self._session.run(None, {"close_ups": cut})[0]
        return log_odds


def with_looks(made: Iterable[Pack]) -> Iterator[tuple[Pack, bool]]:
    """Yield packs and whether a look is due: at the beginning of a field, and every PERIOD_S."""
    due: tuple[int, float] | None = None
    for pack in made:
        first = pack.middle[0]
        is_due = due is None or first.field != due[0] or first.time_s >= due[1] - TOLERANCE_S
        if is_due:
            due = first.field, first.time_s + PERIOD_S
        yield pack, is_due
