"""How much counts err beyond what the grader knows of, fitted on fields whose truth is known."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from inference.counting import MISREADING, PROGRESSIVE, GradeCounts, Misreading
from inference.evaluation.grade_check import FieldCheck

# Counts are whole: an error below half a cell cannot be told from none.
LEAST_VARIANCE = 1 / 12
# Where the search begins, and the smallest value that it tells from nothing.
BEGIN, NOTHING = 0.03, 1e-4


def fit_misreading(fields: Sequence[FieldCheck]) -> dict[str, Misreading]:
    """Fit the misreading of a, b, c, d and progressive counts; empty without a field.

    The likeliest two values under normal errors, the smaller ones where the fields cannot tell:
    the found count less the true share of all that was found has the variance that the grader
    knows of, and that of `Misreading`.
    """
    counted = [field for field in fields if field.found.total and field.truth.total]
    if not counted:
        return {}
    return {name: _fit(counted, place) for place, name in enumerate(MISREADING)}


def _fit(fields: Sequence[FieldCheck], place: int) -> Misreading:
    found = np.array([_counts(field.found)[place] for field in fields])
    true = np.array([_counts(field.truth)[place] / field.truth.total for field in fields])
    total = np.array([field.found.total for field in fields], np.float64)
    known = np.array([field.grader_variance[place] for field in fields]) + LEAST_VARIANCE
    square = (found - total * true) ** 2
    mixed = found * (1 - found / total)

    def cost(log_values: NDArray[np.float64]) -> float:
        lost, false = np.exp(log_values)
        variance = known + lost * mixed + false * total
        return float((np.log(variance) + square / variance).sum() + lost + false)

    best = minimize(cost, np.log([BEGIN, BEGIN]), method="Nelder-Mead")
    lost, false = (0.0 if value < NOTHING else float(value) for value in np.exp(best.x))
    return Misreading(lost, false)


def _counts(counts: GradeCounts) -> tuple[float, ...]:
    return counts.a, counts.b, counts.c, counts.d, getattr(counts, PROGRESSIVE)
