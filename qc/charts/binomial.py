"""Charts of percentages of counted cells, which scatter by counting alone."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from qc.agreement.readings import Array, checked

_RANGE_TO_SD = 2 / math.sqrt(math.pi)
"""d2 of two values, 1.128: the mean range of two over their standard deviation."""


@dataclass(frozen=True, slots=True)
class ProportionPoint:
    """One reading of a control, in percent.

    Attributes:
        percent: What was read.
        warning: Lower and upper warning limit at its count.
        action: Lower and upper action limit.
    """

    percent: float
    warning: tuple[float, float]
    action: tuple[float, float]


@dataclass(frozen=True, slots=True)
class ProportionChart:
    """A p' chart.

    Attributes:
        centre: Share over all readings, in percent.
        beyond_counting: sigma_z: how many times more than by counting the readings scatter from one
            to the next; 1 where cells are independent and the reader's hand is steady.
        points: One for each reading, with the limits of its own count.
    """

    centre: float
    beyond_counting: float
    points: tuple[ProportionPoint, ...]

    @property
    def outside_action(self) -> tuple[int, ...]:
        """The places, from 0, of the readings outside their action limits."""
        return tuple(
            place
            for place, point in enumerate(self.points)
            if not point.action[0] <= point.percent <= point.action[1]
        )


def counting_sd(percent: float, counted: float) -> float:
    """Return the standard deviation of a percentage by counting alone, √(p (100 - p) / N), points.

    Source: the binomial distribution; WHO laboratory manual, 6th ed., 2021, 2.4 (sampling error).

    Args:
        percent: The share in percent, 0 to 100.
        counted: Cells counted, N, above 0.

    Raises:
        ValueError: If the share is no percentage or nothing was counted.
    """
    if not 0 <= percent <= 100:
        raise ValueError(f"{percent:g} % is no percentage")
    if not counted > 0:
        raise ValueError(f"a share of {counted:g} cells does not exist")
    return math.sqrt(percent * (100 - percent) / counted)


def proportion_chart(hits: ArrayLike, counted: ArrayLike) -> ProportionChart:
    """Return Laney's p' chart: limits from counting, times how far readings scatter beyond it.

    z_i = (p_i - p) / √(p (1 - p) / n_i); sigma_z = mean |z_i - z_(i-1)| / 1.128; limits p ± 2 and 3
    sigma_z √(p (1 - p) / n_i), within 0 and 100 %. With sigma_z = 1 it is the p chart. It is not
    let below 1: readings cannot scatter less than counting makes them, but few may happen to.
    Source: Laney, Quality Engineering 2002; 14: 531-537.

    Args:
        hits: Cells of the grade in each reading, shape (n,), at least 2 readings.
        counted: Cells counted in each.

    Raises:
        ValueError: If the lengths differ, a reading has no cells or more of the grade than were
            counted, or all or none of the cells are of the grade.
    """
    grade, total = checked(hits, 2, "counts"), checked(counted, 2, "counts")
    _refuse(grade, total)
    centre = float(grade.sum() / total.sum())
    if centre in (0, 1):
        raise ValueError("a chart is undefined: all or none of the cells are of the grade")
    by_counting = np.sqrt(centre * (1 - centre) / total)
    z = (grade / total - centre) / by_counting
    beyond = max(1.0, float(np.abs(np.diff(z)).mean()) / _RANGE_TO_SD)
    points = (
        ProportionPoint(100 * p, _limits(centre, 2 * beyond * e), _limits(centre, 3 * beyond * e))
        for p, e in zip((grade / total).tolist(), by_counting.tolist(), strict=True)
    )
    return ProportionChart(100 * centre, beyond, tuple(points))


def _refuse(grade: Array, total: Array) -> None:
    if grade.size != total.size:
        raise ValueError(f"{grade.size} counts cannot be shares of {total.size}")
    if not ((total > 0) & (grade >= 0) & (grade <= total)).all():
        raise ValueError("a count of the grade must lie between 0 and what was counted")


def _limits(centre: float, half: float) -> tuple[float, float]:
    return 100 * max(0.0, centre - half), 100 * min(1.0, centre + half)
