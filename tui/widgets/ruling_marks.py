"""The rulings that a measurement found, as marks over its picture."""

import math
from collections.abc import Iterator

from calibration.readings import MicrometerReading
from tui.widgets.frame_view import Mark

SHARES = (0.1, 0.5, 0.9)
"""Where along a ruling it is marked, so that the ruling itself stays visible between the marks."""


def ruling_marks(reading: MicrometerReading, width_px: int, height_px: int) -> tuple[Mark, ...]:
    """Mark each ruling three times along its length.

    Args:
        reading: The measurement of a picture.
        width_px: Width of that picture.
        height_px: Its height.
    """
    upright = abs(math.cos(math.radians(reading.angle_deg))) > math.sqrt(0.5)
    text = "┃" if upright else "━"
    return tuple(Mark(x, y, text) for x, y in _places(reading, width_px, height_px))


def _places(
    reading: MicrometerReading, width_px: int, height_px: int
) -> Iterator[tuple[float, float]]:
    """Yield places in px from the upper left corner; rulings are given from the centre."""
    cos, sin = (f(math.radians(reading.angle_deg)) for f in (math.cos, math.sin))
    first, last = reading.rulings.extent_px
    for along in reading.rulings.positions_px:
        for share in SHARES:
            across = first + share * (last - first)
            yield (
                (width_px - 1) / 2 + along * cos - across * sin,
                (height_px - 1) / 2 + along * sin + across * cos,
            )
