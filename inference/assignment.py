"""Optimal one-to-one assignment under a gate."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs that may be made; what is not listed cannot.

    Attributes:
        row: First of each pair, shape (k,).
        column: Second of each pair, shape (k,).
        cost: What each pair costs, shape (k,).
    """

    row: NDArray[np.intp]
    column: NDArray[np.intp]
    cost: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.row)

    def of(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> "Pairs":
        """Return some of the pairs."""
        return Pairs(self.row[chosen], self.column[chosen], self.cost[chosen])


def assign(pairs: Pairs, limit: float) -> Pairs:
    """Choose pairs at the least total cost, each row and column in one at most.

    A row left alone costs `limit`, so a pair is made only where it is worth it. Pairs that
    compete with nothing are made at once; only the rest goes to the solver, which keeps crowded
    frames cheap.

    Args:
        pairs: What may be paired, each row and column at most once with each other.
        limit: Largest cost of a pair.

    Returns:
        The pairs that are made.
    """
    pairs = pairs.of(pairs.cost < limit)
    if not len(pairs):
        return pairs
    rivals = (np.bincount(pairs.row)[pairs.row] > 1) | (np.bincount(pairs.column)[pairs.column] > 1)
    if not rivals.any():
        return pairs
    made = ~rivals
    made[np.flatnonzero(rivals)[_solve(pairs.of(rivals), limit)]] = True
    return pairs.of(made)


def _solve(pairs: Pairs, limit: float) -> NDArray[np.intp]:
    """Return which of the pairs are made, as indices."""
    row, column = _counted_up(pairs.row), _counted_up(pairs.column)
    cost = np.full((row.max() + 1, column.max() + 1), limit)
    cost[row, column] = pairs.cost
    which = np.full(cost.shape, -1, np.intp)
    which[row, column] = np.arange(len(pairs))
    chosen = which[linear_sum_assignment(cost)]
    return chosen[chosen >= 0]


def _counted_up(number: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return which of the numbers that occur each one is, from 0 in rising order, shape (k,)."""
    occurs = np.bincount(number) > 0
    return np.asarray((np.cumsum(occurs) - 1)[number])
