"""Where each cell will be next: a bank of constant-velocity Kalman filters."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class MotionSettings:
    """How cells are expected to move.

    Attributes:
        localisation_um: Standard deviation of a detection's centre.
        start_unrest_um: How far off its mean path a head is expected before it is known better.
        unrest_memory: Detections over which each cell's own unrest (the wobble of its head about
            its mean path) is learned.
        turning_hz: Change of velocity is white noise of power speed² x this: how soon a swimmer
            forgets its direction.
        restlessness_um2_s3: The same for a cell that lies still.
        start_speed_um_s: Standard deviation of a velocity that nothing is known of.
    """

    localisation_um: float = 0.6
    start_unrest_um: float = 1.0
    unrest_memory: float = 8.0
    turning_hz: float = 3.0
    restlessness_um2_s3: float = 100.0
    start_speed_um_s: float = 60.0


class MotionBank:
    """Position and velocity of n cells, with what is uncertain about them.

    The noise is the same in x and y, so each cell has one 2 x 2 covariance for both axes.
    """

    def __init__(self, settings: MotionSettings) -> None:
        self._settings = settings
        self.xy_um = np.empty((0, 2))
        self.velocity_um_s = np.empty((0, 2))
        self._p = np.empty((3, 0))  # variance of position, covariance, variance of velocity
        self._unrest_um2 = np.empty(0)
        self._updates = np.empty(0)

    def __len__(self) -> int:
        return len(self.xy_um)

    @property
    def speed_um_s(self) -> NDArray[np.float64]:
        """Mean speed of each cell, shape (n,)."""
        return np.hypot(self.velocity_um_s[:, 0], self.velocity_um_s[:, 1])

    def predict(self, step_s: NDArray[np.float64]) -> None:
        """Move every cell forward in time, each by a step of its own, (n,)."""
        noise = self._settings.restlessness_um2_s3 + self._settings.turning_hz * self.speed_um_s**2
        self.xy_um = self.xy_um + step_s[:, None] * self.velocity_um_s
        p = self._p
        p[0] += 2 * step_s * p[1] + step_s**2 * p[2] + noise * step_s**3 / 3
        p[1] += step_s * p[2] + noise * step_s**2 / 2
        p[2] += noise * step_s

    def innovation_um2(self) -> NDArray[np.float64]:
        """Return the variance, per axis, of a detection about its prediction, shape (n,)."""
        spread: NDArray[np.float64] = (
            self._p[0] + self._unrest_um2 + self._settings.localisation_um**2
        )
        return spread

    def update(self, rows: NDArray[np.intp], xy_um: NDArray[np.float64]) -> None:
        """Take in detections of the cells `rows`, positions of shape (k, 2)."""
        p_xx, p_xv, p_vv = self._p[:, rows]
        total = self.innovation_um2()[rows]
        gain_x, gain_v = p_xx / total, p_xv / total
        surprise = xy_um - self.xy_um[rows]
        self.xy_um[rows] += gain_x[:, None] * surprise
        self.velocity_um_s[rows] += gain_v[:, None] * surprise
        self._p[:, rows] = p_xx * (1 - gain_x), p_xv * (1 - gain_x), p_vv - gain_v * p_xv
        self._learn_unrest(rows, (surprise**2).sum(axis=1) / 2 - p_xx)

    def add(self, xy_um: NDArray[np.float64]) -> None:
        """Begin to follow cells at positions of shape (k, 2), at rest for all that is known."""
        s, count = self._settings, len(xy_um)
        begin = np.array([[s.localisation_um**2], [0.0], [s.start_speed_um_s**2]])
        self.xy_um = np.concatenate([self.xy_um, xy_um])
        self.velocity_um_s = np.concatenate([self.velocity_um_s, np.zeros((count, 2))])
        self._p = np.concatenate([self._p, np.repeat(begin, count, axis=1)], axis=1)
        self._unrest_um2 = np.append(self._unrest_um2, np.full(count, s.start_unrest_um**2))
        self._updates = np.append(self._updates, np.zeros(count))

    def keep(self, kept: NDArray[np.bool_]) -> None:
        """Stop following the cells outside the mask `kept`, shape (n,)."""
        self.xy_um, self.velocity_um_s = self.xy_um[kept], self.velocity_um_s[kept]
        self._p = self._p[:, kept]
        self._unrest_um2, self._updates = self._unrest_um2[kept], self._updates[kept]

    def _learn_unrest(self, rows: NDArray[np.intp], surprise_um2: NDArray[np.float64]) -> None:
        unrest = np.maximum(0.0, surprise_um2 - self._settings.localisation_um**2)
        self._updates[rows] += 1
        share = 1 / np.minimum(self._updates[rows] + 1, self._settings.unrest_memory)
        self._unrest_um2[rows] += share * (unrest - self._unrest_um2[rows])
