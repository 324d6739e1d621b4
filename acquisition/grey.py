"""From a decoded picture to grey values of the full range."""

import av
import cv2
import numpy as np
from av.video.reformatter import ColorRange
from numpy.typing import NDArray

# Formats whose first plane is 8-bit luma, which then needs no conversion at all.
_LUMA_FIRST = frozenset(
    {
        *("gray", "nv12", "nv16", "nv21"),
        *(f"yuv{sampling}p" for sampling in ("410", "411", "420", "422", "440", "444")),
        *(f"yuvj{sampling}p" for sampling in ("411", "420", "422", "440", "444")),
    }
)
# FFmpeg would dither these.
_DEEP_GREY = frozenset({"gray16le", "gray16be"})
# Luma of limited range: 16 is black, and white lies so many values above it.
_BLACK, _WHITE = 16, 219


def grey_pixels(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """Return a decoded frame as grey values, shape (height, width), 0 black and 255 white.

    Luma of full range is passed unchanged; luma of limited range (16 to 235) is spread to 0 to
    255; colours are weighted by ITU-R BT.601; of 16-bit grey the upper 8 bits are taken, and other
    deeper pictures are scaled to 8 bits.
    """
    if frame.format.name in _DEEP_GREY:
        deep = frame.to_ndarray(format=frame.format.name).astype(np.uint16, copy=False)
        return (deep >> 8).astype(np.uint8)
    if frame.format.name not in _LUMA_FIRST:
        return frame.to_ndarray(format="gray").astype(np.uint8, copy=False)
    plane = frame.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    luma = rows[:, : plane.width]
    return luma.copy() if _is_full_range(frame) else _spread(luma)


def _spread(luma: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return luma of limited range (h, w) as grey values; a table would take twice as long."""
    gain = 255 / _WHITE
    return np.asarray(cv2.addWeighted(luma, gain, luma, 0.0, -gain * _BLACK), np.uint8)


def _is_full_range(frame: av.VideoFrame) -> bool:
    name = frame.format.name
    return name.startswith(("gray", "yuvj")) or frame.color_range == ColorRange.JPEG
