"""Heads centred to sub-pixel on the picture itself, frame by frame."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inference.patches import patches_around

# Within this a head of 4.5 x 3 µm lies whole, and hardly anything else.
RADIUS_PX = 4
# The rim of a head is where it is this share as far from the background as at its peak.
RIM_SHARE = 0.3
ROUNDS = 3
# A network is never further off than this; what is, is another thing.
FARTHEST_PX = 3.0

# Under a window each step falls short of the middle by about this.
STRIDE = 1.5

_REACH_PX = RADIUS_PX + int(FARTHEST_PX) + 1
_SIDE_PX = 2 * _REACH_PX + 1
# The px under the window: places in px from its middle one, (9, 1) and (9,), and in a flat patch.
_LINE = np.arange(-RADIUS_PX, RADIUS_PX + 1)
_ROWS, _COLUMNS = _LINE[:, None].astype(np.float32), _LINE.astype(np.float32)
_UNDER_WINDOW = (_LINE[:, None] * _SIDE_PX + _LINE).ravel()
# Multiplied with weights, these give their sum, and their sums times x and times y.
_MOMENTS = np.stack(
    [np.ones(_LINE.size**2), np.tile(_LINE, _LINE.size), np.repeat(_LINE, _LINE.size)], axis=1
).astype(np.float32)


def centred(
    pictures: Sequence[tuple[NDArray[np.uint8], int]],
    which: NDArray[np.int64],
    xy: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Move points to the middle of what stands out around them, shape (n, 2).

    The middle is that of the difference from the background, less what the rim has of it, under a
    window that falls to 0 at RADIUS_PX (mean shift, Comaniciu & Meer 2002). Where that leads too
    far off, a point stays as it is.

    Args:
        pictures: Pictures at the model's scale, (h, w), each with its median grey.
        which: In which of the pictures each point is, rising, (n,).
        xy: Points in px, (n, 2).
    """
    cell, above = patches_around(pictures, which, xy, _REACH_PX)
    patches = np.abs(above).astype(np.uint8)
    middle = (xy - cell).astype(np.float32)
    for _ in range(ROUNDS):
        middle = middle + STRIDE * _shift(patches, middle)
    moved = cell + middle.astype(np.float64)
    off = np.hypot(*(moved - xy).T)
    return np.where((off <= FARTHEST_PX)[:, None], moved, xy)


def _shift(patches: NDArray[np.uint8], middle: NDArray[np.float32]) -> NDArray[np.float32]:
    """From the middles (n, 2), in px from the patches' own, to what stands out around, (n, 2)."""
    count, farthest = len(middle), _REACH_PX - RADIUS_PX
    cell = np.rint(middle).clip(-farthest, farthest)
    column, row = (_REACH_PX + cell).astype(np.int64).T
    place = (np.arange(count) * _SIDE_PX + row) * _SIDE_PX + column
    seen = patches.ravel()[place[:, None] + _UNDER_WINDOW].astype(np.float32)
    off = middle - cell
    square_x, square_y = (_COLUMNS - off[:, :1]) ** 2, (_ROWS - off[:, 1, None, None]) ** 2
    square = (square_y + square_x[:, None, :]).reshape(count, _UNDER_WINDOW.size)
    window = np.maximum(np.float32(0), 1 - square / np.float32(RADIUS_PX**2))
    peak = (seen * (window > 0)).max(axis=1, keepdims=True)
    weight = np.maximum(np.float32(0), seen - np.float32(RIM_SHARE) * peak) * window
    moments = weight @ _MOMENTS
    total = moments[:, :1]
    return np.asarray((moments[:, 1:] - total * off) / (total + np.float32(1e-6)))
