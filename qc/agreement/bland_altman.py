"""Bland and Altman's limits of agreement, and bias that grows with what is measured."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import nctdtrit, ndtri, stdtrit

from qc.agreement.differences import MeanDifference, products, squares, summary, two_sided
from qc.agreement.readings import Array, Interval, paired

_UPPER = 0.975
NORMAL = float(ndtri(_UPPER))
"""1.96: 95 % of normal differences lie within so many standard deviations."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of agreement, in the unit of the readings.

    Attributes:
        value: Bias minus or plus 1.96 standard deviations.
        ci95: Exact 95 % interval, from the noncentral t distribution.
        approximate_ci95: Bland and Altman's, value ± t √(3 / n) sd; the one most papers print.
    """

    value: float
    ci95: Interval
    approximate_ci95: Interval


@dataclass(frozen=True, slots=True)
class ProportionalBias:
    """The regression of the differences on the means.

    Attributes:
        slope: Change of the bias per unit of the mean.
        intercept: Bias at a mean of 0.
        slope_ci95: 95 % interval of the slope.
        p: Two-sided p of a slope of 0; None where the points lie on the line.
        residual_sd: Standard deviation about the line (n - 2).
    """

    slope: float
    intercept: float
    slope_ci95: Interval
    p: float | None
    residual_sd: float

    def limits_at(self, mean: float) -> tuple[float, float, float]:
        """Return the lower limit, the bias and the upper limit at a mean (ibid. 1999, 3.2)."""
        bias, half = self.intercept + self.slope * mean, NORMAL * self.residual_sd
        return bias - half, bias, bias + half


@dataclass(frozen=True, slots=True)
class BlandAltman:
    """How two readers agree.

    Attributes:
        means: Mean of each pair, shape (n,): where its point stands.
        differences: Second minus first, shape (n,).
        bias: Their mean, spread and interval.
        lower: Lower limit of agreement.
        upper: Upper limit of agreement.
        proportional: Whether the bias grows; None where all means are the same.
    """

    means: tuple[float, ...]
    differences: tuple[float, ...]
    bias: MeanDifference
    lower: Limit
    upper: Limit
    proportional: ProportionalBias | None


def bland_altman(
    first: ArrayLike,
    second: ArrayLike,
    *,
    against: ArrayLike | None = None,
    multiplier: float = NORMAL,
) -> BlandAltman:
    """Return bias, limits of agreement and proportional bias of second minus first.

    Limits: bias ± 1.96 sd, their standard error about √(3 / n) sd (Bland & Altman, Lancet 1986;
    327: 307-310). Exact intervals: Carkeet, Optom Vis Sci 2015; 92: e71-e80. Regression of the
    difference on the mean: Bland & Altman, Stat Methods Med Res 1999; 8: 135-160.

    Args:
        first: Readings, shape (n,), n at least 3.
        second: Readings of the same items.
        against: What the differences are plotted and regressed on: the assigned values, where one
            reading is the reference; the means of the pairs where none is given.
        multiplier: Standard deviations between bias and limit; the paper of 1986 took 2.

    Raises:
        ValueError: If the readings cannot be paired or are too few.
    """
    x, y = paired(first, second, 3)
    where = (x + y) / 2 if against is None else paired(against, y, 3)[0]
    bias = summary(y - x)
    return BlandAltman(
        means=tuple(where.tolist()),
        differences=tuple((y - x).tolist()),
        bias=bias,
        lower=_limit(bias, -multiplier),
        upper=_limit(bias, multiplier),
        proportional=_proportional(where, y - x),
    )


def _limit(bias: MeanDifference, multiplier: float) -> Limit:
    value = bias.mean + multiplier * bias.sd
    half = float(stdtrit(bias.n - 1, _UPPER)) * math.sqrt(3 / bias.n) * bias.sd
    near, far = (_exact_factor(bias.n, abs(multiplier), p) for p in (1 - _UPPER, _UPPER))
    ends = [bias.mean + math.copysign(k, multiplier) * bias.sd for k in (near, far)]
    return Limit(value, (min(ends), max(ends)), (value - half, value + half))


def _exact_factor(n: int, multiplier: float, p: float) -> float:
    """Return the standard deviations from the bias to one end of the limit's exact interval."""
    return float(nctdtrit(n - 1, multiplier * math.sqrt(n), p)) / math.sqrt(n)


def _proportional(means: Array, differences: Array) -> ProportionalBias | None:
    spread, freedom = squares(means), means.size - 2
    if np.ptp(means) == 0:
        return None
    slope = products(means, differences) / spread
    intercept = float(differences.mean() - slope * means.mean())
    residual = math.sqrt(np.square(differences - intercept - slope * means).sum() / freedom)
    error = residual / math.sqrt(spread)
    half = float(stdtrit(freedom, _UPPER)) * error
    p = None if error == 0 else two_sided(slope / error, freedom)
    return ProportionalBias(slope, intercept, (slope - half, slope + half), p, residual)
