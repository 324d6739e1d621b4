"""Interlaced video as its fields: twice the frames, each taken at one instant."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
from av.filter import Graph
from numpy.typing import NDArray

from acquisition.frame import Frame
from acquisition.interlacing import FieldOrder
from acquisition.video_info import Video, VideoInfo

Grey = NDArray[np.uint8]


class FieldsVideo:
    """The fields of an interlaced `Video` in order, each filled up to a whole picture.

    Rows of a field stay in their places, so that nothing moves up and down between fields; the
    rows between them are filled in by FFmpeg's `bwdif`.

    Args:
        frames: The recording whose frames hold two fields each.
        order: Which of them came first.
    """

    def __init__(self, frames: Video, order: FieldOrder) -> None:
        self._whole = frames
        self._order = order
        whole = frames.info
        self._info = replace(
            whole,
            frames=2 * whole.frames,
            frame_rate_hz=2 * whole.frame_rate_hz,
            field_order=order,
        )

    @property
    def info(self) -> VideoInfo:
        """What is known before reading; frames and their rate are those of the fields."""
        return self._info

    def frames(self) -> Iterator[Frame]:
        """Yield both fields of every frame, the second half a frame after the first.

        Raises:
            VideoError: If a frame cannot be decoded.
        """
        read: deque[Frame] = deque()
        fields = _fields(_noting(self._whole.frames(), read), self._order)
        for first, second in zip(fields, fields, strict=True):
            frame = read.popleft()
            time_us = frame.time_us or 0
            yield replace(
                frame, pixels=first, index=2 * frame.index, lost_before=2 * frame.lost_before
            )
            yield Frame(
                second,
                2 * frame.index + 1,
                time_us + self._half_step_us(time_us, read),
                frame.host_time_ns,
            )

    def _half_step_us(self, time_us: int, following: deque[Frame]) -> int:
        """Return half the usual step, or half the way to the next frame where that is less."""
        half_us = 1e6 / self._info.frame_rate_hz
        if following:
            half_us = min(half_us, ((following[0].time_us or 0) - time_us) / 2)
        return round(half_us)


def _noting(frames: Iterable[Frame], read: deque[Frame]) -> Iterator[Grey]:
    for frame in frames:
        read.append(frame)
        yield frame.pixels


def _fields(pictures: Iterable[Grey], order: FieldOrder) -> Iterator[Grey]:
    graph: Graph | None = None
    for index, picture in enumerate(pictures):
        graph = graph or _deinterlacer(picture.shape, order)
        pushed = av.VideoFrame.from_ndarray(picture, format="gray")
        pushed.pts = index
        graph.vpush(pushed)
        yield from _ready(graph)
    if graph is not None:
        graph.vpush(None)
        yield from _ready(graph)


def _deinterlacer(shape: tuple[int, ...], order: FieldOrder) -> Graph:
    height, width = shape
    graph = Graph()
    source = graph.add_buffer(
        width=width, height=height, format=av.VideoFormat("gray"), time_base=Fraction(1, 25)
    )
    deinterlace = graph.add("bwdif", f"mode=send_field:parity={order.value}:deint=all")
    sink = graph.add("buffersink")
    source.link_to(deinterlace)
    deinterlace.link_to(sink)
    graph.configure()
    return graph


def _ready(graph: Graph) -> Iterator[Grey]:
    while True:
        try:
            yield graph.vpull().to_ndarray().astype(np.uint8, copy=False)
        except (av.BlockingIOError, av.EOFError):
            return
