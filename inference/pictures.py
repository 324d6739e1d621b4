"""Pictures as the detector wants them: at the model's scale, background 0, contrast in one unit."""

import cv2
import numpy as np
from numpy.typing import NDArray

# Grey values that make one unit of contrast; a head is 1 to 4 units bright.
CONTRAST_GREY = 48.0
# The network halves its picture four times.
SIDE_MULTIPLE_PX = 16

_GREYS = np.arange(256, dtype=np.float32)


def to_model_scale(
    pixels: NDArray[np.uint8], factor_x: float, factor_y: float
) -> NDArray[np.uint8]:
    """Resize a grey picture (h, w) by the factors model px per input px, to whole px."""
    height, width = pixels.shape
    size = (max(1, round(width * factor_x)), max(1, round(height * factor_y)))
    if size == (width, height):
        return pixels
    shrinks = size[0] < width or size[1] < height
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, size, interpolation=interpolation), np.uint8)


def median_grey(pixels: NDArray[np.uint8]) -> int:
    """Return the median grey of a picture, that of its background."""
    below = np.bincount(pixels[::4, ::4].ravel(), minlength=256).cumsum()
    return int(np.searchsorted(below, below[-1] / 2))


def write_contrast(pixels: NDArray[np.uint8], background: int, out: NDArray[np.float32]) -> None:
    """Write (grey - background) / CONTRAST_GREY into `out`, read off a table of the 256 greys."""
    contrasts = (_GREYS - np.float32(background)) * np.float32(1 / CONTRAST_GREY)
    cv2.LUT(pixels, contrasts, dst=out)


def normalise(pixels: NDArray[np.uint8], out: NDArray[np.float32]) -> None:
    """Write the contrast of a picture into `out`; its background is the median grey."""
    write_contrast(pixels, median_grey(pixels), out)
