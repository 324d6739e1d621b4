"""Robust mean and standard deviation of many readers' values: Algorithm A of ISO 13528."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from qc.agreement.readings import Array, checked

_WINSOR = 1.5
_SPREAD = 1.134
_MAD = 1.483
_UNCERTAINTY = 1.25
_CONVERGED = 1e-12
_MOST_ROUNDS = 1000
LEAST = 3


@dataclass(frozen=True, slots=True)
class RobustMean:
    """A mean and spread that a few wild values do not move.

    Attributes:
        mean: x*, in the unit of the values.
        sd: s*.
        standard_uncertainty: Of the mean: 1.25 s* / √p.
        n: Values, p.
    """

    mean: float
    sd: float
    standard_uncertainty: float
    n: int


def algorithm_a(values: ArrayLike) -> RobustMean:
    """Return the robust mean and standard deviation by Algorithm A.

    Start from the median and 1.483 MAD; pull values in to x* ± 1.5 s*; x* is their mean and s*
    1.134 times their standard deviation; repeat until neither moves. Its standard uncertainty as
    an assigned value is 1.25 s* / √p. Source: ISO 13528:2022, C.3.1 and 7.7. Two things
    are ours: it is repeated to 1e-12 instead of to the third figure, and where more than half the
    values are the same, so that the MAD is 0, it starts from the standard deviation.

    Args:
        values: One value a reader, shape (p,), p at least 3.

    Raises:
        ValueError: If there are too few values or one is no number.
    """
    array = checked(values, LEAST, "values of readers")
    mean, sd = _start(array)
    for _ in range(_MOST_ROUNDS):
        before = mean, sd
        mean, sd = _round(array, mean, sd)
        if abs(mean - before[0]) + abs(sd - before[1]) <= _CONVERGED * before[1]:
            break
    return RobustMean(mean, sd, _UNCERTAINTY * sd / math.sqrt(array.size), array.size)


def _start(array: Array) -> tuple[float, float]:
    median = float(np.median(array))
    sd = _MAD * float(np.median(np.abs(array - median)))
    return median, sd or float(array.std(ddof=1))


def _round(array: Array, mean: float, sd: float) -> tuple[float, float]:
    pulled = array.clip(mean - _WINSOR * sd, mean + _WINSOR * sd)
    return float(pulled.mean()), _SPREAD * float(pulled.std(ddof=1))
