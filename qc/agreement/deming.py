"""Deming's regression: a line where both readers err, normally and alike over the range."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from qc.agreement.differences import products, squares
from qc.agreement.readings import Array, Interval, paired

_UPPER = 0.975
_LEAST = 4


@dataclass(frozen=True, slots=True)
class Coefficient:
    """Slope or intercept of a line.

    Attributes:
        value: The estimate on all pairs.
        standard_error: By the jackknife.
        ci95: value ± t(n - 2) standard errors.
    """

    value: float
    standard_error: float
    ci95: Interval


@dataclass(frozen=True, slots=True)
class Deming:
    """The line second = intercept + slope · first."""

    slope: Coefficient
    intercept: Coefficient


def deming(first: ArrayLike, second: ArrayLike, variance_ratio: float = 1.0) -> Deming:
    """Return Deming's line with jackknife errors.

    slope = (S_yy - λ S_xx + √((S_yy - λ S_xx)² + 4 λ S_xy²)) / (2 S_xy). Source: Deming,
    Statistical Adjustment of Data, 1943; Linnet, Clin Chem 1993; 39: 424-432 (the jackknife).

    Args:
        first: Readings, shape (n,), n at least 4.
        second: Readings of the same items.
        variance_ratio: λ: variance of the error of second over that of first, above 0.

    Raises:
        ValueError: If the readings cannot be paired, are too few, or are not correlated at all,
            also where one pair is left out; or if the ratio is not above 0.
    """
    x, y = paired(first, second, _LEAST)
    if not (math.isfinite(variance_ratio) and variance_ratio > 0):
        raise ValueError(f"a variance ratio of {variance_ratio:g} is none")
    line = _line(x, y, variance_ratio)
    left_out = np.array(
        [_line(np.delete(x, i), np.delete(y, i), variance_ratio) for i in range(x.size)]
    )
    slope, intercept = (_coefficient(v, jack) for v, jack in zip(line, left_out.T, strict=True))
    return Deming(slope, intercept)


def _line(x: Array, y: Array, ratio: float) -> tuple[float, float]:
    cross = products(x, y)
    if cross == 0:
        raise ValueError("Deming's slope is undefined: the readings are not correlated")
    apart = squares(y) - ratio * squares(x)
    slope = (apart + math.sqrt(apart**2 + 4 * ratio * cross**2)) / (2 * cross)
    return slope, float(y.mean() - slope * x.mean())


def _coefficient(value: float, left_out: Array) -> Coefficient:
    n = left_out.size
    error = math.sqrt((n - 1) / n * squares(left_out))
    half = float(stdtrit(n - 2, _UPPER)) * error
    return Coefficient(value, error, (value - half, value + half))
