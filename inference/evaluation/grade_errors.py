"""The errors of grading over many simulated fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np

from inference.counting import GradeCounts, wilson
from inference.evaluation.grade_check import FieldCheck, percent_errors

# Percentages of fewer cells say little: one cell of twenty is 5 points.
LARGE_FIELD = 20
# Where so many were counted, no field may be far off.
WELL_COUNTED = 60
# Faster drift makes what stays with the optics change around a head that does not move.
CALM_UM_S = 3.0
_NORMAL_95 = 1.959964


@dataclass(frozen=True, slots=True)
class Errors:
    """Errors over several fields; tuples are for a, b, c, d.

    Attributes:
        fields: How many fields.
        mean_abs_points: Mean absolute error of each percentage, in points.
        bias_points: Mean error of each percentage, in points.
        mean_abs_count: Mean absolute error of the count, as a share.
        bias_count: Mean error of the count, as a share.
        pooled_points: Error of each percentage of all fields together, in points.
        pooled_count: Error of the count of all fields together, as a share.
    """

    fields: int
    mean_abs_points: tuple[float, ...]
    bias_points: tuple[float, ...]
    mean_abs_count: float
    bias_count: float
    pooled_points: tuple[float, ...]
    pooled_count: float


@dataclass(frozen=True, slots=True)
class WorstField:
    """The field in which a grade's percentage is farthest off."""

    grade: str
    points: float
    seed: int
    counted: int


@dataclass(frozen=True, slots=True)
class Proportion:
    """How many of how many, with Wilson's 95 % interval, as shares of 1.

    Attributes:
        hits: How many; a fraction where several grades are averaged.
        of: Of how many.
        share: Their ratio, None of nothing.
        ci95: Its interval, 0 to 1 of nothing.
    """

    hits: float
    of: int
    share: float | None
    ci95: tuple[float, float]


@dataclass(frozen=True, slots=True)
class GradingSummary:
    """What many fields say of grading.

    Attributes:
        large: Errors over the fields with at least LARGE_FIELD true cells; None without any.
        every: Errors over all fields with a true cell; None without any.
        worst: For each grade the worst field in which at least WELL_COUNTED cells were counted.
        coverage: How often the 95 % interval covers the specimen's mix: for a, b, c and d, for
            "any" (a grade taken at random; fields, not grades, are what its interval counts)
            and for "all" (all four at once). Fields that counted nothing are left out.
        confusion: Cells by true grade and counted grade, over all fields.
        dead_as_c: Immotile cells that were found, and counted as non-progressive: in "calm" fields
            and in "drifting" ones, which drift at CALM_UM_S or faster.
    """

    large: Errors | None
    every: Errors | None
    worst: tuple[WorstField, ...]
    coverage: dict[str, Proportion]
    confusion: tuple[tuple[int, ...], ...]
    dead_as_c: dict[str, Proportion]


def summarise(fields: Sequence[FieldCheck]) -> GradingSummary:
    """Average over many fields."""
    calm = [field for field in fields if field.drift_um_s < CALM_UM_S]
    drifting = [field for field in fields if field.drift_um_s >= CALM_UM_S]
    return GradingSummary(
        large=errors([field for field in fields if field.truth.total >= LARGE_FIELD]),
        every=errors([field for field in fields if field.truth.total]),
        worst=worst([field for field in fields if field.counted.total >= WELL_COUNTED]),
        coverage=coverage([field for field in fields if field.counted.total]),
        confusion=tuple(tuple(int(value) for value in row) for row in _added(fields)),
        dead_as_c={"calm": _dead_as_c(calm), "drifting": _dead_as_c(drifting)},
    )


def _added(fields: Sequence[FieldCheck]) -> np.ndarray:
    """Add up the confusions of fields, shape (5, 5)."""
    tables = [np.array(field.confusion, np.int64) for field in fields]
    table: np.ndarray = sum(tables, np.zeros((5, 5), np.int64))
    return table


def _dead_as_c(fields: Sequence[FieldCheck]) -> Proportion:
    dead = _added(fields)[3]
    return proportion(float(dead[2]), int(dead[:4].sum()))


def errors(fields: Sequence[FieldCheck]) -> Errors | None:
    """Average the errors of fields that have true cells, None of no field."""
    if not fields:
        return None
    points = np.array([field.percent_errors for field in fields])
    counts = np.array([field.count_error for field in fields])
    truth: GradeCounts = reduce(add, (field.truth for field in fields))
    found: GradeCounts = reduce(add, (field.found for field in fields))
    return Errors(
        fields=len(fields),
        mean_abs_points=tuple(np.abs(points).mean(axis=0).tolist()),
        bias_points=tuple(points.mean(axis=0).tolist()),
        mean_abs_count=float(np.abs(counts).mean()),
        bias_count=float(counts.mean()),
        pooled_points=percent_errors(truth, found),
        pooled_count=found.total / truth.total - 1,
    )


def worst(fields: Sequence[FieldCheck]) -> tuple[WorstField, ...]:
    """Return, for each grade, the field whose percentage is farthest off; empty of no field."""
    if not fields:
        return ()
    found = []
    for place, grade in enumerate("abcd"):
        off = max(fields, key=lambda field: abs(field.percent_errors[place]))
        found.append(WorstField(grade, off.percent_errors[place], off.seed, off.counted.total))
    return tuple(found)


def coverage(fields: Sequence[FieldCheck]) -> dict[str, Proportion]:
    """Return in how many fields the intervals cover the mix, by grade, for any and for all."""
    covered = np.array([field.covered for field in fields], bool).reshape(-1, 4)
    hits = {grade: float(covered[:, place].sum()) for place, grade in enumerate("abcd")}
    hits["any"] = float(covered.sum()) / 4
    hits["all"] = float(covered.all(axis=1).sum())
    return {name: proportion(hit, len(fields)) for name, hit in hits.items()}


def proportion(hits: float, of: int) -> Proportion:
    """Return a proportion with its interval."""
    if not of:
        return Proportion(hits, of, None, (0.0, 1.0))
    return Proportion(hits, of, hits / of, wilson(hits / of, of, _NORMAL_95))
