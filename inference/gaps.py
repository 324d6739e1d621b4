"""Where a cell was not seen for a while, and its path bridged over the shortest of such gaps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# A step so many times as long as the usual one is a gap: a frame or more was lost in it.
_LONG = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class Gaps:
    """The steps of a path in which frames were lost: what lies there is a chord, no path.

    Attributes:
        step_s: Time between two frames.
        steps_s: Length of every step, shape (n - 1,).
        lost: Which steps are gaps, shape (n - 1,).
    """

    step_s: float
    steps_s: NDArray[np.float64]
    lost: NDArray[np.bool_]

    @classmethod
    def of(cls, time_s: NDArray[np.float64], step_s: float) -> "Gaps":
        """Return the gaps between times (n,), rising, with frames every `step_s`."""
        steps_s = np.diff(time_s)
        return cls(step_s, steps_s, steps_s > _LONG * step_s)

    @property
    def lost_s(self) -> float:
        """Time in gaps."""
        return float(self.steps_s[self.lost].sum())

    @property
    def ends(self) -> NDArray[np.intp]:
        """Places in the path of the first points after a gap."""
        return np.flatnonzero(self.lost) + 1

    def bridge(self, most_s: float) -> "Bridge":
        """Return what puts points in the place of lost frames, in gaps of `most_s` at most."""
        short = self.lost & (self.steps_s < most_s + self.step_s / 2)
        parts = np.where(short, np.rint(self.steps_s / self.step_s), 1).astype(np.intp)
        before = np.repeat(np.arange(len(parts)), parts)
        seen = np.concatenate([[0], np.cumsum(parts)])
        part = (np.arange(len(before)) - seen[before]) / parts[before]
        return Bridge(before, part, seen)


@dataclass(frozen=True, slots=True, eq=False)
class Bridge:
    """Points on straight lines in the place of lost frames, as a linear map of the places.

    Attributes:
        before: Place in the path before each point but the last, shape (m - 1,).
        part: How far from there to the next place the point lies, 0 to 1, shape (m - 1,).
        seen: Points that are places of the path, shape (n,).
    """

    before: NDArray[np.intp]
    part: NDArray[np.float64]
    seen: NDArray[np.intp]

    def over(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return times (n,) or places (n, 2) with those of the lost frames."""
        part = self.part.reshape(-1, *[1] * (values.ndim - 1))
        return np.concatenate(
            [values[self.before] + part * np.diff(values, axis=0)[self.before], values[-1:]]
        )

    def back(self, slopes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the slopes to the places of something whose slopes to the points are (m, 2)."""
        by_place = slopes[self.seen]
        lost = self.part > 0
        before, part, bridged = self.before[lost], self.part[lost, None], slopes[:-1][lost]
        np.add.at(by_place, before, (1 - part) * bridged)
        np.add.at(by_place, before + 1, part * bridged)
        return by_place
