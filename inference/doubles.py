"""One cell, one track: tracks that go along with a better one are left out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.neighbours import Places, near
from inference.pool import Pool


@dataclass(frozen=True, slots=True)
class DoubleSettings:
    """When two tracks are two answers for one cell.

    Attributes:
        near_um: They lie nearer than this,
        share: for this share of the shorter one.
    """

    near_um: float = 3.2
    share: float = 0.6


def drop_doubles(
    pool: Pool, label: NDArray[np.int64], settings: DoubleSettings
) -> NDArray[np.int64]:
    """Return the labels, shape (n,), without the tracks that go along with a better one.

    Args:
        pool: The detections.
        label: Which track each belongs to, -1 for none, shape (n,).
        settings: When two tracks are one cell.
    """
    tracked = label >= 0
    tracks = int(label.max(initial=-1)) + 1
    points = np.bincount(label[tracked], minlength=tracks)
    worth = np.bincount(label[tracked], pool.score[tracked], minlength=tracks)
    first, second = np.sort(label[_neighbours(pool, label, settings.near_um)], axis=1).T
    pairs, together = np.unique(np.stack([first, second]), axis=1, return_counts=True)
    doubles = pairs[:, together >= settings.share * points[pairs].min(axis=0)]
    one, other = doubles
    better, worse = np.where(worth[one] < worth[other], doubles[::-1], doubles)
    dropped = np.zeros(tracks, bool)
    # The best first: what is dropped itself drops nothing.
    for pair in np.argsort(-worth[better], kind="stable"):
        dropped[worse[pair]] |= not dropped[better[pair]]
    kept = label.copy()
    kept[np.isin(label, np.flatnonzero(dropped))] = -1
    return kept


def _neighbours(pool: Pool, label: NDArray[np.int64], reach_um: float) -> NDArray[np.int64]:
    """Pairs of detections of two tracks in one frame within `reach_um`, shape (k, 2)."""
    tracked = np.flatnonzero(label >= 0)
    places = Places(pool.xy_um[tracked], pool.row[tracked])
    pairs = near(places, places, reach_um)
    once = pairs.first < pairs.second
    return np.stack([tracked[pairs.first[once]], tracked[pairs.second[once]]], axis=1)
