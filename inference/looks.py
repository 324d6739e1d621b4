"""What a head looks like: how bright it is in its middle and around that, and how dark beside it.

Some heads shine all over, some have a dark cap, and some are out of focus: each looks for a second
or so as it did before, though it turns, which tells it from another one that it meets.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

# In px of the model's scale: a disc and two rings around it whose means are taken, and how far off
# the darkest px is looked for.
RINGS_PX = (2.0, 4.0, 6.0)
DARKEST_PX = 7
LOOKS = len(RINGS_PX) + 1

_SIDE_PX = 2 * DARKEST_PX + 1
_DISTANCE_PX = np.hypot(*np.mgrid[-DARKEST_PX : DARKEST_PX + 1, -DARKEST_PX : DARKEST_PX + 1])
_WITHIN = np.flatnonzero(_DISTANCE_PX <= DARKEST_PX)


def _means() -> NDArray[np.float32]:
    """Return weights that give the means of disc and rings from a flat patch, (side², rings)."""
    which = np.searchsorted(RINGS_PX, _DISTANCE_PX.ravel())
    weights = which[:, None] == np.arange(len(RINGS_PX))
    return np.asarray(weights / weights.sum(axis=0), np.float32)


_MEANS = _means()


def head_looks(
    pictures: Sequence[tuple[NDArray[np.uint8], int]],
    which: NDArray[np.int64],
    xy: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return what heads look like, shape (n, LOOKS), in grey values above the background.

    Args:
        pictures: Pictures at the model's scale, (h, w), each with its median grey.
        which: In which of the pictures each head is, rising, (n,).
        xy: Heads in px, (n, 2).
    """
    parts = [
        _patches(grey, background, xy[which == place])
        for place, (grey, background) in enumerate(pictures)
    ]
    above = np.concatenate(parts)
    return np.column_stack([above @ _MEANS, above[:, _WITHIN].min(axis=1)]).astype(np.float64)


def _patches(
    grey: NDArray[np.uint8], background: int, xy: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Return how far the px around each point (n, 2) are above the background, (n, side²)."""
    nearest = np.clip(np.round(xy), 0, (grey.shape[1] - 1, grey.shape[0] - 1)).astype(np.int64)
    borders = (DARKEST_PX,) * 4
    wide = cv2.copyMakeBorder(grey, *borders, cv2.BORDER_CONSTANT, value=float(background))
    seen = sliding_window_view(wide, (_SIDE_PX, _SIDE_PX))[nearest[:, 1], nearest[:, 0]]
    return seen.reshape(len(xy), _SIDE_PX**2).astype(np.float32) - np.float32(background)
