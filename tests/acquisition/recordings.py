"""Frames, notes and files that the tests of recording share, and how they read them."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import cv2
import numpy as np
import pytest
from av.video.stream import VideoStream
from numpy.typing import NDArray

from acquisition.camera import CameraInfo, CameraSettings
from acquisition.clip import ClipNotes, ClipWriter
from acquisition.frame import Frame
from acquisition.stage import Position
from acquisition.video import VideoError, open_video
from calibration.scale import Scale

SETTINGS = CameraSettings(width_px=64, height_px=48, frame_rate_hz=50.0)


def picture(index: int, width: int = 64, height: int = 48) -> NDArray[np.uint8]:
    rng = np.random.default_rng(index)
    return rng.integers(0, 256, (height, width), dtype=np.uint8)


def frames(count: int, *, start_us: int = 1_000_003, first: int = 0) -> Iterator[Frame]:
    """Yield noise at 50 frames/s by a camera's clock that is not a whole number of ms."""
    for i in range(first, first + count):
        yield Frame(picture(i), i, start_us + 20_007 * i, host_time_ns=10**12 + i)


def notes(settings: CameraSettings = SETTINGS) -> ClipNotes:
    return ClipNotes(
        camera=CameraInfo("motiscope", "simulated", "1", has_clock=True),
        asked=settings,
        accepted=settings,
        scale=Scale(0.35, 0.36, "micrometer slide of 2 May", u_rel_x=0.004),
        position=Position(120.5, -3000.25),
        temperatures_c=(36.9,),
        session="2026-05-02-17",
        replicate=1,
        field_number=3,
        seed=12345,
    )


def write_video(
    path: Path,
    pictures: list[NDArray[np.uint8]],
    *,
    rate: int = 50,
    ticks: list[int] | None = None,
    codec: str = "libx264",
    pix_fmt: str = "yuvj420p",
    options: dict[str, str] | None = None,
    source: str = "gray",
    aspect: Fraction | None = None,
) -> Path:
    """Write pictures as a video; `ticks` are times in ms instead of those of the rate."""
    height, width = pictures[0].shape[:2]
    if source == "yuv420p":
        height = height * 2 // 3
    with av.open(str(path), "w") as container:
        stream = cast("VideoStream", container.add_stream(codec, rate=rate, options=options or {}))
        stream.width, stream.height, stream.pix_fmt = width, height, pix_fmt
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        if ticks is not None:
            stream.codec_context.time_base = Fraction(1, 1000)
        for i, pixels in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(pixels, format=source)
            if ticks is not None:
                frame.pts, frame.time_base = ticks[i], Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def record(path: Path, taken: Iterable[Frame]) -> None:
    """Write frames as a clip."""
    with ClipWriter(path, notes()) as writer:
        for frame in taken:
            writer.write(frame)


def ramp(shift: int = 0) -> NDArray[np.uint8]:
    """Return all 256 grey values side by side, 64 x 512 px, turned by `shift` values."""
    return np.tile(np.repeat(np.roll(np.arange(256, dtype=np.uint8), shift), 2), (64, 1))


def read(path: Path, frame_rate_hz: float | None = None) -> list[Frame]:
    video = open_video(path, frame_rate_hz)
    frames = list(video.frames())
    assert len(frames) == video.info.frames
    return frames


def write_images(folder: Path, names: list[str], pixels: NDArray[np.uint8] | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    for i, name in enumerate(names):
        assert cv2.imwrite(str(folder / name), picture(i) if pixels is None else pixels)
    return folder


def refusal(path: Path, frame_rate_hz: float | None = None) -> str:
    with pytest.raises(VideoError) as caught:
        list(open_video(path, frame_rate_hz).frames())
    assert "\n" not in str(caught.value)
    assert path.name in str(caught.value)
    return str(caught.value)
