"""Heads read off the maps that the network answers with."""

from dataclasses import dataclass, fields
from enum import IntEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.neighbours import Places, near

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
    """Heads of INSTANTS frames in a row in model px, frame by frame, best first.

    Attributes:
        instant: Which of the frames each is in, from 0, shape (n,).
        xy: Centres, shape (n, 2).
        size: Widths and heights, shape (n, 2).
        score: Probabilities of a spermatozoon, shape (n,).
        moves: Probabilities that the cell moves by itself, shape (n,).
    """

    instant: NDArray[np.int64]
    xy: NDArray[np.float64]
    size: NDArray[np.float64]
    score: NDArray[np.float64]
    moves: NDArray[np.float64]

    def of(self, chosen: NDArray[np.bool_]) -> "Heads":
        """Return some of the heads."""
        return Heads(*(getattr(self, one.name)[chosen] for one in fields(self)))


def read_heads(maps: NDArray[np.float32], min_score: float) -> Heads:
    """Find the peaks of the heat of all frames and read what stands there.

    Args:
        maps: The network's answer, shape (channels, h, w).
        min_score: Probability below which a peak is none.
    """
    instant, row, column, logit = _peaks(maps[HEATS], np.log(min_score / (1 - min_score)))
    x = Channel.PLACE + 2 * instant
    off = np.stack([maps[x, row, column], maps[x + 1, row, column]], axis=1).astype(np.float64)
    xy = (np.stack([column, row], axis=1) + off + 0.5) * STRIDE_PX - 0.5
    rest = maps[Channel.LOG_WIDTH : Channel.PLACE, row, column].astype(np.float64)
    size = NOMINAL_SIZE_PX * np.exp(np.clip(rest[:2].T, -2, 2))
    return Heads(instant, xy, size, _sigmoid(logit), _sigmoid(rest[2])).of(_apart(instant, xy))


def _peaks(
    heats: NDArray[np.float32], least: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return frame, row, column and height of each peak (n,), frame by frame, the highest first."""
    around = np.ones((3, 3), np.uint8)
    highest = np.array([cv2.dilate(heat, around) for heat in heats])
    at = np.flatnonzero(heats >= np.float32(least))
    at = at[heats.ravel()[at] >= highest.ravel()[at]]
    instant, row, column = np.unravel_index(at, heats.shape)
    best_first = np.lexsort((-heats[instant, row, column], instant))
    instant, row, column = (one[best_first] for one in (instant, row, column))
    return instant, row, column, heats[instant, row, column].astype(np.float64)


def _sigmoid(logit: NDArray[np.float64]) -> NDArray[np.float64]:
    probability: NDArray[np.float64] = 1 / (1 + np.exp(-logit))
    return probability


def _apart(instant: NDArray[np.int64], xy: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of the points, best first, have no better one in their frame in MIN_DISTANCE_PX."""
    places = Places(xy, instant)
    close = near(places, places, MIN_DISTANCE_PX)
    worse = close.second > close.first
    kept = np.ones(len(xy), np.bool_)
    for weaker in np.unique(close.second[worse]):
        kept[weaker] = not kept[close.first[worse & (close.second == weaker)]].any()
    return kept
