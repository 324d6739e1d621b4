"""Which tracks are cells, and which are debris."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from inference.drift import fit_straight
from inference.pool import Pool


@dataclass(frozen=True, slots=True)
class CellSettings:
    """What is asked of tracks that are kept as cells.

    What a track scores is the median score of its detections, and the mean of what the sorter says
    of it where that looked.

    Attributes:
        detector_weight: What the log-odds of the median score count,
        sorter_weight: and the mean of the sorter's,
        looked_offset: and what is added to both.
        min_duration_s: They are seen at least so long.
        min_median_score: They score no lower.
        min_median_score_dark: The same where heads are dark: in drawn bright-field pictures, in
            which many more heads are doubtful, as many are missed as made up with it.
        min_median_score_swimming: The same, where heads are bright, for what gets ahead by itself:
            no debris does.
        swims_um_s: So fast against the drift,
        swims_s: for so long.
        min_median_score_lost: The same, where heads are bright, for what hardly gets ahead and is
            lost in mid-field at once, as a cell hardly ever is: debris that a swimmer stirs, say.
        lost_um_s: So slow, against the drift if that is known,
        lost_s: and lost within this, so long before the field ends or longer,
        midfield_um: farther in than this from the outermost things found.
        min_seen_share: They are seen in no smaller share of their frames.
    """

    detector_weight: float = 0.5
    sorter_weight: float = 0.5
    looked_offset: float = 0.0
    min_duration_s: float = 0.2
    min_median_score: float = 0.75
    min_median_score_dark: float = 0.4
    min_median_score_swimming: float = 0.5
    swims_um_s: float = 25.0
    swims_s: float = 0.5
    min_median_score_lost: float = 0.9
    lost_um_s: float = 10.0
    lost_s: float = 1.0
    midfield_um: float = 5.0
    min_seen_share: float = 0.4


class Sieve:
    """What tells cells from debris among the pieces of a field.

    Args:
        pool: The detections.
        ground: The same without the field's drift,
        drift_is_known: if it is known; else as they are.
        dark: Whether heads are dark.
    """

    def __init__(self, pool: Pool, ground: Pool, drift_is_known: bool, dark: bool) -> None:
        self._pool = pool
        self._ground = ground
        self._drift_is_known = drift_is_known
        self._dark = dark
        nothing = np.zeros((1, 2))
        places = pool.xy_um if len(pool) else nothing
        self._low_um, self._high_um = places.min(axis=0), places.max(axis=0)

    def is_cell(self, piece: NDArray[np.int64], settings: CellSettings) -> bool:
        """Tell whether a piece is seen long enough, often enough and surely enough."""
        first, last = self._pool.row[piece[[0, -1]]]
        return bool(
            self._duration_s(piece) >= settings.min_duration_s
            and len(piece) >= settings.min_seen_share * (last - first + 1)
            and self.score(piece, settings) >= self._least_score(piece, settings)
        )

    def score(self, piece: NDArray[np.int64], settings: CellSettings) -> float:
        """Return the probability that a piece is a cell, by how it looks alone."""
        score = float(np.median(self._pool.score[piece]))
        looks = self._pool.log_odds[piece]
        looks = looks[np.isfinite(looks)]
        if not len(looks):
            return score
        log_odds = settings.detector_weight * float(logit(score)) + settings.looked_offset
        return float(expit(log_odds + settings.sorter_weight * float(looks.mean())))

    def _least_score(self, piece: NDArray[np.int64], settings: CellSettings) -> float:
        if self._dark:
            return settings.min_median_score_dark
        fit = fit_straight([self._ground.path(piece)])
        speed_um_s = float(np.hypot(*fit.velocity_um_s[0]))
        if speed_um_s < settings.lost_um_s and self._is_lost(piece, settings):
            return settings.min_median_score_lost
        if (
            self._drift_is_known
            and speed_um_s >= settings.swims_um_s
            and self._duration_s(piece) >= settings.swims_s
        ):
            return settings.min_median_score_swimming
        return settings.min_median_score

    def _is_lost(self, piece: NDArray[np.int64], settings: CellSettings) -> bool:
        """Tell whether a piece is short and ends in mid-field, while the field goes on."""
        end_um = self._pool.xy_um[piece[-1]]
        inside_um = np.minimum(end_um - self._low_um, self._high_um - end_um).min()
        left_s = self._pool.time_s[-1] - self._pool.time_s[self._pool.row[piece[-1]]]
        return bool(
            self._duration_s(piece) <= settings.lost_s <= left_s
            and inside_um > settings.midfield_um
        )

    def _duration_s(self, piece: NDArray[np.int64]) -> float:
        first, last = self._pool.row[piece[[0, -1]]]
        return float(self._pool.time_s[last] - self._pool.time_s[first])
