"""The exponentially weighted moving average: small shifts, seen as a smooth line."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from qc.agreement.readings import Interval, checked


@dataclass(frozen=True, slots=True)
class EwmaPoint:
    """The average after a reading, in the readings' unit.

    Attributes:
        value: The average.
        limits: Lower and upper limit at this reading.
        signal: Whether it is outside them.
    """

    value: float
    limits: Interval
    signal: bool


@dataclass(frozen=True, slots=True)
class Ewma:
    """An EWMA chart.

    Attributes:
        points: One for each reading.
        steady_limits: What the limits come to.
    """

    points: tuple[EwmaPoint, ...]
    steady_limits: Interval

    @property
    def signals(self) -> tuple[int, ...]:
        """The places, from 0, of the points that signal."""
        return tuple(place for place, point in enumerate(self.points) if point.signal)


def ewma(
    readings: ArrayLike, target: float, sd: float, *, weight: float = 0.2, width: float = 3.0
) -> Ewma:
    """Return the EWMA of readings with limits that widen from the first reading on.

    z_i = λ x_i + (1 - λ) z_(i-1) from the target; limits target ± L sd √(λ / (2 - λ) (1 -
    (1 - λ)^(2i))). Source: Roberts, Technometrics 1959; 1: 239-250; Lucas & Saccucci, ibid. 1990;
    32: 1-12; Montgomery, Introduction to Statistical Quality Control, 6th ed., 2009, 9.2.

    Args:
        readings: Readings of a control, shape (n,).
        target: Its mean in control.
        sd: Its standard deviation in control, above 0.
        weight: λ, of the newest reading, 0 to 1.
        width: L, of the limits, in standard deviations of the average.

    Raises:
        ValueError: If there is no reading, one is no number, sd is not above 0, or the weight is
            not above 0 and at most 1.
    """
    if not (np.isfinite(sd) and sd > 0):
        raise ValueError(f"an EWMA needs a standard deviation above 0, not {sd:g}")
    if not 0 < weight <= 1:
        raise ValueError(f"a weight of {weight:g} is not above 0 and at most 1")
    steady = width * sd * math.sqrt(weight / (2 - weight))
    points, average = [], target
    for place, value in enumerate(checked(readings, 1).tolist(), start=1):
        average = weight * value + (1 - weight) * average
        half = steady * math.sqrt(1 - (1 - weight) ** (2 * place))
        points.append(
            EwmaPoint(average, (target - half, target + half), abs(average - target) > half)
        )
    return Ewma(tuple(points), (target - steady, target + steady))
