"""Heads read off the maps that the network answers with."""

from dataclasses import dataclass
from enum import IntEnum

import cv2
import numpy as np
from numpy.typing import NDArray

STRIDE_PX = 4
NOMINAL_SIZE_PX = 16.0
# Two heads cannot lie closer than this, so the weaker of two peaks is the same head.
MIN_DISTANCE_PX = 5.0
# The network answers for this many frames in a row.
INSTANTS = 5


class Channel(IntEnum):
    """Where the channels of the network's answer begin, for INSTANTS frames in a row.

    Heats come first, one for each frame; sizes and self-motion hold for all of them; then come the
    places, x and y for each frame in turn, in map cells from the middle of the cell.
    """

    HEAT = 0
    LOG_WIDTH = INSTANTS
    LOG_HEIGHT = INSTANTS + 1
    MOVES = INSTANTS + 2
    PLACE = INSTANTS + 3


CHANNELS = Channel.PLACE + 2 * INSTANTS
HEATS = slice(Channel.HEAT, INSTANTS)


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """Heads of one frame in model px, best first.

    Attributes:
        xy: Centres, shape (n, 2).
        size: Widths and heights, shape (n, 2).
        score: Probabilities of a spermatozoon, shape (n,).
        moves: Probabilities that the cell moves by itself, shape (n,).
    """

    xy: NDArray[np.float64]
    size: NDArray[np.float64]
    score: NDArray[np.float64]
    moves: NDArray[np.float64]


def read_heads(maps: NDArray[np.float32], instant: int, min_score: float) -> Heads:
    """Find the peaks of one frame's heat and read what stands there.

    Args:
        maps: The network's answer, shape (channels, h, w).
        instant: Which of the frames, from 0.
        min_score: Probability below which a peak is none.
    """
    logit = maps[Channel.HEAT + instant]
    least = np.float32(np.log(min_score / (1 - min_score)))
    highest = cv2.dilate(logit, np.ones((3, 3), np.uint8))
    row, column = np.divmod(np.flatnonzero(logit >= least), logit.shape[1])
    peaks = logit[row, column] >= highest[row, column]
    row, column = row[peaks], column[peaks]
    best_first = np.argsort(-logit[row, column], kind="stable")
    row, column = row[best_first], column[best_first]
    values = maps[:, row, column].astype(np.float64)
    x = Channel.PLACE + 2 * instant
    xy = (np.stack([column, row], axis=1) + values[x : x + 2].T + 0.5) * STRIDE_PX - 0.5
    size = np.exp(np.clip(values[Channel.LOG_WIDTH : Channel.LOG_HEIGHT + 1].T, -2, 2))
    kept = _apart(xy)
    return Heads(
        xy[kept],
        NOMINAL_SIZE_PX * size[kept],
        _sigmoid(values[Channel.HEAT + instant])[kept],
        _sigmoid(values[Channel.MOVES])[kept],
    )


def _sigmoid(logit: NDArray[np.float64]) -> NDArray[np.float64]:
    probability: NDArray[np.float64] = 1 / (1 + np.exp(-logit))
    return probability


def _apart(xy: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of the points, best first, have no better one within MIN_DISTANCE_PX."""
    off_x, off_y = (along[:, None] - along for along in xy.T)
    close = np.tril(off_x**2 + off_y**2 < MIN_DISTANCE_PX**2, -1)
    kept = np.ones(len(xy), np.bool_)
    for weaker in np.flatnonzero(close.any(axis=1)):
        kept[weaker] = not (close[weaker] & kept).any()
    return kept
