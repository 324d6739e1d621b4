"""Where one field ends and another begins: the cuts in a montage."""

from collections import deque
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

SIZE_PX = (80, 60)
# Two pictures of one field are alike from frame to frame; of two fields they are not.
ALIKE = 0.75
UNLIKE = 0.4
# Light that falls off across the picture is the same in every field: it is taken off, as what is
# left by a Gaussian of this standard deviation. Drawn montages whose light falls by a fifth were
# alike to 0.57 across a cut, in sparse fields to 0.94; without it to 0.31, and in one field 0.7.
LIGHT_PX = 4.0
# Where pictures are never alike (nothing but noise) there is no telling; the usual is that of:
LOOK_BACK = 9
# The first picture of a file is often spoilt by the codec: before so many there is no cut.
LEAST_LOOKS = 5
# A camera may drop a picture and send a black one. After so many another field begins.
LEAST_BLANK = 25
# A camera's noise alone leaves more in the small version of a picture.
BLANK_GREY = 0.01


class CutWatch:
    """Tells, frame by frame, whether another field begins."""

    def __init__(self) -> None:
        self._before: NDArray[np.float32] | None = None
        self._blank = 0
        self._usual: deque[float] = deque(maxlen=LOOK_BACK)

    def begins_field(self, grey: NDArray[np.uint8]) -> bool:
        """Take in the next picture (h, w) and tell whether it shows another field.

        The measure is the correlation of small versions of the picture and the one before, which
        light that flickers does not change, uneven light taken off. Blank pictures are passed over.
        """
        small = small_version(grey)
        if float(np.abs(small).max()) < BLANK_GREY:
            self._blank += 1
            return False
        blank, self._blank = self._blank, 0
        before, self._before = self._before, small
        if blank >= LEAST_BLANK:
            self._usual.clear()
            return True
        if before is None:
            return False
        alike = likeness(before, small)
        known = len(self._usual) >= LEAST_LOOKS and median(self._usual) > ALIKE
        cut = known and alike < UNLIKE
        if cut:
            self._usual.clear()
        else:
            self._usual.append(alike)
        return cut


def small_version(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return a picture (h, w) at SIZE_PX, uneven light taken off."""
    small = _shrunk(grey)
    return np.asarray(small - cv2.GaussianBlur(small, (0, 0), LIGHT_PX), np.float32)


def likeness(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return the correlation of two small versions; two blank ones are alike, one alone is not."""
    sizes = float((one**2).sum()), float((other**2).sum())
    if min(sizes) == 0:
        return float(max(sizes) == 0)
    return float((one * other).sum()) / float(np.sqrt(sizes[0] * sizes[1]))


def _shrunk(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the picture at SIZE_PX, by halves: that is several times as fast as at once."""
    height, width = grey.shape
    while width >= 2 * SIZE_PX[0] and height >= 2 * SIZE_PX[1]:
        width, height = width // 2, height // 2
        grey = np.asarray(cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.resize(grey, SIZE_PX, interpolation=cv2.INTER_AREA), np.float32)
