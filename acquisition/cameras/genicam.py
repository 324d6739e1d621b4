"""What GenICam cameras have in common, whoever's library speaks to them.

Names are those of GenICam's Standard Features Naming Convention (SFNC 2.7), and behind them the
older spelling that cameras before it use.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from acquisition.camera import CameraSettings

WIDTH, HEIGHT, LEFT, TOP = ("Width",), ("Height",), ("OffsetX",), ("OffsetY",)
BINNING_X, BINNING_Y = ("BinningHorizontal",), ("BinningVertical",)
EXPOSURE = ("ExposureTime", "ExposureTimeAbs")
GAIN = ("Gain", "GainAbs")
RATE = ("AcquisitionFrameRate", "AcquisitionFrameRateAbs")
RESULTING_RATE = ("ResultingFrameRate", "ResultingFrameRateAbs", "BslResultingAcquisitionFrameRate")
TICKS = ("GevTimestampTickFrequency",)
PIXEL_FORMATS = {8: "Mono8", 12: "Mono12"}

# Whatever another program left behind must not decide about a recording.
_FREE_RUN = {
    "AcquisitionMode": "Continuous",
    "TriggerMode": "Off",
    "ExposureAuto": "Off",
    "GainAuto": "Off",
    "BinningHorizontalMode": "Sum",
    "BinningVerticalMode": "Sum",
}
_TRIGGERS = ("AcquisitionStart", "FrameBurstStart", "FrameStart")
# Ids of GigE Vision 1 have 16 bits and skip 0.
_SHORT_ID = 0xFFFF


@dataclass(frozen=True, slots=True)
class Limits:
    """What a number of the camera may be; a step of 0 allows every value between."""

    low: float
    high: float
    step: float = 0.0

    def nearest(self, wanted: float) -> float:
        """Return the allowed value at or next below the wanted one, or the lowest."""
        inside = min(max(wanted, self.low), self.high)
        if not self.step:
            return inside
        # The margin keeps a value that is on a step from falling to the one below.
        return self.low + int((inside - self.low) / self.step + 1e-6) * self.step


class Nodes(Protocol):
    """A camera's features by name, as a vendor's library gives them."""

    def limits(self, name: str) -> Limits | None:
        """Return the limits of a number that can be written now, None where there is none."""
        ...

    def read(self, name: str) -> float | None:
        """Return a number, None where the camera has none of this name."""
        ...

    def write(self, name: str, value: float) -> None:
        """Set a number within its limits."""
        ...

    def switch_on(self, name: str) -> None:
        """Set a yes-or-no feature to yes, where the camera has it."""
        ...

    def choose(self, name: str, entry: str) -> bool:
        """Choose an entry of a list; False where the camera has no such list or entry."""
        ...


def free_run(nodes: Nodes) -> None:
    """Let the camera send frames by its own clock, with nothing automatic."""
    for trigger in _TRIGGERS:
        if nodes.choose("TriggerSelector", trigger):
            nodes.choose("TriggerMode", "Off")
    for name, entry in _FREE_RUN.items():
        nodes.choose(name, entry)


def take_over(nodes: Nodes, asked: CameraSettings) -> CameraSettings:
    """Bring settings into the camera's range, write them, and return what it then says.

    A feature that the camera lacks comes back as what it amounts to: no binning, an offset or a
    gain of 0.
    """
    bits = next(
        bits
        for bits in (asked.bits, *PIXEL_FORMATS)
        if bits in PIXEL_FORMATS and nodes.choose("PixelFormat", PIXEL_FORMATS[bits])
    )
    # The room for a region depends on its offset, and that for both on the binning.
    for names in (LEFT, TOP):
        _put(nodes, names, 0)
    binning = _put_binning(nodes, asked.binning)
    width, height = _put(nodes, WIDTH, asked.width_px), _put(nodes, HEIGHT, asked.height_px)
    left, top = _put(nodes, LEFT, asked.left_px), _put(nodes, TOP, asked.top_px)
    gain_db = _put(nodes, GAIN, asked.gain_db)
    exposure_us, frame_rate_hz = _put_timing(nodes, asked)
    return replace(
        asked,
        width_px=int(width),
        height_px=int(height),
        left_px=int(left),
        top_px=int(top),
        binning=binning,
        bits=bits,
        gain_db=gain_db,
        exposure_us=exposure_us,
        frame_rate_hz=frame_rate_hz,
    )


def first_number(nodes: Nodes, names: Sequence[str]) -> float | None:
    """Return the number under the first name that the camera knows."""
    numbers = (nodes.read(name) for name in names)
    return next((number for number in numbers if number is not None), None)


def _put(nodes: Nodes, names: Sequence[str], wanted: float) -> float:
    for name in names:
        limits = nodes.limits(name)
        if limits is not None:
            nodes.write(name, limits.nearest(wanted))
            break
    return first_number(nodes, names) or 0.0


def _put_binning(nodes: Nodes, wanted: int) -> int:
    """Set both sides alike: one that cannot be binned keeps the other from it."""
    across = _put(nodes, BINNING_X, wanted) or 1.0
    along = _put(nodes, BINNING_Y, across) or 1.0
    if along != across:
        _put(nodes, BINNING_X, along)
    return int(along)


def _put_timing(nodes: Nodes, asked: CameraSettings) -> tuple[float, float]:
    """Return exposure in µs and frame rate in Hz; the rate goes before a long exposure."""
    nodes.switch_on("AcquisitionFrameRateEnable")
    _put(nodes, EXPOSURE, min(asked.exposure_us, 1e6 / asked.frame_rate_hz))
    rate_hz = _put(nodes, RATE, asked.frame_rate_hz)
    exposure_us = _put(nodes, EXPOSURE, min(asked.exposure_us, 1e6 / rate_hz))
    resulting_hz = first_number(nodes, RESULTING_RATE)
    return exposure_us, min(rate_hz, resulting_hz or rate_hz)


class FrameCounter:
    """Index and losses of a stream, from the ids that a camera gives its frames."""

    def __init__(self) -> None:
        self._id: int | None = None
        self._index = -1
        self._failed = 0

    def failed(self) -> None:
        """Count a frame that arrived damaged."""
        self._failed += 1

    def arrived(self, frame_id: int | None) -> tuple[int, int]:
        """Return the index of a whole frame, and how many were lost before it.

        Args:
            frame_id: The camera's own count, None where it has none; then only frames that
                arrived damaged are known to be lost.
        """
        skipped = 0
        if self._id is not None and frame_id is not None:
            skipped = ids_between(self._id, frame_id)
        lost = max(skipped, self._failed)
        self._id, self._failed = frame_id, 0
        self._index += lost + 1
        return self._index, lost


def ids_between(before: int, after: int) -> int:
    """Return how many ids lie between two; short ids (16 bits, 0 skipped) begin again at 1."""
    if after <= before <= _SHORT_ID and before - after > _SHORT_ID // 2:
        after += _SHORT_ID
    return max(after - before - 1, 0)
