"""Counting and timing the frames of a video file before any picture is wanted."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
from av.container import InputContainer
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from acquisition.interlacing import FieldOrder
from acquisition.video_info import Stated, VideoError

# FFmpeg reads a text file as a picture of text.
_NO_VIDEO_FORMATS = frozenset({"tty"})
# FFmpeg's AVFieldOrder. The last two are stored in one order and shown in the other.
_FIELD_ORDERS = {
    1: FieldOrder.PROGRESSIVE,
    2: FieldOrder.TOP_FIRST,
    3: FieldOrder.BOTTOM_FIRST,
    4: FieldOrder.BOTTOM_FIRST,
    5: FieldOrder.TOP_FIRST,
}
# No camera has pixels as oblong as that; it is a slip of whoever wrote the file.
_MOST_OBLONG = 4
# Bare streams have no times; FFmpeg makes them up for 25 frames/s.
_TIMELESS_FORMATS = frozenset({"h264", "hevc", "m4v", "mjpeg", "mpegvideo", "rawvideo"})


@dataclass(frozen=True, slots=True)
class Survey:
    """What a video file holds.

    Attributes:
        ticks: Presentation time of every frame in ticks, in order; empty where it has no times.
        frames: Number of frames that can be decoded.
        tick_s: Duration of one tick in s.
        stated_rate_hz: Average frame rate that the file states, or None.
        field_order: Field order that the file states, or None.
        pixel_aspect: Width of a pixel divided by its height that the file states, or None.
        width_px: Width of a frame.
        height_px: Height of a frame.
        stated_s: Time that the file says its pictures last, or None where it does not.
        stated_frames: How many pictures an AVI says that it has, None of other files: these say it
            in a part that one which was cut off does not have at all.
    """

    ticks: tuple[int, ...]
    frames: int
    tick_s: Fraction
    stated_rate_hz: Fraction | None
    field_order: FieldOrder | None
    pixel_aspect: Fraction | None
    width_px: int
    height_px: int
    stated_s: float | None = None
    stated_frames: int | None = None

    @property
    def stated(self) -> Stated:
        """What the file says of itself."""
        rate_hz = None if self.stated_rate_hz is None else float(self.stated_rate_hz)
        return Stated(self.frames, rate_hz, self.field_order, self.pixel_aspect)


def open_container(path: Path) -> InputContainer:
    """Open a file as a container with a video stream.

    Raises:
        VideoError: If it is empty, no video, or cannot be read.
    """
    if path.stat().st_size == 0:
        raise VideoError(f"{path} is empty")
    try:
        container = av.open(f"file:{path}")
    except (av.FFmpegError, OSError) as error:
        raise VideoError(f"{path} is not a video ({error.strerror})") from error
    if not container.streams.video or container.format.name in _NO_VIDEO_FORMATS:
        container.close()
        raise VideoError(f"{path} is not a video: it holds no moving pictures")
    return container


def video_stream(container: InputContainer) -> VideoStream:
    """Return the container's main video stream, decoded on several threads."""
    stream = cast("VideoStream", container.streams.best("video"))
    stream.thread_type = "AUTO"
    return stream


def survey(path: Path) -> Survey:
    """Count and time the frames of a video file.

    Raises:
        VideoError: If the file is no video.
    """
    try:
        ticks = _count_packets(path)
        if ticks is None:
            ticks = _count_pictures(path)
    except av.FFmpegError as error:
        raise VideoError(f"{path} cannot be read as a video ({error.strerror})") from error
    with open_container(path) as container:
        stream = video_stream(container)
        timed = container.format.name not in _TIMELESS_FORMATS
        stated_rate_hz = stream.average_rate or stream.guessed_rate
        return Survey(
            ticks=tuple(sorted(cast("list[int]", ticks))) if timed and None not in ticks else (),
            frames=len(ticks),
            tick_s=stream.time_base or Fraction(1, 1_000_000),
            stated_rate_hz=stated_rate_hz if timed else None,
            field_order=_FIELD_ORDERS.get(int(stream.codec_context.field_order)),
            pixel_aspect=stated_pixel_aspect(stream),
            width_px=stream.codec_context.width,
            height_px=stream.codec_context.height,
            stated_s=_stated_s(container, stream),
            stated_frames=stream.frames if container.format.name == "avi" else None,
        )


def _stated_s(container: InputContainer, stream: VideoStream) -> float | None:
    """Return how long Matroska says its pictures last: it says so before the pictures.

    Other files say it in a part that one which was cut off does not have at all.
    """
    if "matroska" not in container.format.name:
        return None
    hours, _, rest = stream.metadata.get("DURATION", "").partition(":")
    minutes, _, seconds = rest.partition(":")
    try:
        return 3600 * int(hours) + 60 * int(minutes) + float(seconds)
    except ValueError:
        return None if container.duration is None else container.duration / av.time_base


def stated_pixel_aspect(stream: VideoStream) -> Fraction | None:
    """Return a pixel's width divided by its height as a stream states it, None if it does not."""
    aspect = stream.sample_aspect_ratio
    if not aspect or not Fraction(1, _MOST_OBLONG) <= aspect <= _MOST_OBLONG:
        return None
    return Fraction(aspect)


def _count_packets(path: Path) -> list[int | None] | None:
    """Return one time a packet, or None where packets and pictures may differ.

    A packet holds one picture unless some are marked to be thrown away, have no time, or come
    before the first picture that can be decoded alone.
    """
    ticks: list[int | None] = []
    last_group: list[av.Packet[VideoStream]] = []
    with open_container(path) as container:
        stream = video_stream(container)
        for packet in container.demux(stream):
            if packet.size == 0:
                continue
            if packet.is_discard or packet.pts is None or not (ticks or packet.is_keyframe):
                return None
            if packet.is_keyframe:
                last_group = []
            last_group.append(packet)
            ticks.append(packet.pts)
        if not ticks or ticks[0] != min(cast("list[int]", ticks)):
            return None
        cut_short = _is_cut_short(stream.codec_context, last_group)
    return ticks[:-1] if cut_short else ticks


def _is_cut_short(codec: VideoCodecContext, group: "list[av.Packet[VideoStream]]") -> bool:
    """Whether the last packet of a group holds no whole picture, as in a truncated file."""
    good = 0
    try:
        for packet in (*group, None):
            good += sum(not picture.is_corrupt for picture in codec.decode(packet))
    except av.FFmpegError:
        return good == len(group) - 1
    return good == len(group) - 1


def _count_pictures(path: Path) -> list[int | None]:
    ticks: list[int | None] = []
    with open_container(path) as container:
        try:
            ticks.extend(picture.pts for picture in container.decode(video_stream(container)))
        except av.FFmpegError:
            return ticks
    return ticks
