"""The differences of paired readings: their mean and spread, with an interval from Student's t."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from qc.agreement.readings import Array, Interval, paired

_UPPER = 0.975


@dataclass(frozen=True, slots=True)
class MeanDifference:
    """The mean of second minus first.

    Attributes:
        mean: Mean difference, in the unit of the readings.
        sd: Standard deviation of the differences (n - 1).
        standard_error: Of the mean: sd / √n.
        ci95: 95 % interval of the mean.
        p: Two-sided p of the paired t test of no difference; None where no difference varies.
        n: Pairs.
    """

    mean: float
    sd: float
    standard_error: float
    ci95: Interval
    p: float | None
    n: int


def mean_difference(first: ArrayLike, second: ArrayLike) -> MeanDifference:
    """Return the mean of second minus first with its t interval, mean ± t(n - 1) sd / √n.

    Source: Altman, Practical Statistics for Medical Research, 1991, 9.5 (paired t).

    Args:
        first: Readings, shape (n,), n at least 2.
        second: Readings of the same items.

    Raises:
        ValueError: If the readings cannot be paired or are too few.
    """
    x, y = paired(first, second, 2)
    return summary(y - x)


def summary(differences: Array) -> MeanDifference:
    """Return the mean of differences, shape (n,), with its t interval."""
    n = differences.size
    mean, sd = float(differences.mean()), float(differences.std(ddof=1))
    error = sd / math.sqrt(n)
    half = float(stdtrit(n - 1, _UPPER)) * error
    p = None if error == 0 else two_sided(mean / error, n - 1)
    return MeanDifference(mean, sd, error, (mean - half, mean + half), p, n)


def two_sided(t: float, freedom: int) -> float:
    """Return the two-sided p of a t value."""
    return float(2 * stdtr(freedom, -abs(t)))


def squares(values: Array) -> float:
    """Return the sum of squares about the mean."""
    return float(np.square(values - values.mean()).sum())


def products(x: Array, y: Array) -> float:
    """Return the sum of products about the means."""
    return float(((x - x.mean()) * (y - y.mean())).sum())
