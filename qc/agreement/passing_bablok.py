"""Passing and Bablok's regression: a line through the median of the slopes of all pairs."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import kolmogorov, ndtri

from qc.agreement.readings import Array, Estimate, paired

_QUANTILE = float(ndtri(0.975))
_LEAST = 5


@dataclass(frozen=True, slots=True)
class Linearity:
    """The cusum test of whether a line fits.

    Attributes:
        statistic: Largest |cusum| / √(points below + 1).
        p: From Kolmogorov's distribution; small where the points bend away from the line.
    """

    statistic: float
    p: float


@dataclass(frozen=True, slots=True)
class PassingBablok:
    """The line second = intercept + slope · first.

    Attributes:
        slope: 1 where no difference grows with the reading.
        intercept: 0 where no difference is constant.
        linearity: Whether a line fits at all.
    """

    slope: Estimate
    intercept: Estimate
    linearity: Linearity


def passing_bablok(first: ArrayLike, second: ArrayLike) -> PassingBablok:
    """Return Passing and Bablok's line, its intervals and the cusum test of linearity.

    The slope is the median of the slopes between all points, moved up by the number of slopes
    below -1; slopes of exactly -1 and pairs of equal points are left out. Source: Passing & Bablok,
    J Clin Chem Clin Biochem 1983; 21: 709-720.

    Args:
        first: Readings, shape (n,), n at least 5.
        second: Readings of the same items.

    Raises:
        ValueError: If the readings cannot be paired, are too few or too many of them are alike, or
            the readers do not rise together.
    """
    x, y = paired(first, second, _LEAST)
    slopes = _slopes(x, y)
    offset = int((slopes < -1).sum())
    middle = _median(slopes, offset)
    lower, upper = _interval(slopes, offset, x.size)
    intercept = float(np.median(y - middle * x))
    ends = [float(np.median(y - slope * x)) for slope in (upper, lower)]
    return PassingBablok(
        Estimate(middle, (lower, upper)),
        Estimate(intercept, (ends[0], ends[1])),
        _linearity(x, y, middle, intercept),
    )


def _slopes(x: Array, y: Array) -> Array:
    """Return the sorted slopes between all pairs; vertical ones are infinite."""
    i, j = np.triu_indices(x.size, 1)
    over, up = x[j] - x[i], y[j] - y[i]
    apart = (over != 0) | (up != 0)
    over, up = over[apart], up[apart]
    vertical = over == 0
    slopes = np.where(vertical, np.inf, up / np.where(vertical, 1, over))
    return np.sort(slopes[slopes != -1])


def _median(slopes: Array, offset: int) -> float:
    count = slopes.size
    low, high = (count - 1) // 2 + offset, count // 2 + offset
    if count == 0 or high >= count or not math.isfinite(slopes[high]):
        raise ValueError("Passing-Bablok's slope is undefined: the readers do not rise together")
    return float(slopes[low] + slopes[high]) / 2


def _interval(slopes: Array, offset: int, n: int) -> tuple[float, float]:
    """Return the ordered slopes that hold the true one in 95 of 100, by Kendall's variance."""
    half = _QUANTILE * math.sqrt(n * (n - 1) * (2 * n + 5) / 18)
    first = round((slopes.size - half) / 2)
    low, high = first + offset - 1, slopes.size - first + offset
    if first < 1 or high >= slopes.size or not math.isfinite(slopes[high]):
        raise ValueError(f"Passing-Bablok's interval is unbounded: {n} pairs tell too little")
    return float(slopes[low]), float(slopes[high])


def _linearity(x: Array, y: Array, slope: float, intercept: float) -> Linearity:
    """Return the cusum test: points above and below the line, in the order along it."""
    residuals = y - intercept - slope * x
    # The point that the median intercept runs through misses its line by rounding alone.
    residuals[np.abs(residuals) <= 1e-9 * (1 + np.abs(y))] = 0
    above, below = int((residuals > 0).sum()), int((residuals < 0).sum())
    if not above or not below:
        return Linearity(0.0, 1.0)
    scores = np.select(
        [residuals > 0, residuals < 0], [math.sqrt(below / above), -math.sqrt(above / below)]
    )
    # Along the line, as in the paper: D = (y + x / b - a) / √(1 + 1 / b²).
    order = np.argsort(y * slope + x, kind="stable")
    statistic = float(np.abs(np.cumsum(scores[order])).max()) / math.sqrt(below + 1)
    return Linearity(statistic, float(kolmogorov(statistic)))
