"""Squares cut out of pictures around points, less the background."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray


def patches_around(
    pictures: Sequence[tuple[NDArray[np.uint8], int]],
    which: NDArray[np.int64],
    xy: NDArray[np.float64],
    reach_px: int,
) -> tuple[NDArray[np.int64], NDArray[np.int16]]:
    """Return the px nearest to each point, (n, 2), and how far those around are above background.

    Beyond a picture is background.

    Args:
        pictures: Pictures, (h, w), each with its median grey.
        which: In which of the pictures each point is, rising, (n,).
        xy: Points in px, (n, 2).
        reach_px: How far the squares, (n, 2 * reach_px + 1, 2 * reach_px + 1), reach.
    """
    parts = [
        _in_picture(grey, background, xy[which == place], reach_px)
        for place, (grey, background) in enumerate(pictures)
    ]
    nearest, patches = (np.concatenate(part) for part in zip(*parts, strict=True))
    return nearest, patches


def _in_picture(
    grey: NDArray[np.uint8], background: int, xy: NDArray[np.float64], reach_px: int
) -> tuple[NDArray[np.int64], NDArray[np.int16]]:
    side = 2 * reach_px + 1
    nearest = np.clip(np.round(xy), 0, (grey.shape[1] - 1, grey.shape[0] - 1)).astype(np.int64)
    borders = (reach_px,) * 4
    wide = cv2.copyMakeBorder(grey, *borders, cv2.BORDER_CONSTANT, value=float(background))
    seen = sliding_window_view(wide, (side, side))[nearest[:, 1], nearest[:, 0]]
    return nearest, seen.astype(np.int16) - np.int16(background)
