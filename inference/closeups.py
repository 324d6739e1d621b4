"""Close-ups: small pictures around heads, which a second network looks at."""

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.pictures import CONTRAST_GREY

# Brighter and darker is nothing that tells a cell from debris; close-ups to learn from are kept in
# bytes, and hold no more.
BRIGHTEST = 127 / CONTRAST_GREY
# At the detector's 0.5 µm/px: the head with half of its tail.
SIDE_PX = 48
# Before, the mean of the frames in a row, the middle one of them, and after.
PICTURES = 4


def close_ups(
    contrasts: NDArray[np.float32], xy: NDArray[np.float64], side_px: int = SIDE_PX
) -> NDArray[np.float32]:
    """Cut squares around points out of the detector's input, shape (n, PICTURES, side, side).

    The mean of the frames in a row has less noise than any one; the others show what moves. What
    is beyond BRIGHTEST, or as dark, is cut off.

    Args:
        contrasts: The detector's input (pictures, h, w); beyond it lies background, 0.
        xy: Points in px of it, (n, 2).
        side_px: Side of the squares.
    """
    row = contrasts[1:-1]
    shown = (contrasts[0], row.mean(axis=0), row[len(row) // 2], contrasts[-1])
    margin = side_px // 2 + 1
    cut = np.empty((len(xy), PICTURES, side_px, side_px), np.float32)
    for channel, picture in enumerate(shown):
        wide = cv2.copyMakeBorder(picture, *(margin,) * 4, cv2.BORDER_CONSTANT, value=0.0)
        for at, out in zip((xy + margin).tolist(), cut[:, channel], strict=True):
            out[:] = cv2.getRectSubPix(wide, (side_px, side_px), at)
    return cut.clip(-BRIGHTEST, BRIGHTEST)
