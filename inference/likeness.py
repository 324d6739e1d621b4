"""Whether two stretches of track look like one cell.

How much the looks of one cell change by themselves is measured in the field: where cells turn and
go out of focus, a difference says less.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.looks import LOOKS
from inference.pool import Pool

# Longer than any field: times of two tracks never lie near each other.
_FIELD_S = 1e5
# Looks that differ by less are alike, in grey values.
ALIKE_GREY = 3.0
# Looks that are farther apart than this are independent of each other: a beat of the tail.
BEAT_S = 0.1
# A cell's own change is that from one part of this length to the one after the next.
PART_S = 0.5
# Of fewer changes nothing is known.
LEAST_CHANGES = 10
# What 95 of 100 changes, either way, stay below is 1.645 standard deviations.
_QUANTILE, _DEVIATIONS = 0.9, 1.645


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """Mean looks in n stretches of track.

    Attributes:
        mean: Means, shape (n, LOOKS).
        variance: Their variances, shape (n, LOOKS).
    """

    mean: NDArray[np.float64]
    variance: NDArray[np.float64]

    def take(self, rows: NDArray[np.intp]) -> "Looks":
        """Return some of the stretches."""
        return Looks(self.mean[rows], self.variance[rows])


class Album:
    """The looks of tracks, from which those of any stretch of time are taken.

    Args:
        pool: The detections.
        tracks: Those of each track in order of time.

    Attributes:
        at: The detections, one track after the other, shape (n,).
        time_s: When each of them is, shape (n,).
        first_s: When each track begins, shape (tracks,),
        last_s: and when it ends.
    """

    def __init__(self, pool: Pool, tracks: Sequence[NDArray[np.int64]]) -> None:
        self.at = np.concatenate([np.empty(0, np.int64), *tracks])
        self.time_s = pool.time_s[pool.row[self.at]]
        self.first_s, self.last_s = (
            np.array([pool.time_s[pool.row[track[end]]] for track in tracks]) for end in (0, -1)
        )
        number = np.repeat(np.arange(len(tracks)), [len(track) for track in tracks])
        self._along_s = self.time_s + _FIELD_S * number
        looks = pool.looks[self.at]
        # Sums up to each detection, so that those of a stretch are the difference of two.
        self._sums, self._squares = _summed(looks), _summed(looks**2)
        self._usual = self._usual_variance() if np.isfinite(looks).all() else None

    @property
    def tells(self) -> bool:
        """Whether anything is known of what cells look like."""
        return self._usual is not None

    def stretch(
        self, track: NDArray[np.intp], begin_s: NDArray[np.float64], end_s: NDArray[np.float64]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return where in `at` stretches of tracks begin, and where they have ended, (m,) each.

        Args:
            track: Which track, shape (m,).
            begin_s: Times of their begins, which belong to them, shape (m,).
            end_s: Times of their ends, which do, too, shape (m,).
        """
        begin = np.searchsorted(self._along_s, begin_s + _FIELD_S * track)
        end = np.searchsorted(self._along_s, end_s + _FIELD_S * track, side="right")
        return begin, np.maximum(begin, end)

    def looks(self, begin: NDArray[np.intp], end: NDArray[np.intp]) -> Looks:
        """Return the mean looks of stretches, which `stretch` tells, (m,) each."""
        some = np.maximum(end - begin, 1)[:, None]
        mean = (self._sums[end] - self._sums[begin]) / some
        spread = (self._squares[end] - self._squares[begin]) / some - mean**2
        lasts_s = np.append(self.time_s, 0.0)[[np.maximum(end - 1, begin), begin]]
        beats = np.maximum(1.0, (lasts_s[0] - lasts_s[1]) / BEAT_S)[:, None]
        return Looks(mean, np.maximum(spread, 0.0) / beats)

    def strangeness(self, one: Looks, other: Looks) -> NDArray[np.float64]:
        """Return how unlike stretches of two tracks look, from 0, shape (m,).

        It is a sum of logarithms, as of a distribution with long tails (Student's t): looks
        change all at once where a cell turns. Where nothing is known, all are alike.
        """
        if self._usual is None:
            return np.zeros(len(one.mean))
        variance = one.variance + other.variance + ALIKE_GREY**2 + self._usual
        return np.asarray(np.log1p((one.mean - other.mean) ** 2 / variance).sum(axis=-1))

    def _usual_variance(self) -> NDArray[np.float64] | None:
        """Return by how much a cell's looks change by themselves, (LOOKS,), None if not known."""
        parts = ((self.last_s - self.first_s) // PART_S).astype(np.int64)
        track = np.repeat(np.arange(len(parts)), parts)
        part = np.arange(len(track)) - np.repeat(np.cumsum(parts) - parts, parts)
        begin_s = self.first_s[track] + PART_S * part
        begin, end = self.stretch(track, begin_s, begin_s + PART_S - 1e-6)
        seen, mean = end > begin, self.looks(begin, end).mean
        both = (track[2:] == track[:-2]) & seen[2:] & seen[:-2]
        if both.sum() < LEAST_CHANGES:
            return None
        change = np.abs(mean[2:] - mean[:-2])[both]
        return np.asarray((np.quantile(change, _QUANTILE, axis=0) / _DEVIATIONS) ** 2)


def _summed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sums of the first 0, 1, ... rows of values (n, k), shape (n + 1, k)."""
    return np.concatenate([np.zeros((1, LOOKS)), np.cumsum(values, axis=0)])
