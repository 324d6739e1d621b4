"""X-bar and S charts: the mean and the scatter of a few readings of one control video."""

from dataclasses import dataclass
from enum import StrEnum

from numpy.typing import ArrayLike

from qc.agreement.readings import Interval, table
from qc.charts.factors import a3, b3_b4, s_probability_factors
from qc.charts.series import Limits

ENOUGH = 20
"""Groups that limits should be made from (WHO laboratory manual, 5th ed., 2010, chapter 7)."""
_WHO_WARNING = 0.025
_WHO_ACTION = 0.001


class SpreadLimits(StrEnum):
    """How the limits of the S chart are drawn."""

    WHO = "who"
    SIGMA = "sigma"


@dataclass(frozen=True, slots=True)
class XbarS:
    """The limits of both charts.

    Attributes:
        mean: Of the means of the groups.
        spread: Of their standard deviations.
        size: Readings in a group.
        groups: Groups that the limits were made from.
    """

    mean: Limits
    spread: Limits
    size: int
    groups: int

    @property
    def enough(self) -> bool:
        """Whether the limits were made from at least 20 groups."""
        return self.groups >= ENOUGH


def xbar_s(groups: ArrayLike, spread: SpreadLimits = SpreadLimits.WHO) -> XbarS:
    """Return the limits of X-bar and S charts from groups of readings.

    Source: Montgomery, Introduction to Statistical Quality Control, 6th ed., 2009, 6.3; WHO
    laboratory manual, 5th ed., 2010, chapter 7 (warning at 2, action at 3 standard errors).

    Args:
        groups: Readings of one control, shape (groups, n), at least 2 x 2.
        spread: S limits by probability, as the WHO has them, or at 2 and 3 standard errors.

    Raises:
        ValueError: If there are too few groups, too small ones, or one is no number.
    """
    values = table(groups, 2, 2, "groups of readings")
    centre, mean_s = float(values.mean()), float(values.std(axis=1, ddof=1).mean())
    return limits_from(centre, mean_s, values.shape[1], len(values), spread)


def limits_from(
    centre: float, mean_s: float, size: int, groups: int, spread: SpreadLimits = SpreadLimits.WHO
) -> XbarS:
    """Return the limits, given the grand mean and the mean standard deviation of the groups.

    Raises:
        ValueError: If the mean standard deviation is negative or the size is below 2.
    """
    if not mean_s >= 0:
        raise ValueError(f"a standard deviation of {mean_s:g} is none")
    warning, action = _spread_factors(size, spread)
    narrow, wide = a3(size, 2) * mean_s, a3(size) * mean_s
    return XbarS(
        mean=Limits(centre, _about(centre, narrow), _about(centre, wide)),
        spread=Limits(mean_s, _times(warning, mean_s), _times(action, mean_s)),
        size=size,
        groups=groups,
    )


def _spread_factors(size: int, spread: SpreadLimits) -> tuple[Interval, Interval]:
    if spread is SpreadLimits.WHO:
        return s_probability_factors(size, _WHO_WARNING), s_probability_factors(size, _WHO_ACTION)
    return b3_b4(size, 2), b3_b4(size)


def _about(centre: float, half: float) -> Interval:
    return centre - half, centre + half


def _times(factors: Interval, by: float) -> Interval:
    return factors[0] * by, factors[1] * by
