"""Where a camera accepted other settings than it was asked for, in words."""

import math
from dataclasses import dataclass

from acquisition.camera import CameraSettings

# A device rounds times and rates to its own steps; that much is no news.
_ROUNDING = 1e-3


@dataclass(frozen=True, slots=True)
class _Setting:
    name: str
    words: str
    unit: str


_SETTINGS = (
    _Setting("width_px", "width", " px"),
    _Setting("height_px", "height", " px"),
    _Setting("left_px", "left edge", " px"),
    _Setting("top_px", "upper edge", " px"),
    _Setting("binning", "binning", ""),
    _Setting("bits", "depth", " bits"),
    _Setting("frame_rate_hz", "frame rate", " Hz"),
    _Setting("exposure_us", "exposure", " µs"),
    _Setting("gain_db", "gain", " dB"),
)


def differences(asked: CameraSettings, accepted: CameraSettings) -> tuple[str, ...]:
    """Say in one line each what the camera does otherwise than it was asked.

    Whole numbers must be equal; others may differ by 0.1 %, as a device rounds to its own steps.
    """
    return tuple(
        f"{one.words}: asked {wanted:g}{one.unit}, the camera accepted {given:g}{one.unit}"
        for one in _SETTINGS
        if not _same(wanted := getattr(asked, one.name), given := getattr(accepted, one.name))
    )


def _same(wanted: float, given: float) -> bool:
    if isinstance(wanted, int) and isinstance(given, int):
        return wanted == given
    return math.isclose(wanted, given, rel_tol=_ROUNDING, abs_tol=_ROUNDING)
