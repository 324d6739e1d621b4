"""From graded tracks to counts, percentages and their 95 % intervals."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import reduce
from operator import add
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from inference.grading import Grade

PROGRESSIVE = "progressive"
_CONFIDENCE = 0.95

Probabilities = tuple[float, float, float, float]
"""Of a, b, c and d; they sum to 1."""


@dataclass(frozen=True, slots=True)
class GradeCounts:
    """Spermatozoa counted by grade."""

    a: int = 0
    b: int = 0
    c: int = 0
    d: int = 0

    @property
    def total(self) -> int:
        """All spermatozoa counted."""
        return self.a + self.b + self.c + self.d

    @property
    def progressive(self) -> int:
        """Grades a and b together (PR)."""
        return self.a + self.b

    def __add__(self, other: "GradeCounts") -> "GradeCounts":
        return GradeCounts(self.a + other.a, self.b + other.b, self.c + other.c, self.d + other.d)


@dataclass(frozen=True, slots=True)
class Share:
    """One grade's share of a count.

    Attributes:
        count: Cells of this grade.
        percent: Share in percent; None where nothing was counted.
        ci95: 95 % interval in percent, (0, 100) where nothing was counted.
    """

    count: int
    percent: float | None
    ci95: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Misreading:
    """How a count errs beyond what the grader knows of, in cells squared.

    Attributes:
        lost: Variance for each cell of the grade among cells of others: missed, or taken for
            another.
        false: Variance for each cell counted: debris, or a cell counted twice.
    """

    lost: float
    false: float

    def variance(self, hits: float, counted: float) -> float:
        """Return the variance of the count of a grade, 0 of nothing counted."""
        if not counted:
            return 0.0
        return self.lost * hits * (1 - hits / counted) + self.false * counted


# Fitted by `motiscope bench grading --first-seed 610000 --fields 120`, on fields that neither train
# a model nor are held against the intervals.
MISREADING: Mapping[str, Misreading] = MappingProxyType(
    {
        "a": Misreading(0.040, 0.0),
        "b": Misreading(0.043, 0.0),
        "c": Misreading(0.013, 0.0),
        "d": Misreading(0.021, 0.001),
        PROGRESSIVE: Misreading(0.030, 0.0),
    }
)


@dataclass(frozen=True, slots=True)
class GradingVariance:
    """How uncertain the counts of a field are because cells are misread: variances of each count.

    A cell that is a with probability p adds p (1 - p) to the variance of the count of a; what the
    grader cannot know adds MISREADING.
    """

    a: float = 0.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0
    progressive: float = 0.0

    @classmethod
    def of(
        cls, probabilities: Iterable[Probabilities | None], counted: GradeCounts
    ) -> "GradingVariance":
        """Add up what the grader knows of over the cells that it weighed, and MISREADING over all.

        Args:
            probabilities: Each cell's probabilities of a, b, c and d, None for unknown.
            counted: All cells of the field, those that nobody weighed too.
        """
        misread = (
            misreading.variance(getattr(counted, name), counted.total)
            for name, misreading in MISREADING.items()
        )
        return cls(*map(add, grader_variance(probabilities), misread))

    def __add__(self, other: "GradingVariance") -> "GradingVariance":
        pairs = zip(astuple(self), astuple(other), strict=True)
        return GradingVariance(*(mine + its for mine, its in pairs))


SURE = GradingVariance()


def grader_variance(probabilities: Iterable[Probabilities | None]) -> tuple[float, ...]:
    """Return what the grader knows of the variances of the counts of a, b, c, d and a or b."""
    p = _with_progressive(probabilities)
    return tuple((p * (1 - p)).sum(0).clip(0).tolist())


def _with_progressive(probabilities: Iterable[Probabilities | None]) -> NDArray[np.float64]:
    """Return the known probabilities of a, b, c, d and a or b, shape (n, 5)."""
    known = [one for one in probabilities if one is not None]
    p = np.array(known, np.float64).reshape(-1, 4)
    return np.column_stack([p, p[:, 0] + p[:, 1]])


def tally(grades: Sequence[Grade]) -> GradeCounts:
    """Count cells by grade."""
    return GradeCounts(*(sum(one == grade for one in grades) for grade in Grade))


def time_shares(durations_s: Sequence[float], grades: Sequence[Grade]) -> dict[Grade, float]:
    """Return each grade's share of the time that cells were seen, in percent; empty without any."""
    whole_s = sum(durations_s)
    if whole_s <= 0:
        return {}
    pairs = list(zip(durations_s, grades, strict=True))
    return {
        grade: 100 * sum(seen_s for seen_s, one in pairs if one == grade) / whole_s
        for grade in Grade
    }


