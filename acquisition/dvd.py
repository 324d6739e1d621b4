"""Video as a DVD carries it: MPEG-2 of 720x576, 25 interlaced frames a second, in Matroska."""

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

RATE_HZ = 25
SIZE_PX = (720, 576)
PIXEL_ASPECT = Fraction(16, 15)
"""Width of a pixel divided by its height where all 720 columns are shown 4:3."""

# The encoder writes the bottom field first, so that is how pictures are woven.
_SECOND_ROWS = slice(0, None, 2)
_OPTIONS = {
    "b": "6000000",
    "maxrate": "9000000",
    "bufsize": "1835008",
    "g": "12",
    "flags": "+ilme+ildct",
}


def woven(draw: Callable[[float], Grey], frames: int) -> Iterator[Grey]:
    """Yield interlaced frames of what is drawn at any time.

    Args:
        draw: Returns the picture, shape (height, width), at a time in s from the first field.
        frames: How many frames; each shows two times.
    """
    for index in range(frames):
        frame = draw(index / RATE_HZ).copy()
        frame[_SECOND_ROWS] = draw((index + 0.5) / RATE_HZ)[_SECOND_ROWS]
        yield frame


def write_dvd(path: Path, pictures: Iterable[Grey]) -> None:
    """Write grey frames of SIZE_PX, rows of the bottom field first.

    Raises:
        OSError: If the file cannot be written.
    """
    with av.open(f"file:{path}", "w", format="matroska") as container:
        stream = container.add_stream("mpeg2video", rate=RATE_HZ, options=_OPTIONS)
        stream.width, stream.height = SIZE_PX
        stream.pix_fmt = "yuv420p"
        stream.codec_context.sample_aspect_ratio = PIXEL_ASPECT
        for pixels in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="gray")))
        container.mux(stream.encode(None))
