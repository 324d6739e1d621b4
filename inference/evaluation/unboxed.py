"""Detections that no human box covers: how many there are, and a fair draw of them to look at."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.evaluation.points import TrackPoints
from inference.evaluation.tables import LabelError, read_rows
from inference.field import PixelTracks

# A detection farther than this from every human box's centre is covered by none.
COVER_PX = 10.0
# So that one long track does not fill the draw.
MOST_PER_TRACK = 3
# A track with a larger share of uncovered detections than this is itself uncovered.
UNCOVERED_TRACK_SHARE = 0.5
LABELS = ("sperm", "other", "unsure")
_COLUMNS = ("number", "label", "who")


@dataclass(frozen=True, slots=True, eq=False)
class Unboxed:
    """Detections beside the human boxes.

    Attributes:
        rows: Rows of the tracks that are detections, bridged positions left out, shape (n,).
        covered: Whether a human box covers each of them, shape (n,).
    """

    rows: NDArray[np.intp]
    covered: NDArray[np.bool_]

    @property
    def uncovered(self) -> NDArray[np.intp]:
        """Rows of the tracks that no human box covers."""
        return self.rows[~self.covered]

    @property
    def share(self) -> float | None:
        """Share of uncovered detections, None without any detection."""
        return float((~self.covered).mean()) if len(self.covered) else None


@dataclass(frozen=True, slots=True)
class Labelled:
    """What people said of the draw: how many are sperm, something else, or cannot be told."""

    sperm: int
    other: int
    unsure: int


def find_unboxed(tracks: PixelTracks, boxes: TrackPoints) -> Unboxed:
    """Tell which detections of the tracks no human box of the same frame covers."""
    rows = np.flatnonzero(tracks.score > 0)
    covered = np.zeros(len(rows), bool)
    frames = tracks.frame[rows]
    for frame in np.unique(frames):
        here = np.flatnonzero(frames == frame)
        centres = boxes.xy_px[boxes.frame == frame]
        apart = tracks.xy_px[rows[here]][:, None] - centres[None]
        covered[here] = (np.hypot(apart[..., 0], apart[..., 1]) <= COVER_PX).any(axis=1)
    return Unboxed(rows, covered)


def uncovered_tracks(tracks: PixelTracks, unboxed: Unboxed) -> NDArray[np.int64]:
    """Return the tracks of whose detections most are uncovered."""
    ids, at = np.unique(tracks.track_id[unboxed.rows], return_inverse=True)
    share = np.bincount(at, ~unboxed.covered) / np.bincount(at)
    return ids[share > UNCOVERED_TRACK_SHARE]


def draw_detections(
    tracks: PixelTracks, unboxed: Unboxed, count: int, seed: int
) -> NDArray[np.intp]:
    """Draw up to `count` uncovered detections, at most MOST_PER_TRACK of a track, by a seed."""
    shuffled = np.random.default_rng(seed).permutation(unboxed.uncovered)
    return np.sort(_at_most(shuffled, tracks, MOST_PER_TRACK)[:count])


def draw_tracks(tracks: PixelTracks, unboxed: Unboxed, count: int, seed: int) -> NDArray[np.intp]:
    """Draw up to `count` uncovered tracks, and an uncovered detection of each, by a seed."""
    of_these = np.isin(tracks.track_id[unboxed.uncovered], uncovered_tracks(tracks, unboxed))
    shuffled = np.random.default_rng(seed).permutation(unboxed.uncovered[of_these])
    return np.sort(_at_most(shuffled, tracks, 1)[:count])


def read_labels(path: Path, count: int) -> Labelled:
    """Read what people said of the numbers 1 to `count` of a sheet.

    Raises:
        LabelError: If the table is missing or damaged, or has not one known label for each number.
    """
    rows = read_rows(path, _COLUMNS)
    unknown = {row[1] for row in rows} - set(LABELS)
    if unknown:
        raise LabelError(f"{path} holds unknown labels: {', '.join(sorted(unknown))}")
    numbers = sorted(row[0].strip() for row in rows)
    if numbers != sorted(str(number) for number in range(1, count + 1)):
        raise LabelError(f"{path} must label each of the numbers 1 to {count} of the sheet once")
    return Labelled(*(sum(row[1] == label for row in rows) for label in LABELS))


def _at_most(shuffled: NDArray[np.intp], tracks: PixelTracks, most: int) -> NDArray[np.intp]:
    taken: dict[int, int] = {}
    kept = []
    for row in shuffled.tolist():
        number = int(tracks.track_id[row])
        taken[number] = taken.get(number, 0) + 1
        if taken[number] <= most:
            kept.append(row)
    return np.array(kept, np.intp)
