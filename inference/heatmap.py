"""Heads read off the maps that the network answers with."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

STRIDE_PX = 4
NOMINAL_SIZE_PX = 16.0
# Two heads cannot lie closer than this, so the weaker of two peaks is the same head.
MIN_DISTANCE_PX = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """Heads in model px: centres (n, 2), sizes (n, 2), scores (n,), best first."""

    xy: NDArray[np.float64]
    size: NDArray[np.float64]
    score: NDArray[np.float64]


def read_heads(maps: NDArray[np.float32], min_score: float) -> Heads:
    """Find the peaks of the heat and read their boxes.

    Args:
        maps: Logit of the heat, x and y offset in map cells, log width and height, (5, h, w).
        min_score: Probability below which a peak is none.
    """
    logit = maps[0]
    least = np.float32(np.log(min_score / (1 - min_score)))
    peaks = (logit >= least) & (logit >= cv2.dilate(logit, np.ones((3, 3), np.uint8)))
    row, column = np.nonzero(peaks)
    best_first = np.argsort(-logit[row, column], kind="stable")
    row, column = row[best_first], column[best_first]
    offset_x, offset_y, log_width, log_height = maps[1:, row, column].astype(np.float64)
    xy = (np.stack([column + offset_x, row + offset_y], axis=1) + 0.5) * STRIDE_PX - 0.5
    size = NOMINAL_SIZE_PX * np.exp(np.clip(np.stack([log_width, log_height], axis=1), -2, 2))
    score = 1 / (1 + np.exp(-logit[row, column].astype(np.float64)))
    kept = _apart(xy)
    return Heads(xy[kept], size[kept], score[kept])


def _apart(xy: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of the points, best first, have no better one within MIN_DISTANCE_PX."""
    distance = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    close = np.tril(distance < MIN_DISTANCE_PX, -1)
    kept = np.ones(len(xy), np.bool_)
    for weaker in np.nonzero(close.any(axis=1))[0]:
        kept[weaker] = not (close[weaker] & kept).any()
    return kept
