"""Whether the rows of a frame were taken at one instant or at two, told from the pictures.

A frame of interlaced video holds two video fields: its even rows (the top field) and its odd rows
(the bottom field), half a frame apart. Which one came first, a container often says wrongly.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.changes import Grey, block_changes

# A block moves if it changes by so many times what the usual one does, and by so many grey values
# squared; grain and noise do not.
MOVING, LEAST_CHANGE = 3.0, 2.0
# Three frames tell if two blocks move in them, and a recording if six of its frames tell.
LEAST_BLOCKS, LEAST_LAGS = 2, 6
# Rows taken together have a lag of 0, rows of two fields one of 1 or -1; a codec draws that to 0.
TOGETHER, APART = 0.25, 0.5


class FieldOrder(StrEnum):
    """How the rows of a frame follow each other in time."""

    PROGRESSIVE = "progressive"
    TOP_FIRST = "tff"
    BOTTOM_FIRST = "bff"

    @property
    def words(self) -> str:
        """The order for people."""
        return {
            FieldOrder.PROGRESSIVE: "progressive",
            FieldOrder.TOP_FIRST: "interlaced, top field first",
            FieldOrder.BOTTOM_FIRST: "interlaced, bottom field first",
        }[self]


def row_lags(frames: Iterable[Grey]) -> Iterator[float]:
    """Yield how much later than the even rows the odd ones are, for frames in which enough moves.

    The unit is half a frame: 1 or -1 where rows belong to two fields, 0 where they were taken
    together. What moves is the farther apart the more time has passed. Odd rows that come half a
    frame later are as far from the even rows before (of their own frame) as from those after (of
    the next). What grain and detail add is the same in all comparisons and falls out.

    Args:
        frames: Grey values in order, shape (height, width); the first and the last have no answer.
    """
    before: Grey | None = None
    frame: Grey | None = None
    for after in frames:
        if before is not None and frame is not None:
            yield from _row_lag(before, frame, after)
        before, frame = frame, after


def field_order(lags: list[float]) -> FieldOrder | None:
    """Return the order that `row_lags` speak for; None where they are few or in between."""
    if len(lags) < LEAST_LAGS:
        return None
    lag = median(lags)
    if abs(lag) <= TOGETHER:
        return FieldOrder.PROGRESSIVE
    if abs(lag) < APART:
        return None
    return FieldOrder.TOP_FIRST if lag > 0 else FieldOrder.BOTTOM_FIRST


def _row_lag(before: Grey, frame: Grey, after: Grey) -> Iterator[float]:
    changed = block_changes(before[0::2], after[0::2])
    moving = changed > MOVING * np.median(changed) + LEAST_CHANGE
    if moving.sum() < LEAST_BLOCKS:
        return
    earlier, same, later = (_apart(frame, each, moving) for each in (before, frame, after))
    moved = earlier + later - 2 * same
    if moved > 0:
        yield (earlier - later) / moved


def _apart(frame: Grey, other: Grey, moving: NDArray[np.bool_]) -> float:
    """Return how far the odd rows of a frame are from the even rows of another around them."""
    odd, even = frame[1::2], other[0::2]
    below = np.vstack([even[1:], even[-1:]])[: len(odd)]
    between = cv2.addWeighted(even[: len(odd)], 0.5, below, 0.5, 0.0)
    changes = block_changes(odd, np.asarray(between, np.uint8))
    return float(changes[moving[: len(changes)]].sum())
