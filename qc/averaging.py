"""The mean of the replicates' shares, with an interval that it lies in."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from inference.counting import (
    SURE,
    GradeCounts,
    GradingVariance,
    Share,
    design_effect,
    widened,
    wilson,
)

_UPPER = 0.975


def mean_share(
    replicates: Sequence[Sequence[GradeCounts]],
    grade: str,
    grading: Sequence[GradingVariance] = (),
) -> Share:
    """Return a grade's mean percentage over replicates that each count alike, with its interval.

    The share is p = (1 / k) sum p_i over k replicates of n_i cells. They estimate one share, so
    the variance of their mean is D p (1 - p) / k² sum 1 / n_i, with D for the spread between the
    fields of all replicates (Cochran, Sampling Techniques, 3rd ed., 1977, 5.3 for the mean of
    independent estimates and 6.3 for ratios over clusters). The 95 % interval is Wilson's on the
    effective count p (1 - p) / variance = k² / (D sum 1 / n_i) (Kish 1965; Korn & Graubard 1998).
    For one replicate, and for replicates of the same size, it is the interval of all their
    fields together. As the count does not hold p, 0 and 100 % need no rule of their own.
    What cells are misread by has the variance g_i in the count of a replicate, and so
    1 / k² sum g_i / n_i² in p; it widens the interval.

    Args:
        replicates: The counts of every field, replicate by replicate; each has counted a cell.
        grade: "a", "b", "c", "d" or "progressive".
        grading: How uncertain misread cells make the counts of each replicate; not at all if
            nothing is given.

    Raises:
        ValueError: If there is no replicate, or one without a cell.
    """
    hits = [np.array([getattr(field, grade) for field in one], np.float64) for one in replicates]
    totals = [np.array([field.total for field in one], np.float64) for one in replicates]
    counted = np.array([total.sum() for total in totals])
    if not counted.size or not counted.all():
        raise ValueError("the mean of replicates needs a cell in each of them")
    share = float(np.mean([hit.sum() for hit in hits] / counted))
    effect = _widening(np.concatenate(hits), np.concatenate(totals))
    effective = len(counted) ** 2 / (effect * float((1 / counted).sum()))
    interval = wilson(share, effective, float(ndtri(_UPPER)))
    low, high = widened(share, interval, _misread(grading or [SURE] * len(counted), grade, counted))
    # At 0 and 100 % rounding alone may put an end past the share.
    low, high = min(low, share), max(high, share)
    count = round(math.fsum(float(hit.sum()) for hit in hits))
    return Share(count, 100 * share, (100 * low, 100 * high))


def _misread(grading: Sequence[GradingVariance], grade: str, counted: NDArray[np.float64]) -> float:
    """Return the variance of the mean share because cells are misread."""
    pairs = zip(grading, counted.tolist(), strict=True)
    return math.fsum(getattr(one, grade) / n**2 for one, n in pairs) / len(counted) ** 2


def _widening(hits: NDArray[np.float64], totals: NDArray[np.float64]) -> float:
    """Return the design effect, times (t / z)² where it was itself taken from few fields."""
    effect = design_effect(hits, totals)
    if effect == 1:
        return effect
    student = float(stdtrit(int((totals > 0).sum()) - 1, _UPPER))
    return effect * (student / float(ndtri(_UPPER))) ** 2
