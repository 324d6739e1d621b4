"""The tabular cusum: small shifts of a control that last."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from qc.agreement.readings import checked


@dataclass(frozen=True, slots=True)
class CusumPoint:
    """The two sums after a reading, in standard deviations.

    Attributes:
        high: C+, what has gathered above the target.
        low: C-, what has gathered below it; never negative.
        high_for: N+, how many readings C+ has been above 0.
        low_for: N-.
        signal: Whether a sum is beyond the decision interval.
    """

    high: float
    low: float
    high_for: int
    low_for: int
    signal: bool


@dataclass(frozen=True, slots=True)
class Cusum:
    """A tabular cusum.

    Attributes:
        points: One for each reading.
        shifts: The mean as each signal tells it, by the place of its point, in the readings' unit.
    """

    points: tuple[CusumPoint, ...]
    shifts: dict[int, float]

    @property
    def signals(self) -> tuple[int, ...]:
        """The places, from 0, of the points that signal."""
        return tuple(self.shifts)


def cusum(
    readings: ArrayLike,
    target: float,
    sd: float,
    *,
    k: float = 0.5,
    h: float = 5.0,
    head_start: float = 0.0,
) -> Cusum:
    """Return the tabular cusum of readings; it goes on after a signal.

    C+ = max(0, C+ + z - k), C- = max(0, C- - z - k); a signal is a sum beyond h; the mean is then
    about target ± sd (k + C / N). Source: Montgomery, Introduction to Statistical Quality Control,
    6th ed., 2009, 9.1 (head start: Lucas & Crosier, Technometrics 1982; 24: 199-205).

    Args:
        readings: Readings of a control, shape (n,).
        target: Its mean in control.
        sd: Its standard deviation in control, above 0.
        k: Half the shift to be found, in standard deviations.
        h: Decision interval, in standard deviations: 4 or 5.
        head_start: What both sums start from; h / 2 finds a shift at the start sooner.

    Raises:
        ValueError: If there is no reading, one is no number, or sd or h is not above 0.
    """
    if not (np.isfinite(sd) and sd > 0 and h > 0):
        raise ValueError(f"a cusum needs sd and h above 0, not {sd:g} and {h:g}")
    z = (checked(readings, 1) - target) / sd
    points = []
    last = CusumPoint(head_start, head_start, 0, 0, False)
    for value in z.tolist():
        last = _next(last, value, k, h)
        points.append(last)
    signals = ((place, point) for place, point in enumerate(points) if point.signal)
    shifts = {place: target + sd * _shift(point, k, h) for place, point in signals}
    return Cusum(tuple(points), shifts)


def _next(last: CusumPoint, z: float, k: float, h: float) -> CusumPoint:
    high, low = max(0.0, last.high + z - k), max(0.0, last.low - z - k)
    return CusumPoint(
        high=high,
        low=low,
        high_for=last.high_for + 1 if high else 0,
        low_for=last.low_for + 1 if low else 0,
        signal=high > h or low > h,
    )


def _shift(point: CusumPoint, k: float, h: float) -> float:
    if point.high > h:
        return k + point.high / point.high_for
    return -k - point.low / point.low_for
