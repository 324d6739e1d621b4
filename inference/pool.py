"""All detections of a field in one set of arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from calibration.scale import Scale
from inference.looks import LOOKS
from inference.tracks import Detections


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Detections in order of time; arrays of shape (n,) or (n, 2), except where noted.

    Attributes:
        row: Which of the delivered frames the detection is in.
        xy_um: Centres in µm.
        size_um: Widths and heights in µm.
        score: Detection scores.
        activity: Detection activities.
        moves: Probabilities of self-motion.
        log_odds: Log-odds of a spermatozoon by the sorter, NaN where it did not look.
        looks: What heads look like, NaN where it was not measured, shape (n, LOOKS).
        frame: Index of each delivered frame, shape (frames,).
        time_s: Time of each delivered frame, shape (frames,).
    """

    row: NDArray[np.int64]
    xy_um: NDArray[np.float64]
    size_um: NDArray[np.float64]
    score: NDArray[np.float64]
    activity: NDArray[np.float64]
    moves: NDArray[np.float64]
    log_odds: NDArray[np.float64]
    looks: NDArray[np.float64]
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
        return cls(
            row=row,
            xy_um=xy_um,
            size_um=scale.to_um(
                np.concatenate([nothing, *(found.size_px for found in detections)])
            ),
            score=_joined([found.score for found in detections]),
            activity=_joined([found.activity for found in detections]),
            moves=_joined([found.moves for found in detections]),
            log_odds=_joined([found.log_odds for found in detections]),
            looks=np.concatenate([np.empty((0, LOOKS)), *(found.looks for found in detections)]),
            frame=np.array([found.frame for found in detections], dtype=np.int64),
            time_s=time_s,
        )

    def __len__(self) -> int:
        return len(self.row)

    def reversed(self) -> "Pool":
        """Return the detections as they would be seen if time ran backward, last first."""
        values = {one.name: getattr(self, one.name)[::-1] for one in fields(self)}
        values["row"] = len(self.frame) - 1 - values["row"]
        values["time_s"] = -values["time_s"]
        return Pool(**values)

    def path(self, piece: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return times in s (k,) and places in µm (k, 2) of some detections (k,)."""
        return self.time_s[self.row[piece]], self.xy_um[piece]

    def frame_bounds(self) -> NDArray[np.int64]:
        """Return where each frame's detections begin, and the end, shape (frames + 1,)."""
        return np.searchsorted(self.row, np.arange(len(self.frame) + 1)).astype(np.int64)


def _joined(parts: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.concatenate([np.empty(0), *parts])


def members(label: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the detections that bear each label, in order; label -1 is nobody's.

    Args:
        label: Label of each detection, shape (n,).
    """
    order = np.argsort(label, kind="stable")
    borders = np.flatnonzero(np.diff(label[order])) + 1
    groups = np.split(order.astype(np.int64), borders)
    return [group for group in groups if len(group) and label[group[0]] >= 0]
