"""Precision against a second look at the pictures, where the human boxes are not complete."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from inference.evaluation.points import centre_similarity
from inference.evaluation.tables import LabelError, read_rows

_COLUMNS = ("frame", "x_px", "y_px", "label", "human_box")
_LABELS = ("sperm", "other", "unsure")
_MATCH_SIMILARITY = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Places in one frame that people looked at twice.

    Attributes:
        xy_px: Their centres in px, shape (n, 2).
        label: "sperm", "other" or "unsure", shape (n,).
    """

    xy_px: NDArray[np.float64]
    label: NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class SecondLook:
    """Detections held against the second look.

    Attributes:
        sperm: Detections on what was judged a spermatozoon.
        other: Detections on what was judged something else.
        unsure: Detections on what could not be told; counted neither way.
        unseen: Detections where nobody looked; counted as wrong.
        missed: Spermatozoa without a detection.
    """

    sperm: int
    other: int
    unsure: int
    unseen: int
    missed: int

    @property
    def precision(self) -> float | None:
        """Share of right detections among those that could be judged, None without any."""
        judged = self.sperm + self.other + self.unseen
        return self.sperm / judged if judged else None

    @property
    def recall(self) -> float | None:
        """Share of the spermatozoa that were detected, None without any."""
        cells = self.sperm + self.missed
        return self.sperm / cells if cells else None


def read_second_look(path: Path) -> dict[int, Candidates]:
    """Read a `second_look.csv`: candidates by frame.

    Raises:
        LabelError: If the file is missing, has other columns or an unknown label.
    """
    rows = read_rows(path, _COLUMNS)
    try:
        places = np.array([row[:3] for row in rows], dtype=np.float64)
    except ValueError as error:
        raise LabelError(f"{path} holds a place that is no number: {error}") from error
    labels = np.array([row[3] for row in rows])
    unknown = set(labels.tolist()) - set(_LABELS)
    if unknown:
        raise LabelError(f"{path} holds unknown labels: {', '.join(sorted(unknown))}")
    frames = places[:, 0].astype(np.int64)
    return {
        int(frame): Candidates(places[frames == frame, 1:], labels[frames == frame])
        for frame in np.unique(frames)
    }


def judge(
    candidates: Mapping[int, Candidates], detected_px: Mapping[int, NDArray[np.float64]]
) -> SecondLook:
    """Hold the detections of the looked-at frames, shape (n, 2) in px each, against the labels.

    Candidates and detections are paired one to one where they are within 10 px.
    """
    found = dict.fromkeys((*_LABELS, "unseen", "missed"), 0)
    for frame, looked_at in candidates.items():
        xy_px = detected_px.get(frame, np.empty((0, 2)))
        likeness = centre_similarity(looked_at.xy_px, xy_px)
        likeness[likeness < _MATCH_SIMILARITY] = 0.0
        rows, columns = linear_sum_assignment(likeness, maximize=True)
        hit = rows[likeness[rows, columns] > 0]
        for label in _LABELS:
            found[label] += int((looked_at.label[hit] == label).sum())
        found["unseen"] += len(xy_px) - len(hit)
        found["missed"] += int(
            (looked_at.label == "sperm").sum() - (looked_at.label[hit] == "sperm").sum()
        )
    return SecondLook(**found)
