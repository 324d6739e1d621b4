"""The check of two replicates against the WHO table of acceptable differences."""

import math
from dataclasses import dataclass
from enum import StrEnum

from inference.counting import GradeCounts, whole_percent

NOMINAL_COUNT = 200

# WHO laboratory manual, table 2.1: the largest difference that two counts of 200 show in 95 of 100
# cases by chance alone. Each entry is (highest average in the band, limit), both in percent.
_BANDS = (
    (0, 1), (1, 2), (2, 3), (4, 4), (7, 5), (11, 6), (16, 7), (23, 8), (34, 9), (65, 10),
    (76, 9), (83, 8), (88, 7), (92, 6), (95, 5), (97, 4), (98, 3), (99, 2), (100, 1),
)  # fmt: skip
WHO_LIMITS = tuple(next(limit for top, limit in _BANDS if average <= top) for average in range(101))
"""Limits in percentage points for the average percentages 0 to 100, for 200 + 200 counted."""


class Verdict(StrEnum):
    """What the check of two replicates says."""

    AGREE = "agree"
    DIFFER = "differ"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Difference:
    """One grade in two replicates, in percent.

    Attributes:
        grade: "a", "b", "c", "d" or "progressive".
        first_percent: Share in the first replicate.
        second_percent: Share in the second replicate.
        limit_percent: Largest acceptable difference in percentage points.
    """

    grade: str
    first_percent: float
    second_percent: float
    limit_percent: int

    @property
    def difference_percent(self) -> float:
        """How far the two stand apart, in percentage points."""
        return abs(self.first_percent - self.second_percent)

    @property
    def agrees(self) -> bool:
        """Whether the difference is within the limit."""
        # A difference of exactly 10 points, made from two fractions, must not fail by 1e-15.
        return self.difference_percent <= self.limit_percent + 1e-9


@dataclass(frozen=True, slots=True)
class ReplicateCheck:
    """Two replicates, compared grade by grade.

    Attributes:
        differences: One entry for a, b, c, d and progressive; empty where one replicate is empty.
        per_replicate: Cells in each of two equal replicates that the limits are for.
    """

    differences: tuple[Difference, ...]
    per_replicate: int

    @property
    def verdict(self) -> Verdict:
        """Whether all grades agree, some differ, or nothing was there to compare."""
        if not self.differences:
            return Verdict.EMPTY
        return Verdict.AGREE if all(d.agrees for d in self.differences) else Verdict.DIFFER


def acceptable_difference(average_percent: float, per_replicate: int = NOMINAL_COUNT) -> int:
    """Return the largest acceptable difference of two replicates in percentage points.

    For 200 per replicate it is the WHO table at the average rounded to whole percent (half up);
    for other counts it is the closed form that reproduces all 101 points of that table.

    Args:
        average_percent: Average of the two percentages, 0 to 100.
        per_replicate: Cells counted in each replicate, at least 1.

    Raises:
        ValueError: If the average is no percentage or the count is below 1.
    """
    if not 0 <= average_percent <= 100:
        raise ValueError(f"an average of {average_percent:g} % is no percentage")
    if per_replicate < 1:
        raise ValueError(f"a limit for {per_replicate} counted cells does not exist")
    whole = whole_percent(average_percent)
    if per_replicate == NOMINAL_COUNT:
        return WHO_LIMITS[whole]
    return closed_form_limit(whole, per_replicate)


def closed_form_limit(average_percent: float, per_replicate: int) -> int:
    """Return 2 standard errors of the difference of two percentages, in whole points.

    Two successes and two failures are added to the pooled count (Agresti and Coull), so that the
    limit does not vanish at 0 and 100 %.
    """
    pooled = 2 * per_replicate
    share = (pooled * average_percent / 100 + 2) / (pooled + 4)
    return round(200 * math.sqrt(2 * share * (1 - share) / per_replicate))


def compare(
    first: GradeCounts, second: GradeCounts, nominal: int = NOMINAL_COUNT
) -> ReplicateCheck:
    """Compare two replicates grade by grade, and progressive as a whole.

    The limits are those for the nominal count (what each replicate aims at: 200 by WHO), however
    many were counted beyond it, and wider where a replicate stayed below it (few cells).

    Args:
        first: Counts of the first replicate.
        second: Counts of the second replicate.
        nominal: Cells that each replicate aims at.
    """
    if not (first.total and second.total):
        return ReplicateCheck(differences=(), per_replicate=0)
    counted = _equal_count(min(nominal, first.total), min(nominal, second.total))
    pairs = zip(_percentages(first), _percentages(second), strict=True)
    return ReplicateCheck(
        differences=tuple(_difference(name, one, two, counted) for (name, one), (_, two) in pairs),
        per_replicate=counted,
    )


def _equal_count(first: int, second: int) -> int:
    """Return of how many cells each two equal replicates differ by chance as much as these two.

    The variance of the difference, p (1 - p) (1 / n1 + 1 / n2), is that of two counts of
    2 / (1 / n1 + 1 / n2); this is rounded down, so that a limit is rather too wide.
    """
    return 2 * first * second // (first + second)


def _difference(grade: str, first: float, second: float, counted: int) -> Difference:
    limit = acceptable_difference((first + second) / 2, counted)
    return Difference(grade, first, second, limit)


def _percentages(counts: GradeCounts) -> tuple[tuple[str, float], ...]:
    grades = (
        ("a", counts.a),
        ("b", counts.b),
        ("c", counts.c),
        ("d", counts.d),
        ("progressive", counts.progressive),
    )
    return tuple((name, 100 * count / counts.total) for name, count in grades)
