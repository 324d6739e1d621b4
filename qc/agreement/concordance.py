"""Agreement as one number: Lin's concordance and the intraclass correlation ICC(2,1)."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtri, ndtri

from qc.agreement.differences import products, squares
from qc.agreement.readings import Array, Estimate, Interval, paired, refuse_constant, table

_NO_INTERVAL = "intraclass correlation has no interval: the readers contradict each other"
_UPPER = 0.975


@dataclass(frozen=True, slots=True)
class Concordance:
    """Lin's concordance correlation and its two parts.

    Attributes:
        ccc: 1 where every pair is alike, at most the correlation.
        ci95: 95 % interval by Fisher's z.
        precision: Pearson's r: how close the points lie to a line.
        accuracy: C_b = ccc / r: how close that line lies to the line of identity.
    """

    ccc: float
    ci95: Interval
    precision: float
    accuracy: float


def concordance(first: ArrayLike, second: ArrayLike) -> Concordance:
    """Return Lin's CCC, 2 s_xy / (s_x² + s_y² + (mean difference)²), variances with divisor n.

    Source: Lin, Biometrics 1989; 45: 255-268; the variance as corrected in Biometrics 2000; 56:
    324-325.

    Args:
        first: Readings, shape (n,), n at least 3.
        second: Readings of the same items.

    Raises:
        ValueError: If the readings cannot be paired, are too few, or one reader's are all alike.
    """
    x, y = paired(first, second, 3)
    refuse_constant(x, "concordance")
    refuse_constant(y, "concordance")
    n, sx, sy, sxy = x.size, squares(x), squares(y), products(x, y)
    shift = n * float(y.mean() - x.mean()) ** 2
    ccc, r = 2 * sxy / (sx + sy + shift), sxy / math.sqrt(sx * sy)
    accuracy = 2 * math.sqrt(sx * sy) / (sx + sy + shift)
    error = _standard_error_z(ccc, r, shift / math.sqrt(sx * sy), n)
    return Concordance(ccc, fisher_interval(ccc, error), r, accuracy)


def _standard_error_z(ccc: float, r: float, shift: float, n: int) -> float:
    """Return the standard error of atanh(ccc), shift being the squared location shift u²."""
    if abs(ccc) >= 1 or r == 0:
        return 0.0 if r else 1 / math.sqrt(n - 2)
    apart = 1 - ccc**2
    variance = (
        (1 - r**2) * ccc**2 / (apart * r**2)
        + 2 * ccc**3 * (1 - ccc) * shift / (r * apart**2)
        - ccc**4 * shift**2 / (2 * r**2 * apart**2)
    )
    return math.sqrt(max(variance, 0.0) / (n - 2))


def fisher_interval(r: float, error: float) -> Interval:
    """Return the 95 % interval of a correlation, given the standard error of its atanh."""
    if abs(r) >= 1:
        return r, r
    half = float(ndtri(_UPPER)) * error
    return math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)


def intraclass(ratings: ArrayLike) -> Estimate:
    """Return ICC(2,1): absolute agreement of one reading, readers being a sample of readers.

    (MSR - MSE) / (MSR + (k - 1) MSE + k (MSC - MSE) / n), with the interval by Satterthwaite's
    degrees of freedom. Source: Shrout & Fleiss, Psychol Bull 1979; 86: 420-428; McGraw & Wong,
    Psychol Methods 1996; 1: 30-46 (there ICC(A,1)).

    Args:
        ratings: Readings, shape (n items, k readers), at least 2 x 2.

    Raises:
        ValueError: If the table is too small, holds no number somewhere, nothing varies in it, or
            readers contradict each other so that the interval is not defined.
    """
    values = table(ratings, 2, 2, "ratings")
    refuse_constant(values.ravel(), "intraclass correlation")
    rows, columns, error = _mean_squares(values)
    n, k = values.shape
    below = rows + (k - 1) * error + k * (columns - error) / n
    if below == 0:
        raise ValueError("intraclass correlation is undefined: items and readers do not vary")
    icc = (rows - error) / below
    return Estimate(icc, _intraclass_interval(icc, rows, columns, error, n, k))


def _mean_squares(values: Array) -> tuple[float, float, float]:
    """Return the mean squares of items, readers and error of a two-way layout without repeats."""
    n, k = values.shape
    centred = values - values.mean()
    items, readers = centred.mean(1), centred.mean(0)
    error = centred - items[:, None] - readers
    return (
        float(k * np.square(items).sum() / (n - 1)),
        float(n * np.square(readers).sum() / (k - 1)),
        float(np.square(error).sum() / ((n - 1) * (k - 1))),
    )


def _intraclass_interval(
    icc: float, rows: float, columns: float, error: float, n: int, k: int
) -> Interval:
    if icc == 1:
        return 1.0, 1.0
    if error == 0:
        freedom = float(k - 1)
    else:
        a = k * icc / (n * (1 - icc))
        b = 1 + k * icc * (n - 1) / (n * (1 - icc))
        by_readers, by_error = (a * columns) ** 2 / (k - 1), (b * error) ** 2 / ((n - 1) * (k - 1))
        if by_readers + by_error == 0:
            raise ValueError(_NO_INTERVAL)
        freedom = (a * columns + b * error) ** 2 / (by_readers + by_error)
    upper_f = float(fdtri(n - 1, freedom, _UPPER))
    lower_f = float(fdtri(freedom, n - 1, _UPPER))
    within = k * columns + (k * n - k - n) * error
    # Divided by the quantile, which is infinite where hardly a degree of freedom is left.
    low = n * (rows / upper_f - error) / (within + n * rows / upper_f)
    high = n * (lower_f * rows - error) / (within + n * lower_f * rows)
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError(_NO_INTERVAL)
    return low, high
