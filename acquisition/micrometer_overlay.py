"""The divisions that were found, drawn over the picture of the micrometer."""

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from calibration.readings import MicrometerReading

Picture = NDArray[np.uint8]

RULING_BGR = (0, 190, 0)
TENTH_BGR = (0, 0, 255)
SHIFT = 4
"""Fractional bits of the places that OpenCV draws at."""

TENTH_REACH_PX = 12
LEGEND_PX = 26


def draw_divisions(picture: NDArray[np.generic], reading: MicrometerReading) -> Picture:
    """Draw every ruling that was used where it was found, each tenth longer, numbers at the ends.

    Args:
        picture: The picture that was measured, (H, W) or (H, W, 3 or 4).
        reading: What it said.

    Returns:
        A colour picture (blue, green, red) with a legend below, shape (H + 26, W, 3).
    """
    drawn = _in_colour(picture)
    rulings = reading.rulings
    low, high = rulings.extent_px
    last = int(rulings.numbers[-1])
    for number, place in zip(rulings.numbers.tolist(), rulings.positions_px.tolist(), strict=True):
        tenth = number % 10 == 0
        reach = TENTH_REACH_PX if tenth else 0
        ends = (low - reach, high + reach)
        first, second = (_fixed(_at(drawn, reading, place, across)) for across in ends)
        colour = TENTH_BGR if tenth else RULING_BGR
        cv2.line(drawn, first, second, colour, 1, cv2.LINE_AA, SHIFT)
        if number == last or tenth:
            x, y = _at(drawn, reading, place, high + 2 * TENTH_REACH_PX)
            _label(drawn, str(number), (x - 8, y))
    legend = np.zeros((LEGEND_PX, drawn.shape[1], 3), np.uint8)
    _label(legend, _words(reading), (8.0, LEGEND_PX - 8.0))
    return np.concatenate([drawn, legend])


def stack(pictures: Sequence[Picture]) -> Picture:
    """Put pictures of any size below one another, shape (sum of heights, largest width, 3)."""
    width = max(picture.shape[1] for picture in pictures)
    padded = [np.pad(one, ((0, 0), (0, width - one.shape[1]), (0, 0))) for one in pictures]
    return np.concatenate(padded)


def _in_colour(picture: NDArray[np.generic]) -> Picture:
    """The picture in 8 bits and three colours, 16-bit ones stretched to what they hold."""
    plain = np.asarray(picture[..., :3], np.float32) if picture.ndim == 3 else picture
    if picture.dtype != np.uint8:
        plain = np.asarray(plain, np.float32) * (255 / max(1.0, float(np.max(picture))))
    grey = np.asarray(plain, np.float32).clip(0, 255).astype(np.uint8)
    return grey.copy() if grey.ndim == 3 else np.repeat(grey[:, :, None], 3, axis=2)


def _at(
    drawn: Picture, reading: MicrometerReading, along: float, across: float
) -> tuple[float, float]:
    """Where a place on the micrometer's axes lies in the picture, in px."""
    height, width = drawn.shape[:2]
    cos, sin = (f(math.radians(reading.angle_deg)) for f in (math.cos, math.sin))
    x = (width - 1) / 2 + along * cos - across * sin
    return x, (height - 1) / 2 + along * sin + across * cos


def _fixed(place: tuple[float, float]) -> tuple[int, int]:
    return round(place[0] * 2**SHIFT), round(place[1] * 2**SHIFT)


def _label(drawn: Picture, text: str, place: tuple[float, float]) -> None:
    """Write in white on black, so that it is read on any ground."""
    x, y = round(place[0]), round(place[1])
    (width, height), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.45, 1)
    cv2.rectangle(drawn, (x, y + below), (x + width, y - height), (0, 0, 0), cv2.FILLED)
    cv2.putText(drawn, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (255, 255, 255), 1)


def _words(reading: MicrometerReading) -> str:
    return (
        f"{reading.um_per_px:.5g} um/px along the axis at {reading.angle_deg:.1f} deg, "
        f"{reading.divisions} divisions of {reading.division_um:g} um"
    )
