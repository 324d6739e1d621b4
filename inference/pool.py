"""All detections of a field in one set of arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.scale import Scale
from inference.tracks import Detections


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Detections in order of time; arrays of shape (n,) or (n, 2), except where noted.

    Attributes:
        row: Which of the delivered frames the detection is in.
        xy_um: Centres in µm.
        velocity_um_s: Velocities over the next frames, as far as the detector follows a head by
            itself; NaN where it does not, or where it began to earlier.
        size_um: Widths and heights in µm.
        score: Detection scores.
        activity: Detection activities.
        moves: Probabilities of self-motion.
        continues: Which detection of the pool the detector says is the same head in the frame
            before, -1 for none.
        frame: Index of each delivered frame, shape (frames,).
        time_s: Time of each delivered frame, shape (frames,).
    """

    row: NDArray[np.int64]
    xy_um: NDArray[np.float64]
    velocity_um_s: NDArray[np.float64]
    size_um: NDArray[np.float64]
    score: NDArray[np.float64]
    activity: NDArray[np.float64]
    moves: NDArray[np.float64]
    continues: NDArray[np.int64]
    frame: NDArray[np.int64]
    time_s: NDArray[np.float64]

    @classmethod
    def of(cls, detections: Sequence[Detections], scale: Scale) -> "Pool":
        """Gather the detections of all frames, in µm."""
        counts = [len(found) for found in detections]
        row = np.repeat(np.arange(len(counts)), counts)
        time_s = np.array([found.time_s for found in detections], dtype=np.float64)
        nothing = np.empty((0, 2))
        xy_um = scale.to_um(np.concatenate([nothing, *(found.xy_px for found in detections)]))
        continues = _in_pool(detections, counts)
        return cls(
            row=row,
            xy_um=xy_um,
            velocity_um_s=_velocities(xy_um, time_s[row], continues),
            size_um=scale.to_um(
                np.concatenate([nothing, *(found.size_px for found in detections)])
            ),
            score=_joined([found.score for found in detections]),
            activity=_joined([found.activity for found in detections]),
            moves=_joined([found.moves for found in detections]),
            continues=continues,
            frame=np.array([found.frame for found in detections], dtype=np.int64),
            time_s=time_s,
        )

    def __len__(self) -> int:
        return len(self.row)

    def frame_bounds(self) -> NDArray[np.int64]:
        """Return where each frame's detections begin, and the end, shape (frames + 1,)."""
        return np.searchsorted(self.row, np.arange(len(self.frame) + 1)).astype(np.int64)


def _joined(parts: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.concatenate([np.empty(0), *parts])


def _in_pool(detections: Sequence[Detections], counts: Sequence[int]) -> NDArray[np.int64]:
    """Return `continues` of all detections, counted through the pool."""
    before = np.cumsum([0, 0, *counts])[:-2].tolist()
    parts = [
        np.where(found.continues >= 0, found.continues + begin, -1)
        for found, begin in zip(detections, before, strict=False)
    ]
    return np.concatenate([np.empty(0, np.int64), *parts])


def _velocities(
    xy_um: NDArray[np.float64], time_s: NDArray[np.float64], continues: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the velocity from the first to the last detection of each chain, at its first."""
    root = np.arange(len(xy_um))
    for one in np.flatnonzero(continues >= 0):  # in order of time: its forerunner has its root
        root[one] = root[continues[one]]
    end = np.arange(len(xy_um))
    end[root] = np.arange(len(xy_um))  # the last one of a chain stands
    velocity = np.full(xy_um.shape, np.nan)
    first = np.flatnonzero(end > np.arange(len(xy_um)))
    last = end[first]
    velocity[first] = (xy_um[last] - xy_um[first]) / (time_s[last] - time_s[first])[:, None]
    return velocity


def members(label: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the detections that bear each label, in order; label -1 is nobody's.

    Args:
        label: Label of each detection, shape (n,).
    """
    order = np.argsort(label, kind="stable")
    borders = np.flatnonzero(np.diff(label[order])) + 1
    groups = np.split(order.astype(np.int64), borders)
    return [group for group in groups if len(group) and label[group[0]] >= 0]
