"""Which tracks are cells, and which are debris."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from inference.drift import fit_straight
from inference.edge import from_edge_um
from inference.pool import Pool

# No score is 0 or 1 for sure.
_UNSURE = 1e-3


@dataclass(frozen=True, slots=True)
class CellSettings:
    """What is asked of tracks that are kept as cells.

    A track's probability is that of a logistic regression on the log-odds of the median score of
    its detections and, where the sorter looked, the mean of its log-odds.

    Attributes:
        min_duration_s: They are seen at least so long,
        min_leaving_s: or so long, if they are seen at once when the field begins,
        at_once_s: no later than this,
        midfield_um: and then leave it: are last seen no farther inside than this.
        looked: Offset, weight of the detector's log-odds, and of the sorter's, where that looked,
        unlooked: and offset and weight of the detector's, where it did not.
        min_probability: A track is no less probable.
        min_probability_dark: The same where heads are dark.
        min_probability_swimming: The same, where heads are bright, for what gets ahead by itself:
            no debris does.
        swims_um_s: So fast against the drift,
        swims_s: for so long.
        min_probability_lost: The same, where heads are bright, for what hardly gets ahead and is
            lost in mid-field at once, as a cell hardly ever is: debris that a swimmer stirs, say.
        lost_um_s: So slow, against the drift if that is known,
        lost_s: and lost within this, so long before the field ends or longer, farther in than
            midfield_um.
        min_seen_share: They are seen in no smaller share of their frames.
    """

    min_duration_s: float = 0.2
    min_leaving_s: float = 0.06
    # Between two frames at the usual rates: times are sums, and as late is no later.
    at_once_s: float = 0.105
    midfield_um: float = 5.0
    looked: tuple[float, float, float] = (-1.4, 1.2, 0.45)
    unlooked: tuple[float, float] = (-1.46, 1.73)
    min_probability: float = 0.5
    min_probability_dark: float = 0.3
    min_probability_swimming: float = 0.2
    swims_um_s: float = 25.0
    swims_s: float = 0.5
    min_probability_lost: float = 0.9
    lost_um_s: float = 10.0
    lost_s: float = 1.0
    min_seen_share: float = 0.4


class Sieve:
    """What tells cells from debris among the pieces of a field.

    Args:
        pool: The detections.
        ground: The same without the field's drift, if that is known.
        corners_um: The field's upper left and lower right corner, shape (2, 2).
        drift_is_known: Whether it is; else `ground` is `pool`.
        dark: Whether heads are dark.
    """

    def __init__(
        self,
        pool: Pool,
        ground: Pool,
        corners_um: NDArray[np.float64],
        *,
        drift_is_known: bool,
        dark: bool,
    ) -> None:
        self._pool = pool
        self._ground = ground
        self._drift_is_known = drift_is_known
        self._dark = dark
        self._corners_um = corners_um

    def is_cell(self, piece: NDArray[np.int64], settings: CellSettings) -> bool:
        """Tell whether a piece is seen long enough, often enough and surely enough."""
        first, last = self._pool.row[piece[[0, -1]]]
        return bool(
            self._duration_s(piece) >= self._shortest_s(piece, settings)
            and len(piece) >= settings.min_seen_share * (last - first + 1)
            and self.probability(piece, settings) >= self._least(piece, settings)
        )

    def probability(self, piece: NDArray[np.int64], settings: CellSettings) -> float:
        """Return how probable a piece is a cell, by how it looks alone."""
        score = float(np.median(self._pool.score[piece]))
        detector = float(logit(min(max(score, _UNSURE), 1 - _UNSURE)))
        looks = self._pool.log_odds[piece]
        looks = looks[np.isfinite(looks)]
        if not len(looks):
            offset, weight = settings.unlooked
            return float(expit(offset + weight * detector))
        offset, weight, sorter = settings.looked
        return float(expit(offset + weight * detector + sorter * float(looks.mean())))

    def _least(self, piece: NDArray[np.int64], settings: CellSettings) -> float:
        if self._dark:
            return settings.min_probability_dark
        fit = fit_straight([self._ground.path(piece)])
        speed_um_s = float(np.hypot(*fit.velocity_um_s[0]))
        if speed_um_s < settings.lost_um_s and self._is_lost(piece, settings):
            return settings.min_probability_lost
        if (
            self._drift_is_known
            and speed_um_s >= settings.swims_um_s
            and self._duration_s(piece) >= settings.swims_s
        ):
            return settings.min_probability_swimming
        return settings.min_probability

    def _shortest_s(self, piece: NDArray[np.int64], settings: CellSettings) -> float:
        """Return how long a piece must be seen: what is about to leave is not seen for long."""
        late_s = self._pool.time_s[self._pool.row[piece[0]]] - self._pool.time_s[0]
        leaves = self._left_s(piece) > 0 and not self._ends_in_midfield(piece, settings)
        is_brief = late_s <= settings.at_once_s and leaves
        return settings.min_leaving_s if is_brief else settings.min_duration_s

    def _is_lost(self, piece: NDArray[np.int64], settings: CellSettings) -> bool:
        """Tell whether a piece is short and ends in mid-field, while the field goes on."""
        return bool(
            self._duration_s(piece) <= settings.lost_s <= self._left_s(piece)
            and self._ends_in_midfield(piece, settings)
        )

    def _ends_in_midfield(self, piece: NDArray[np.int64], settings: CellSettings) -> bool:
        end_um = self._pool.xy_um[piece[-1]]
        return bool(from_edge_um(end_um, self._corners_um) > settings.midfield_um)

    def _left_s(self, piece: NDArray[np.int64]) -> float:
        """Return how long the field goes on after a piece."""
        return float(self._pool.time_s[-1] - self._pool.time_s[self._pool.row[piece[-1]]])

    def _duration_s(self, piece: NDArray[np.int64]) -> float:
        first, last = self._pool.row[piece[[0, -1]]]
        return float(self._pool.time_s[last] - self._pool.time_s[first])
