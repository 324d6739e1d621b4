"""Which points of a field lie near each other, frame by frame."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Wider than any field, in µm or in px: points of two groups never come near each other.
_FIELD = 1e5


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """Pairs of points that lie near each other.

    Attributes:
        first: Which of the ones, shape (k,).
        second: Which of the others, shape (k,).
        off2: Square of how far they lie apart, shape (k,).
    """

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    off2: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Points of several fields.

    Attributes:
        xy: Places in µm or px, shape (n, 2).
        group: Which field each is in, such as a frame, from 0, shape (n,).
    """

    xy: NDArray[np.float64]
    group: NDArray[np.int64]

    @property
    def along(self) -> NDArray[np.float64]:
        """Places along a line on which one field comes after the other, shape (n,)."""
        return np.asarray(self.xy[:, 0] + _FIELD * self.group)


def near(one: Places, other: Places, reach: float) -> Near:
    """Return the pairs of points of one group that lie within `reach`.

    Points are sorted along x; of those beside each other only the ones that also agree in y are
    looked at further.
    """
    order = np.argsort(other.along)
    line, along = other.along[order], one.along
    begin = np.searchsorted(line, along - reach)
    count = np.searchsorted(line, along + reach, side="right") - begin
    before = np.cumsum(count) - count
    place = np.arange(count.sum()) + np.repeat(begin - before, count)
    off_y = np.repeat(one.xy[:, 1], count) - other.xy[order, 1].take(place)
    level = np.flatnonzero(np.abs(off_y) <= reach)
    first, second = np.repeat(np.arange(len(along)), count)[level], order[place[level]]
    off2 = (one.xy[first, 0] - other.xy[second, 0]) ** 2 + off_y[level] ** 2
    within = off2 <= reach**2
    return Near(first[within], second[within], off2[within])
