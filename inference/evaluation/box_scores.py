"""Detections against boxes without identities, one to one in each frame."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from inference.evaluation.points import centre_similarity
from inference.evaluation.voc import Boxes

# 10 px on the scale of 1 - d / 20 px.
MATCH_SIMILARITY = 0.5
NOWHERE = np.empty((0, 2))


@dataclass(frozen=True, slots=True)
class BoxScores:
    """Detections in frames that have boxes.

    Attributes:
        frames: How many frames.
        boxes: Boxes of spermatozoa.
        detections: Detections.
        hits: Pairs of the two within 10 px.
        on_other: Wrong detections within 10 px of a box of something else.
    """

    frames: int = 0
    boxes: int = 0
    detections: int = 0
    hits: int = 0
    on_other: int = 0

    @property
    def precision(self) -> float | None:
        """Share of the detections that are right, None without any."""
        return self.hits / self.detections if self.detections else None

    @property
    def recall(self) -> float | None:
        """Share of the boxes that were found, None without any."""
        return self.hits / self.boxes if self.boxes else None

    def __add__(self, other: "BoxScores") -> "BoxScores":
        return BoxScores(
            self.frames + other.frames,
            self.boxes + other.boxes,
            self.detections + other.detections,
            self.hits + other.hits,
            self.on_other + other.on_other,
        )


def score_boxes(
    boxes: Mapping[int, Boxes], detected_px: Mapping[int, NDArray[np.float64]]
) -> BoxScores:
    """Hold the detections of the frames that have boxes, shape (n, 2) in px each, against them."""
    return sum(
        (_score(own, detected_px.get(frame, NOWHERE)) for frame, own in boxes.items()),
        BoxScores(),
    )


def _score(boxes: Boxes, found_px: NDArray[np.float64]) -> BoxScores:
    near = centre_similarity(boxes.sperm_px, found_px) >= MATCH_SIMILARITY
    rows, columns = linear_sum_assignment(near, maximize=True)
    hits = columns[near[rows, columns]]
    wrong = np.delete(found_px, hits, axis=0)
    on_other = centre_similarity(wrong, boxes.other_px) >= MATCH_SIMILARITY
    return BoxScores(
        1, len(boxes.sperm_px), len(found_px), len(hits), int(on_other.any(axis=1).sum())
    )
