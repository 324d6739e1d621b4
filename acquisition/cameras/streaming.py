"""From a driver's buffers to frames: indices, losses, silence, and pictures of the right size."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from acquisition.camera import CameraError, CameraInfo, CameraSettings, CameraSilentError
from acquisition.cameras.genicam import FrameCounter
from acquisition.frame import Frame

POLL_MS = 100
"""How long a driver waits for one buffer before it looks again whether the camera is there."""

SILENCE_S = 1.5
"""Shorter than the two seconds within which an operator is told, with room for the telling."""

_DEEP_SHIFT = 4
_BUFFER_BYTES = 1 << 29


@dataclass(frozen=True, slots=True)
class Grabbed:
    """One buffer of a camera.

    Attributes:
        pixels: Grey values of its own, (height, width), uint8 or 12 bits in uint16; None where the
            buffer arrived damaged.
        frame_id: The camera's own count, None where it has none.
        time_us: The camera's clock in µs, None where it has none.
    """

    pixels: NDArray[np.uint8] | NDArray[np.uint16] | None
    frame_id: int | None = None
    time_us: int | None = None


Fetch = Callable[[], Grabbed | None]
"""Waits up to POLL_MS for a buffer; None where none came; raises CameraError."""


def buffers_for(settings: CameraSettings) -> int:
    """Return how many buffers hold a second of frames, at most 512 MB of them."""
    frame_bytes = settings.width_px * settings.height_px * (2 if settings.bits > 8 else 1)
    return int(max(10, min(settings.frame_rate_hz, _BUFFER_BYTES / frame_bytes)))


def frames_of(
    fetch: Fetch, info: CameraInfo, settings: CameraSettings, stop: threading.Event
) -> Iterator[Frame]:
    """Turn buffers into frames until told to stop.

    Raises:
        CameraSilentError: If no whole frame came for 1.5 s, or three times the frames' distance.
        CameraError: If a picture has not the accepted size, or as the driver raises it.
    """
    counter = FrameCounter()
    patience_s = max(SILENCE_S, 3 / settings.frame_rate_hz)
    while (grabbed := _next_whole(fetch, counter, info, patience_s, stop)) is not None:
        index, lost = counter.arrived(grabbed.frame_id)
        yield _frame(grabbed, index, lost, info, settings)


def _next_whole(
    fetch: Fetch,
    counter: FrameCounter,
    info: CameraInfo,
    patience_s: float,
    stop: threading.Event,
) -> Grabbed | None:
    # Counted from when the reader asks, for a slow reader is not a silent camera.
    deadline_s = time.monotonic() + patience_s
    damaged = 0
    while not stop.is_set():
        grabbed = fetch()
        if grabbed is not None and grabbed.pixels is not None:
            return grabbed
        if grabbed is not None:
            counter.failed()
            damaged += 1
        if time.monotonic() > deadline_s:
            raise CameraSilentError(_silence(info, patience_s, damaged))
    return None


def _silence(info: CameraInfo, patience_s: float, damaged: int) -> str:
    name = f"camera {info.serial}"
    if damaged:
        return (
            f"{name} has sent nothing but {damaged} damaged frames for {patience_s:g} s; "
            "check its cable and plug it into a port of its own"
        )
    return f"{name} has sent nothing for {patience_s:g} s; check its cable and power"


def _frame(
    grabbed: Grabbed, index: int, lost: int, info: CameraInfo, settings: CameraSettings
) -> Frame:
    host_time_ns, values = time.monotonic_ns(), np.asarray(grabbed.pixels)
    wanted = (settings.height_px, settings.width_px)
    if values.shape != wanted:
        height, width = values.shape[:2]
        raise CameraError(
            f"camera {info.serial} accepted {wanted[1]}x{wanted[0]} px and sends {width}x{height} "
            f"px; ask for a region of {width}x{height} px"
        )
    time_us = grabbed.time_us if info.has_clock else None
    if values.dtype == np.uint8:
        return Frame(values, index, time_us, host_time_ns, lost)
    upper = (values >> _DEEP_SHIFT).astype(np.uint8)
    return Frame(upper, index, time_us, host_time_ns, lost, deep=values)
