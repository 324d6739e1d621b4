"""Paths smoothed over a length of time, and the noise of their points."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Third differences of noise of variance 1 have variance 1 + 9 + 9 + 1.
_THIRD_DIFFERENCE_VARIANCE = 20.0
_MIN_DIFFERENCES = 5


@dataclass(frozen=True, slots=True)
class Window:
    """A window of time about a point, in steps between frames.

    Attributes:
        step_s: Time between two frames.
        whole: Points that count in full on either side.
        part: Weight of the next point on either side, 0 to 1, so that the width is exact.
    """

    step_s: float
    whole: int
    part: float

    @classmethod
    def of(cls, time_s: NDArray[np.float64], width_s: float) -> "Window":
        """Return the window of a width over points at times (n,), n at least 2."""
        step_s = float(np.median(np.diff(time_s)))
        half = max(0.0, (width_s / step_s - 1) / 2)
        whole = int(half + 1e-9)
        return cls(step_s, whole, max(0.0, half - whole))

    @property
    def points(self) -> float:
        """Points in the window, parts counted."""
        return 2 * (self.whole + self.part) + 1

    @property
    def noise_share(self) -> float:
        """Standard deviation of a smoothed point for noise of standard deviation 1."""
        return float(np.sqrt(2 * self.whole + 1 + 2 * self.part**2) / self.points)

    @property
    def step_noise_share(self) -> float:
        """The same for a step between two smoothed points, as if it came from two fresh points."""
        return float(np.hypot(self.part, 1 - self.part) / self.points)


def average_path(
    time_s: NDArray[np.float64], xy_um: NDArray[np.float64], window: Window
) -> NDArray[np.float64]:
    """Smooth a path by straight lines fitted in a window of time about each point.

    In the middle of an unbroken track this is the moving average; at the ends and beside lost
    frames, where a moving average would lag, the line keeps even motion as it is.

    Args:
        time_s: Times, shape (n,), rising.
        xy_um: Positions, shape (n, 2).
        window: Width of the window.

    Returns:
        Smoothed positions, shape (n, 2).
    """
    clock = (time_s - time_s.mean())[:, None]
    columns = np.hstack([np.ones_like(clock), clock, clock**2, xy_um, clock * xy_um])
    inner = _window_sum(time_s, columns, (window.whole + 0.25) * window.step_s)
    outer = _window_sum(time_s, columns, (window.whole + 1.25) * window.step_s)
    sums = (1 - window.part) * inner + window.part * outer
    means = sums[:, 1:] / sums[:, :1]
    mean_t, mean_xy = means[:, :1], means[:, 2:4]
    spread = means[:, 1:2] - mean_t**2
    shared = means[:, 4:6] - mean_t * mean_xy
    slope = np.divide(shared, spread, out=np.zeros_like(shared), where=spread > 1e-9)
    smooth: NDArray[np.float64] = mean_xy + slope * (clock - mean_t)
    return smooth


def point_noise_um(time_s: NDArray[np.float64], xy_um: NDArray[np.float64]) -> float:
    """Return the standard deviation of single points, per axis, from third differences.

    Even motion and even acceleration drop out; what a fast head wobble leaves makes this an upper
    bound for swimmers. The median keeps single jumps out, and only points without a lost frame
    between them are used. 0 where there are too few.
    """
    steps_s = np.diff(time_s)
    if len(steps_s) < _MIN_DIFFERENCES + 2:
        return 0.0
    even = np.abs(steps_s - np.median(steps_s)) < 0.1 * np.median(steps_s)
    rough = np.diff(xy_um, n=3, axis=0)[even[:-2] & even[1:-1] & even[2:]]
    if len(rough) < _MIN_DIFFERENCES:
        return 0.0
    return float(1.4826 * np.median(np.abs(rough)) / np.sqrt(_THIRD_DIFFERENCE_VARIANCE))


def _window_sum(
    time_s: NDArray[np.float64], columns: NDArray[np.float64], reach_s: float
) -> NDArray[np.float64]:
    """Sum columns (n, k) over the points within `reach_s` of each point."""
    low = np.searchsorted(time_s, time_s - reach_s)
    high = np.searchsorted(time_s, time_s + reach_s)
    total = np.concatenate([np.zeros((1, columns.shape[1])), np.cumsum(columns, axis=0)])
    between: NDArray[np.float64] = total[high] - total[low]
    return between
