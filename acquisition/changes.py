"""How much a picture changes, place by place."""

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]

BLOCK_PX, BLOCK_ROWS = 16, 8


def block_changes(one: Grey, other: Grey) -> Floats:
    """Return the mean square of the difference of two pictures (h, w), block by block.

    Blocks are about 16 px wide and 8 rows high; the unit is grey values squared.
    """
    apart = cv2.absdiff(one, other)
    square = cv2.accumulateSquare(apart, np.zeros(apart.shape, np.float32))
    size = max(1, one.shape[1] // BLOCK_PX), max(1, one.shape[0] // BLOCK_ROWS)
    return np.asarray(cv2.resize(square, size, interpolation=cv2.INTER_AREA), np.float32)
