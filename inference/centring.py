"""Heads centred to sub-pixel on the picture itself, frame by frame."""

import numpy as np
from numpy.typing import NDArray

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
_LINE = np.arange(-_REACH_PX, _REACH_PX + 1, dtype=np.float32)


def centred(
    grey: NDArray[np.uint8], background: int, xy: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Move points to the middle of what stands out around them, shape (n, 2).

    The middle is that of the difference from the background, less what the rim has of it, under a
    window that falls to 0 at RADIUS_PX (mean shift, Comaniciu & Meer 2002). Where that leads too
    far off, a point stays as it is.

    Args:
        grey: Picture at the model's scale, (h, w).
        background: Its median grey.
        xy: Points in px, (n, 2).
    """
    if not len(xy):
        return xy
    cell, patch = _patches(grey, background, xy)
    middle = (xy - cell).astype(np.float32)
    for _ in range(ROUNDS):
        middle = middle + STRIDE * _shift(patch, middle)
    moved = cell + middle.astype(np.float64)
    off = np.hypot(*(moved - xy).T)
    return np.where((off <= FARTHEST_PX)[:, None], moved, xy)


def _patches(
    grey: NDArray[np.uint8], background: int, xy: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the px nearest to each point (n, 2), and the contrast around it (n, s, s)."""
    inside = np.clip(np.round(xy), 0, (grey.shape[1] - 1, grey.shape[0] - 1)).astype(np.int64)
    around = _LINE.astype(np.int64)
    rows = inside[:, 1, None, None] + around[None, :, None]
    columns = inside[:, 0, None, None] + around[None, None, :]
    outside = (rows < 0) | (rows >= grey.shape[0]) | (columns < 0) | (columns >= grey.shape[1])
    seen = grey[rows.clip(0, grey.shape[0] - 1), columns.clip(0, grey.shape[1] - 1)]
    contrast = np.abs(seen.astype(np.float32) - np.float32(background))
    contrast[outside] = 0
    return inside, contrast


def _shift(patch: NDArray[np.float32], middle: NDArray[np.float32]) -> NDArray[np.float32]:
    """From the middles (n, 2), in px from the patches' own, to what stands out around, (n, 2)."""
    off_x = _LINE[None, :] - middle[:, :1]
    off_y = _LINE[None, :] - middle[:, 1:]
    square = (off_y**2)[:, :, None] + (off_x**2)[:, None, :]
    window = np.maximum(np.float32(0), 1 - square / np.float32(RADIUS_PX**2))
    peak = (patch * (window > 0)).max(axis=(1, 2))
    weight = np.maximum(np.float32(0), patch - np.float32(RIM_SHARE) * peak[:, None, None]) * window
    total = weight.sum(axis=(1, 2)) + np.float32(1e-6)
    along = (weight.sum(axis=1) * off_x).sum(axis=1) / total
    across = (weight.sum(axis=2) * off_y).sum(axis=1) / total
    return np.stack([along, across], axis=1)
