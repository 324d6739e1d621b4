"""Optimal one-to-one assignment under a gate."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Pairs = tuple[NDArray[np.intp], NDArray[np.intp]]


def assign(cost: NDArray[np.float64], limit: float) -> Pairs:
    """Pair rows with columns at the least total cost, leaving out pairs dearer than `limit`.

    A row left alone costs `limit`, so a pair is made only where it is worth it. Pairs that
    compete with nothing are made at once; only the rest goes to the solver, which keeps crowded
    frames cheap.

    Args:
        cost: Cost of each pair, shape (n, m); infinite where a pair is impossible.
        limit: Largest cost of a pair.

    Returns:
        Rows and columns of the pairs, shape (k,) each.
    """
    open_pairs = cost < limit
    rows, columns = np.nonzero(open_pairs)
    if not len(rows):
        return rows, columns
    rivals = (open_pairs.sum(1)[rows] > 1) | (open_pairs.sum(0)[columns] > 1)
    if not rivals.any():
        return rows, columns
    hard_rows, hard_columns = np.unique(rows[rivals]), np.unique(columns[rivals])
    hard = np.minimum(cost[np.ix_(hard_rows, hard_columns)], limit)
    chosen_rows, chosen_columns = linear_sum_assignment(hard)
    made = hard[chosen_rows, chosen_columns] < limit
    return (
        np.concatenate([rows[~rivals], hard_rows[chosen_rows[made]]]),
        np.concatenate([columns[~rivals], hard_columns[chosen_columns[made]]]),
    )
