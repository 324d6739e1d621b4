"""Which points of a field lie near each other, frame by frame."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Wider than any field: points of two groups never come near each other.
_FIELD_UM = 1e5


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """Pairs of points that lie near each other.

    Attributes:
        first: Which of the ones, shape (k,).
        second: Which of the others, shape (k,).
        off_um2: Square of how far they lie apart, shape (k,).
    """

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    off_um2: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Points of several fields.

    Attributes:
        xy_um: Places, shape (n, 2).
        group: Which field each is in, such as a frame, from 0, shape (n,).
    """

    xy_um: NDArray[np.float64]
    group: NDArray[np.int64]

    @property
    def along_um(self) -> NDArray[np.float64]:
        """Places along a line on which one field comes after the other, shape (n,)."""
        return np.asarray(self.xy_um[:, 0] + _FIELD_UM * self.group)


def near(one: Places, other: Places, reach_um: float) -> Near:
    """Return the pairs of points of one group that lie within `reach_um`.

    Points are sorted along x; of those beside each other only the ones that also agree in y are
    looked at further.
    """
    order = np.argsort(other.along_um)
    line, along = other.along_um[order], one.along_um
    begin = np.searchsorted(line, along - reach_um)
    count = np.searchsorted(line, along + reach_um, side="right") - begin
    before = np.cumsum(count) - count
    place = np.arange(count.sum()) + np.repeat(begin - before, count)
    off_y = np.repeat(one.xy_um[:, 1], count) - other.xy_um[order, 1].take(place)
    level = np.flatnonzero(np.abs(off_y) <= reach_um)
    first, second = np.repeat(np.arange(len(along)), count)[level], order[place[level]]
    off_um2 = (one.xy_um[first, 0] - other.xy_um[second, 0]) ** 2 + off_y[level] ** 2
    within = off_um2 <= reach_um**2
    return Near(first[within], second[within], off_um2[within])
