"""Paths smoothed over a length of time, and the noise of their points."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.gaps import Bridge, Gaps

# Third differences of noise of variance 1 have variance 1 + 9 + 9 + 1.
_THIRD_DIFFERENCE_VARIANCE = 20.0
MIN_DIFFERENCES = 5


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
        step_s = middle(np.diff(time_s))
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

    @property
    def off_noise_share(self) -> float:
        """The same for the distance of a point from its smoothed place."""
        return float(np.sqrt(1 - 2 / self.points + self.noise_share**2))


@dataclass(frozen=True, slots=True, eq=False)
class Smoother:
    """Straight lines fitted in a window of time about each point, as a linear map of the places.

    In the middle of an unbroken track this is the moving average; at the ends and beside lost
    frames, where a moving average would lag, the line keeps even motion as it is.

    Attributes:
        window: The window.
        clock_s: Times from the middle of the track, shape (n, 1).
        level: Weight of the sum of the places in the window, shape (n, 1).
        tilt: Weight of the sum of places times clock in the window, shape (n, 1).
        reach: First and last place, plus one, of the points that count in full, and of those that
            count in part, shape (2, 2, n).
    """

    window: Window
    clock_s: NDArray[np.float64]
    level: NDArray[np.float64]
    tilt: NDArray[np.float64]
    reach: NDArray[np.intp]

    @classmethod
    def of(cls, time_s: NDArray[np.float64], width_s: float) -> "Smoother":
        """Return the smoothing over a width of points at times (n,), rising, n at least 2."""
        window = Window.of(time_s, width_s)
        clock = (time_s - time_s.mean())[:, None]
        reaches_s = [(window.whole + 0.25) * window.step_s, (window.whole + 1.25) * window.step_s]
        bounds = [[time_s - reach_s, time_s + reach_s] for reach_s in reaches_s]
        reach = np.searchsorted(time_s, np.array(bounds))
        moments = np.hstack([np.ones_like(clock), clock, clock**2])
        sums = _window_sums(moments, window.part, reach)
        count = sums[:, :1]
        middle, square = sums[:, 1:2] / count, sums[:, 2:] / count
        spread = square - middle**2
        off = clock - middle
        tilt = np.divide(off, spread * count, out=np.zeros_like(off), where=spread > 1e-9)
        return cls(window, clock, 1 / count - tilt * middle, tilt, reach)

    def smooth(self, xy_um: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the smoothed places of places (n, 2)."""
        sums = self._sums(np.hstack([xy_um, self.clock_s * xy_um]))
        smooth: NDArray[np.float64] = self.level * sums[:, :2] + self.tilt * sums[:, 2:]
        return smooth

    def back(self, slopes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the slopes to the places of something whose slopes to the smooth ones are (n, 2).

        This is the transposed map; a window holds a point exactly if that point's window holds
        its middle, so the sums are their own transpose.
        """
        sums = self._sums(np.hstack([self.level * slopes, self.tilt * slopes]))
        before: NDArray[np.float64] = sums[:, :2] + self.clock_s * sums[:, 2:]
        return before

    def _sums(self, columns: NDArray[np.float64]) -> NDArray[np.float64]:
        return _window_sums(columns, self.window.part, self.reach)


@dataclass(frozen=True, slots=True, eq=False)
class AveragePath:
    """A path smoothed over a length of time, lost frames bridged where they would fray it.

    Without the bridges a window holds other phases of the beat from one point to the next, and
    the path between them grows by up to a fifth.

    Attributes:
        smooth_um: Smoothed places, those of bridged frames too, shape (m, 2).
        smoother: What smoothed them.
        bridge: What put points in the place of lost frames; None where none was lost.
    """

    smooth_um: NDArray[np.float64]
    smoother: Smoother
    bridge: Bridge | None = None

    @classmethod
    def bridged(
        cls, time_s: NDArray[np.float64], xy_um: NDArray[np.float64], gaps: Gaps, width_s: float
    ) -> "AveragePath":
        """Smooth places (n, 2) at times (n,) over a width; gaps up to that width are bridged."""
        bridge = gaps.bridge(width_s)
        smoother = Smoother.of(bridge.over(time_s), width_s)
        return cls(smoother.smooth(bridge.over(xy_um)), smoother, bridge)

    @property
    def seen_um(self) -> NDArray[np.float64]:
        """Smoothed places of the frames in which the cell was seen, shape (n, 2)."""
        return self.smooth_um if self.bridge is None else self.smooth_um[self.bridge.seen]

    def back(self, slopes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the slopes to the places of something whose slopes to the smooth ones are (m, 2).

        Returns:
            Shape (n, 2).
        """
        by_point = self.smoother.back(slopes)
        return by_point if self.bridge is None else self.bridge.back(by_point)


def third_differences(
    time_s: NDArray[np.float64], xy_um: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return third differences of places, in units of the noise of a point, shape (m, 2).

    Even motion and even acceleration drop out; what a fast head wobble leaves makes them an upper
    bound for swimmers. Only points without a lost frame between them are used.
    """
    steps_s = np.diff(time_s)
    if len(steps_s) < 3:
        return np.empty((0, 2))
    usual_s = middle(steps_s)
    even = np.abs(steps_s - usual_s) < 0.1 * usual_s
    rough = np.diff(xy_um, n=3, axis=0)[even[:-2] & even[1:-1] & even[2:]]
    scaled: NDArray[np.float64] = rough / np.sqrt(_THIRD_DIFFERENCE_VARIANCE)
    return scaled


def point_noise_um(time_s: NDArray[np.float64], xy_um: NDArray[np.float64]) -> float:
    """Return the standard deviation of single points, per axis; 0 where there are too few."""
    rough_um = third_differences(time_s, xy_um)
    return spread_um(rough_um) if len(rough_um) >= MIN_DIFFERENCES else 0.0


def spread_um(values_um: NDArray[np.float64]) -> float:
    """Return the standard deviation of normal values about 0; the median keeps jumps out."""
    return 1.4826 * middle(np.abs(values_um))


def middle(values: NDArray[np.float64]) -> float:
    """Return the median of finite values; ten times as fast as numpy's for a short track."""
    ordered = np.sort(values, axis=None)
    half = len(ordered) // 2
    return float(ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2)


def _window_sums(
    columns: NDArray[np.float64], part: float, reach: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Sum columns (n, k) over the window of each point."""
    total = np.zeros((len(columns) + 1, columns.shape[1]))
    np.cumsum(columns, axis=0, out=total[1:])
    inner: NDArray[np.float64] = total[reach[0, 1]] - total[reach[0, 0]]
    if part == 0:
        return inner
    outer: NDArray[np.float64] = total[reach[1, 1]] - total[reach[1, 0]]
    return (1 - part) * inner + part * outer
