"""Heads centred to sub-pixel on the picture itself, frame by frame."""

import cv2
import numpy as np
from numpy.typing import NDArray

# Within this a head of 4.5 x 3 µm lies whole, and hardly anything else.
RADIUS_PX = 4
# The rim of a head is where it is this share as far from the background as at its peak.
RIM_SHARE = 0.3
ROUNDS = 2
# A network is never further off than this; what is, is another thing.
FARTHEST_PX = 3.0

_LINE = np.arange(-RADIUS_PX, RADIUS_PX + 1)
_ROWS, _COLUMNS = np.meshgrid(_LINE, _LINE, indexing="ij")


def centred(
    grey: NDArray[np.uint8], background: int, xy: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Move points to the middle of what stands out around them, shape (n, 2).

    The middle is that of the difference from the background, less what the rim has of it, under a
    window that falls to 0 at RADIUS_PX. Where that leads too far off, a point stays as it is.

    Args:
        grey: Picture at the model's scale, (h, w).
        background: Its median grey.
        xy: Points in px, (n, 2).
    """
    if not len(xy):
        return xy
    margin = RADIUS_PX + 1
    levels = np.abs(np.arange(256) - background).clip(0, 255).astype(np.uint8)
    border = (margin, margin, margin, margin, cv2.BORDER_CONSTANT)
    wide = np.asarray(cv2.copyMakeBorder(cv2.LUT(grey, levels), *border), np.uint8)
    middle = xy
    for _ in range(ROUNDS):
        middle = middle + _shift(wide, margin, middle, grey.shape)
    off = np.hypot(*(middle - xy).T)
    return np.where((off <= FARTHEST_PX)[:, None], middle, xy)


def _shift(
    wide: NDArray[np.uint8], margin: int, xy: NDArray[np.float64], shape: tuple[int, ...]
) -> NDArray[np.float64]:
    """From each point to the middle of what stands out around it, (n, 2)."""
    cell = np.clip(np.round(xy), 0, (shape[1] - 1, shape[0] - 1)).astype(np.int64)
    rows = cell[:, 1, None, None] + _ROWS + margin
    columns = cell[:, 0, None, None] + _COLUMNS + margin
    patch = wide[rows, columns].astype(np.float32)
    off_x = _COLUMNS + (cell[:, 0] - xy[:, 0])[:, None, None]
    off_y = _ROWS + (cell[:, 1] - xy[:, 1])[:, None, None]
    window = np.maximum(0.0, 1 - (off_x**2 + off_y**2) / RADIUS_PX**2)
    peak = patch.max(axis=(1, 2), keepdims=True)
    weight = np.maximum(0.0, patch - RIM_SHARE * peak) * window
    total = weight.sum(axis=(1, 2)) + 1e-6
    moments = [(weight * off).sum(axis=(1, 2)) / total for off in (off_x, off_y)]
    return np.stack(moments, axis=1)
