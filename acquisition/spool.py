"""Raw pictures one after another, for cameras that are faster than FFV1 can be coded."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from acquisition.camera import CameraSettings
from acquisition.ffv1 import Ffv1File, Pixels, check_like
from acquisition.sidecar import Moment


class SpoolFile:
    """Pictures that are appended as they are to an open file without a buffer of its own."""

    def __init__(self, file: BinaryIO, settings: CameraSettings) -> None:
        self._file = file
        self._shape, self._dtype = _picture_of(settings)

    def add(self, pixels: Pixels, index: int) -> None:
        """Write one picture.

        Raises:
            ValueError: If it has another size or type than the others.
            OSError: If the disk is full.
        """
        check_like(pixels, self._shape, self._dtype, index)
        left = np.ascontiguousarray(pixels).data.cast("B")
        while left:  # the system may take a part of it
            left = left[self._file.write(left) :]

    def close(self) -> None:
        """Do nothing: every picture has left the process already."""


def read_spool(path: Path, settings: CameraSettings) -> Iterator[Pixels]:
    """Yield the whole pictures of a spool, shape (height, width); one that was cut is left out.

    Raises:
        OSError: If it cannot be read.
    """
    shape, dtype = _picture_of(settings)
    size = shape[0] * shape[1] * dtype.itemsize
    with path.open("rb") as file:
        while len(data := file.read(size)) == size:
            yield np.frombuffer(data, dtype).reshape(shape)


def _picture_of(settings: CameraSettings) -> tuple[tuple[int, int], np.dtype[Any]]:
    """Return the shape and the type of a picture."""
    dtype = np.dtype(np.uint8 if settings.bits == 8 else "<u2")
    return (settings.height_px, settings.width_px), dtype


def code_spool(
    spool: Path,
    target: BinaryIO,
    settings: CameraSettings,
    moments: Sequence[Moment],
    on_coded: Callable[[int], None],
) -> list[Moment]:
    """Code the pictures of a spool into an open file.

    Args:
        spool: The pictures.
        target: Where the FFV1 video goes.
        settings: Size and rate of the pictures.
        moments: One for each picture, in order; there may be more of them.
        on_coded: Called after every picture with how many are done.

    Returns:
        The moments of the pictures that were there.

    Raises:
        OSError: If a file cannot be read or written.
    """
    video = Ffv1File(
        target, settings.width_px, settings.height_px, settings.frame_rate_hz, settings.bits
    )
    coded: list[Moment] = []
    pictures = read_spool(spool, settings)
    for moment, pixels in zip(moments, pictures, strict=False):
        video.add(pixels, moment.index)
        coded.append(moment)
        on_coded(len(coded))
    video.close()
    return coded