def shares(fields: Sequence[GradeCounts], grading: GradingVariance = SURE) -> dict[str, Share]:
    """Return the share of a, b, c, d and "progressive" over all fields, with 95 % intervals.

    Args:
        fields: The count of each field.
        grading: How uncertain misread cells make the counts of all fields together.
    """
    pooled = reduce(add, fields, GradeCounts())
    counts = np.array([astuple(field) for field in fields], dtype=np.float64).reshape(-1, 4)
    totals = counts.sum(1)
    hits = {str(grade): counts[:, i] for i, grade in enumerate(Grade)}
    hits[PROGRESSIVE] = counts[:, 0] + counts[:, 1]
    return {
        name: _share(hit, totals, pooled.total, getattr(grading, name))
        for name, hit in hits.items()
    }


def whole_percent(percent: float) -> int:
    """Return a percentage as WHO reports it: whole, halves rounded up.

    A half that is made from fractions, as 100 x 0.575, may be 1e-14 too small and is still one.
    """
    return math.floor(percent + 0.5 + 1e-9)


def wilson(share: float, counted: float, quantile: float) -> tuple[float, float]:
    """Return Wilson's interval of a share, 0 to 1 (Wilson 1927, doi 10.2307/2276774).

    Args:
        share: Share that was found, 0 to 1.
        counted: How many were counted, above 0; may be a fraction after widening.
        quantile: Two-sided quantile, 1.96 for 95 %.
    """
    square = quantile**2 / counted
    middle = (share + square / 2) / (1 + square)
    half = quantile / (1 + square) * np.sqrt(share * (1 - share) / counted + square / (4 * counted))
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def design_effect(hits: NDArray[np.float64], totals: NDArray[np.float64]) -> float:
    """Return how many times the spread between fields exceeds that of independent cells, >= 1.

    The variance of a ratio over k clusters (Cochran, Sampling Techniques, 3rd ed., 1977, 6.3),
    k / (k - 1) x sum (hits - p totals)² / (sum totals)², over the binomial p (1 - p) / n.

    Args:
        hits: Cells of the grade in each field, shape (k,).
        totals: Cells in each field, shape (k,).
    """
    seen = totals > 0
    fields, counted = int(seen.sum()), float(totals.sum())
    if fields < 2:
        return 1.0
    share = float(hits.sum()) / counted
    binomial = share * (1 - share) / counted
    if binomial == 0:
        return 1.0
    between = float(((hits - share * totals)[seen] ** 2).sum()) / counted**2
    return max(1.0, fields / (fields - 1) * between / binomial)


def widened(share: float, interval: tuple[float, float], variance: float) -> tuple[float, float]:
    """Return a 95 % interval of a share widened by an independent error of the share.

    The distances of both limits from the share add up in squares with that of the error (method of
    variance estimates recovery, Zou & Donner 2008, doi 10.1002/sim.3095).

    Args:
        share: Share that was found, 0 to 1.
        interval: Its interval without the error.
        variance: Variance of the error.
    """
    low, high = interval
    error = float(ndtri((1 + _CONFIDENCE) / 2)) ** 2 * variance
    below, above = math.sqrt((share - low) ** 2 + error), math.sqrt((high - share) ** 2 + error)
    return max(0.0, share - below), min(1.0, share + above)


def _share(
    hits: NDArray[np.float64], totals: NDArray[np.float64], counted: int, grading: float
) -> Share:
    """Widen Wilson's interval where the fields differ more than chance (Korn & Graubard 1998).

    The count is divided by the design effect, and by (t / z)² for a spread that was itself taken
    from few fields; t has one degree of freedom less than there are fields. What cells are misread
    by adds to it.
    """
    count = int(hits.sum())
    if not counted:
        return Share(0, None, (0.0, 100.0))
    normal = float(ndtri((1 + _CONFIDENCE) / 2))
    effect = design_effect(hits, totals)
    if effect > 1:
        student = float(stdtrit(int((totals > 0).sum()) - 1, (1 + _CONFIDENCE) / 2))
        effect *= (student / normal) ** 2
    interval = wilson(count / counted, counted / effect, normal)
    low, high = widened(count / counted, interval, grading / counted**2)
    return Share(count, 100 * count / counted, (100 * low, 100 * high))
