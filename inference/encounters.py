"""Where cells meet: tracks are opened there, and who is who is told by before and after."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from inference.pool import Pool, members

# Frames lie this far apart in the space in which neighbours are looked for.
FRAME_GAP_UM = 1e4


@dataclass(frozen=True, slots=True)
class EncounterSettings:
    """When two tracks meet, and when they are two tracks of one cell.

    Attributes:
        meeting_um: Two heads nearer than this may be taken for each other.
        longest_s: Cells that stay together longer lie beside each other; nothing is opened.
        guard_s: What is left of a track on either side of a meeting, or it is not opened.
        double_um: Two tracks nearer than this,
        double_share: for this share of the shorter one, are one cell.
    """

    meeting_um: float = 4.5
    longest_s: float = 0.5
    guard_s: float = 0.1
    double_um: float = 3.2
    double_share: float = 0.6


def open_encounters(
    pool: Pool, label: NDArray[np.int64], settings: EncounterSettings
) -> NDArray[np.int64]:
    """Open tracks where they meet others, and return the new labels, shape (n,).

    While two heads are close, a detector mixes them up, and step by step nobody can tell which is
    which. So the detections of a short meeting are taken out and what follows becomes a piece of
    its own; joining the pieces then weighs the motion before and after.

    Args:
        pool: The detections.
        label: Which track each belongs to, -1 for none, shape (n,).
        settings: When two tracks meet.
    """
    near = _neighbours(pool, label, settings.meeting_um)
    close = np.zeros(len(pool), bool)
    close[near.ravel()] = True
    opened = label.copy()
    born = int(label.max(initial=-1)) + 1
    for piece in members(label):
        for begin, end in _short_runs(pool, piece, close, settings):
            opened[piece[begin:end]] = -1
            opened[piece[end:]] = born
            born += 1
    return opened


def drop_doubles(
    pool: Pool, label: NDArray[np.int64], settings: EncounterSettings
) -> NDArray[np.int64]:
    """Leave out tracks that go along with a better one: two answers for one cell.

    Args:
        pool: The detections.
        label: Which track each belongs to, -1 for none, shape (n,).
        settings: When two tracks are one cell.
    """
    first, second = np.sort(label[_neighbours(pool, label, settings.double_um)], axis=1).T
    pairs, together = np.unique(np.stack([first, second]), axis=1, return_counts=True)
    points = np.bincount(label[label >= 0], minlength=int(label.max(initial=-1)) + 1)
    worth = np.bincount(
        label[label >= 0], pool.score[label >= 0], minlength=int(label.max(initial=-1)) + 1
    )
    kept = label.copy()
    for (one, other), frames in zip(pairs.T, together, strict=True):
        if frames >= settings.double_share * min(points[one], points[other]):
            kept[kept == (one if worth[one] < worth[other] else other)] = -1
    return kept


def take_back(
    pool: Pool, label: NDArray[np.int64], settings: EncounterSettings
) -> NDArray[np.int64]:
    """Give detections that nobody has to the tracks that must have been there, (n,).

    Args:
        pool: The detections.
        label: Which track each belongs to, -1 for none, shape (n,).
        settings: How near they must be to a track's straight way across its gap.
    """
    taken = label.copy()
    free = np.flatnonzero(label < 0)
    if not len(free):
        return taken
    tree = cKDTree(_places(pool)[free])
    offers: list[tuple[float, int, int]] = []
    for piece in members(label):
        rows = pool.row[piece]
        gaps = np.setdiff1d(np.arange(rows[0], rows[-1] + 1), rows)
        if not len(gaps):
            continue
        way = [np.interp(pool.time_s[gaps], pool.time_s[rows], x) for x in pool.xy_um[piece].T]
        places = np.column_stack([*way, gaps * FRAME_GAP_UM])
        apart, which = (
            np.asarray(one) for one in tree.query(places, distance_upper_bound=settings.double_um)
        )
        found = np.isfinite(apart)
        offers += zip(
            apart[found].tolist(),
            free[which[found]].tolist(),
            [int(label[piece[0]])] * int(found.sum()),
            strict=True,
        )
    for _, detection, track in sorted(offers):
        if taken[detection] < 0:
            taken[detection] = track
    return taken


def _places(pool: Pool) -> NDArray[np.float64]:
    return np.column_stack([pool.xy_um, pool.row * FRAME_GAP_UM])


def _neighbours(pool: Pool, label: NDArray[np.int64], reach_um: float) -> NDArray[np.int64]:
    """Pairs of detections of two tracks in one frame within `reach_um`, shape (k, 2)."""
    tracked = np.flatnonzero(label >= 0)
    if not len(tracked):
        return np.empty((0, 2), np.int64)
    pairs = cKDTree(_places(pool)[tracked]).query_pairs(reach_um, output_type="ndarray")
    return tracked[pairs.astype(np.int64).reshape(-1, 2)]


def _short_runs(
    pool: Pool, piece: NDArray[np.int64], close: NDArray[np.bool_], settings: EncounterSettings
) -> list[tuple[int, int]]:
    """Begins and ends, within a track, of meetings that are short and inside it."""
    time_s = pool.time_s[pool.row[piece]]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], close[piece], [0]])))
    runs = []
    for begin, end in edges.reshape(-1, 2).tolist():
        if begin == 0 or end == len(piece):
            continue
        inside = (
            time_s[begin] - time_s[0] >= settings.guard_s
            and time_s[-1] - time_s[end] >= settings.guard_s
        )
        if inside and time_s[end] - time_s[begin] <= settings.longest_s:
            runs.append((begin, end))
    return runs
