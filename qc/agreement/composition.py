"""How far two readings lie apart over all grades at once."""

import numpy as np
from numpy.typing import ArrayLike

from qc.agreement.readings import Array, Estimate, table
from qc.agreement.resampling import bootstrap

_SUM_TOLERANCE = 1.5


def total_variation(first: ArrayLike, second: ArrayLike) -> tuple[float, ...]:
    """Return half the sum of |differences| over the grades for each item, in percentage points.

    It is the largest share of cells that the readings can differ by in any set of grades. Source:
    Levin, Peres & Wilmer, Markov Chains and Mixing Times, 2009, proposition 4.2.

    Args:
        first: Percentages, shape (n items, grades); each row sums to 100 within 1.5.
        second: Percentages of the same items and grades.

    Raises:
        ValueError: If the shapes differ, a row does not sum to 100, or one is no percentage.
    """
    return tuple(_variation(first, second).tolist())


def mean_total_variation(first: ArrayLike, second: ArrayLike, *, seed: int) -> Estimate:
    """Return the mean total variation with a bootstrap interval over the items; as above."""
    each = _variation(first, second)
    return bootstrap(each[:, None], lambda rows: rows.mean((-2, -1)), seed=seed)


def _variation(first: ArrayLike, second: ArrayLike) -> Array:
    one, two = (_composition(values) for values in (first, second))
    if one.shape != two.shape:
        raise ValueError(f"{len(one)} compositions cannot be paired with {len(two)}")
    half: Array = np.abs(one - two).sum(1) / 2
    return half


def _composition(values: ArrayLike) -> Array:
    array = table(values, 1, 2, "compositions")
    if array.min() < 0:
        raise ValueError(f"{array.min():g} % is no percentage")
    off = np.abs(array.sum(1) - 100)
    if off.max() > _SUM_TOLERANCE + 1e-9:
        row = int(off.argmax())
        raise ValueError(f"row {row + 1} sums to {array[row].sum():g}, not to 100")
    return array
