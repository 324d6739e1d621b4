"""Lossless grey video: FFV1 level 3 in Matroska."""

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

import av
import av.logging
import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

# Every frame is decoded alone and carries check sums, so that damage stays where it is. The
# figures for speed are those of Golomb-Rice coding (coder 0) in four slices.
_OPTIONS = {"level": "3", "g": "1", "slices": "4", "slicecrc": "1", "coder": "0"}
_THREADS = 2
_DEEP_SHIFT = 4

Pixels = NDArray[np.uint8] | NDArray[np.uint16]
# FFmpeg's own way to write a rate.
_LARGEST_DENOMINATOR = 1001


class Ffv1File:
    """An FFV1 video that is written frame by frame into an open file.

    12 bits are stored as the upper ones of 16, which every reader knows.
    """

    def __init__(
        self, file: BinaryIO, width_px: int, height_px: int, frame_rate_hz: float, bits: int = 8
    ) -> None:
        self._shape = (height_px, width_px)
        self._dtype = np.dtype(np.uint8 if bits == 8 else np.uint16)
        self._format = "gray" if bits == 8 else "gray16le"
        rate = Fraction(frame_rate_hz).limit_denominator(_LARGEST_DENOMINATOR)
        self._step = 1 / rate
        self._container = av.open(file, "w", format="matroska")
        stream = self._container.add_stream("ffv1", rate=rate, options=dict(_OPTIONS))
        stream.width, stream.height, stream.pix_fmt = width_px, height_px, self._format
        stream.codec_context.thread_type = "SLICE"
        stream.codec_context.thread_count = _THREADS
        stream.codec_context.time_base = self._step
        self._stream = stream

    def add(self, pixels: Pixels, index: int) -> None:
        """Write one picture at the time that its index stands for.

        Raises:
            ValueError: If it has another size or type than the video.
            OSError: If the disk is full.
        """
        check_like(pixels, self._shape, self._dtype, index)
        values = pixels if pixels.dtype == np.uint8 else pixels << _DEEP_SHIFT
        picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(values), format=self._format)
        picture.pts, picture.time_base = index, self._step
        self._container.mux(self._stream.encode(picture))

    def close(self) -> None:
        """Write what is still held back and the index of the file.

        Raises:
            OSError: If the disk is full.
        """
        try:
            self._container.mux(self._stream.encode(None))
            self._container.close()
        except av.FFmpegError as error:
            raise OSError(errno.EIO, "the file cannot be closed") from error


def check_like(pixels: Pixels, shape: tuple[int, int], dtype: np.dtype[Any], index: int) -> None:
    """Refuse a picture of another size or type than a clip's.

    Raises:
        ValueError: If it is one.
    """
    if pixels.shape != shape or pixels.dtype != dtype:
        raise ValueError(
            f"frame {index} is {pixels.dtype} {pixels.shape} in a clip of {dtype} {shape}"
        )


def count_pictures(path: Path) -> int:
    """Return how many pictures a file holds, without decoding them.

    Raises:
        OSError: If it is no video.
    """
    try:
        with av.open(f"file:{path}") as container:
            return sum(packet.size > 0 for packet in container.demux(video=0))
    except av.FFmpegError as error:
        raise OSError(error.errno, error.strerror) from error


def copy_whole_pictures(
    source: InputContainer, target: BinaryIO, frame_rate_hz: float
) -> list[int]:
    """Copy the pictures that are whole, unchanged, into a new file.

    Returns:
        Their indices.
    """
    stream = source.streams.video[0]
    indices: list[int] = []
    with _complaints() as complaints, av.open(target, "w", format="matroska") as container:
        output = container.add_stream_from_template(stream)
        for packet in source.demux(stream):
            before = len(complaints)
            if _has_picture(packet) and len(complaints) == before:
                indices.append(round(float((packet.pts or 0) * packet.time_base) * frame_rate_hz))
                packet.stream = output
                container.mux(packet)
    return indices


def _has_picture(packet: "av.Packet[VideoStream]") -> bool:
    try:
        return packet.size > 0 and len(packet.decode()) == 1
    except av.FFmpegError:
        return False


@contextmanager
def _complaints() -> Iterator[Sequence[object]]:
    """Collect what FFmpeg complains of: a failed check sum is not told in any other way."""
    level = av.logging.get_level()
    av.logging.set_level(av.logging.ERROR)
    try:
        with av.logging.Capture(local=False) as logs:
            yield logs
    finally:
        av.logging.set_level(level)
