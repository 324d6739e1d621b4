"""Tracks as rows of points, and how alike two sets of them are in each frame."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Centres this far apart have nothing in common.
SIMILARITY_RADIUS_PX = 20.0


@dataclass(frozen=True, slots=True, eq=False)
class TrackPoints:
    """Positions of many tracks, one row for each track and frame; arrays of shape (n,) or (n, 2).

    Attributes:
        frame: Frame indices from 0.
        track_id: Which track the row belongs to.
        xy_px: Centres in px.
    """

    frame: NDArray[np.int64]
    track_id: NDArray[np.int64]
    xy_px: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.frame)

    def first(self, frames: int) -> "TrackPoints":
        """Return the rows of the first `frames` frames."""
        keep = self.frame < frames
        return TrackPoints(self.frame[keep], self.track_id[keep], self.xy_px[keep])


@dataclass(frozen=True, slots=True, eq=False)
class FrameMatch:
    """What two sets of tracks show in one frame.

    Attributes:
        truth_ids: True tracks present, numbered from 0 over the recording, shape (n,).
        predicted_ids: Predicted tracks present, numbered likewise, shape (m,).
        similarity: Likeness of each pair, 0 to 1, shape (n, m).
    """

    truth_ids: NDArray[np.int64]
    predicted_ids: NDArray[np.int64]
    similarity: NDArray[np.float64]


def centre_similarity(
    truth_px: NDArray[np.float64], predicted_px: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return max(0, 1 - d / 20 px) for every pair of centres, shape (n, m)."""
    apart = truth_px[:, None, :] - predicted_px[None, :, :]
    distance = np.hypot(apart[..., 0], apart[..., 1])
    return np.maximum(0.0, 1.0 - distance / SIMILARITY_RADIUS_PX)


def compare(truth: TrackPoints, predicted: TrackPoints, frames: int) -> list[FrameMatch]:
    """Compare two sets of tracks in frames 0 to `frames` - 1."""
    truth_rows, predicted_rows = _by_frame(truth, frames), _by_frame(predicted, frames)
    return [
        FrameMatch(ids, other_ids, centre_similarity(xy, other_xy))
        for (ids, xy), (other_ids, other_xy) in zip(truth_rows, predicted_rows, strict=True)
    ]


def track_count(ids: Sequence[NDArray[np.int64]]) -> int:
    """Return how many tracks there are, numbered from 0, given those present in each frame."""
    return max((int(present.max()) + 1 for present in ids if len(present)), default=0)


def _by_frame(
    points: TrackPoints, frames: int
) -> list[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    inside = points.first(frames)
    dense_ids = np.unique(inside.track_id, return_inverse=True)[1].astype(np.int64)
    order = np.argsort(inside.frame, kind="stable")
    bounds = np.searchsorted(inside.frame[order], np.arange(1, frames))
    return list(
        zip(np.split(dense_ids[order], bounds), np.split(inside.xy_px[order], bounds), strict=True)
    )
