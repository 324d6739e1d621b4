"""From a camera picture to a few thousand character cells: geometry and tone, without a widget."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from calibration.reticle import grid_lines
from calibration.scale import Scale

GREY_LEVELS = 48
BACKGROUND_LEVEL = 14

# Sub-samples per dot and axis: a tail is thinner than a dot, and only its darkest part shows it.
FINE, COARSE = 3, 2
_MEDIAN_CELLS = 9
_LEAST_CONTRAST = 8.0
_NICE_LENGTHS_UM = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000)
# Braille dots of a character by row and column of its 4 x 2 grid.
_BRAILLE_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], np.uint32)


@dataclass(frozen=True, slots=True)
class Fit:
    """A picture fitted into character cells, one of which is two square dots high.

    Attributes:
        columns: Cells across.
        rows: Cells down.
        um_per_column: Width of a cell in µm, None without a scale.
        um_per_half_row: Height of half a cell in µm, None without a scale.
    """

    columns: int
    rows: int
    um_per_column: float | None
    um_per_half_row: float | None


@dataclass(frozen=True, slots=True)
class Levels:
    """Departures from the background, in grey values, that are shown as white and as black."""

    bright: float
    dark: float

    def eased(self, towards: "Levels", share: float = 0.2) -> "Levels":
        """Move a share of the way, so that the contrast does not flicker with every frame."""
        return Levels(
            self.bright + share * (towards.bright - self.bright),
            self.dark + share * (towards.dark - self.dark),
        )


def fit(height_px: int, width_px: int, scale: Scale | None, columns: int, rows: int) -> Fit:
    """Fit a picture into at most `columns` x `rows` cells, keeping its shape in µm."""
    wide = width_px * (scale.um_per_px_x if scale else 1.0)
    high = height_px * (scale.um_per_px_y if scale else 1.0)
    dot = max(wide / max(columns, 1), high / max(2 * rows, 1))
    across = min(max(round(wide / dot), 1), max(columns, 1))
    down = min(max(round(high / dot / 2), 1), max(rows, 1))
    if scale is None:
        return Fit(across, down, None, None)
    return Fit(across, down, wide / across, high / (2 * down))


def departures(
    pixels: NDArray[np.uint8], across: int, down: int, k: int = FINE
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return how far each dot is brighter and darker than its surroundings, in grey values.

    Within a dot the extremes count more than the mean, and each side leaves out what the noise
    alone does: at 80x24 a dot is several px wide, and a mean would wash the tails away.

    Args:
        pixels: Grey values, shape (height, width).
        across: Dots across.
        down: Dots down.
        k: Sub-samples per dot and axis.

    Returns:
        Two arrays of shape (down, across), not negative.
    """
    fine = cv2.resize(pixels, (across * k, down * k), interpolation=cv2.INTER_AREA)
    coarse = cv2.resize(fine, (across, down), interpolation=cv2.INTER_AREA)
    ground = cv2.blur(cv2.medianBlur(coarse, _MEDIAN_CELLS).astype(np.float32), (5, 5))
    ground = cv2.resize(ground, (across * k, down * k))
    blocks = (fine - ground).reshape(down, k, across, k)
    mean = blocks.mean(axis=(1, 3))
    return _one_side(blocks.max(axis=(1, 3)), mean), _one_side(-blocks.min(axis=(1, 3)), -mean)


def _one_side(extreme: NDArray[np.float32], mean: NDArray[np.float32]) -> NDArray[np.float32]:
    middle = np.median(extreme)
    noise = np.median(np.abs(extreme - middle)) + 0.3
    body = np.maximum(mean - 1.5 * np.median(np.abs(mean)), 0)
    side = 0.6 * np.maximum(extreme - middle - 2.5 * noise, 0) + 0.4 * body
    return np.asarray(side, np.float32)


def levels_of(bright: NDArray[np.float32], dark: NDArray[np.float32]) -> Levels:
    """Return the departures at which the few brightest and darkest dots saturate."""
    return Levels(
        max(float(np.percentile(bright, 99.3)), _LEAST_CONTRAST),
        max(float(np.percentile(dark, 98.5)), _LEAST_CONTRAST),
    )


def tones(
    bright: NDArray[np.float32], dark: NDArray[np.float32], levels: Levels
) -> NDArray[np.intp]:
    """Return grey levels 0 to GREY_LEVELS - 1, the background at BACKGROUND_LEVEL."""
    up = np.minimum(bright / levels.bright, 1.0) ** 0.75
    down = np.minimum(dark / levels.dark, 1.0)
    top = GREY_LEVELS - 1 - BACKGROUND_LEVEL
    shade = np.where(up >= down, BACKGROUND_LEVEL + up * top, BACKGROUND_LEVEL * (1 - down))
    return np.asarray(np.rint(shade), np.intp)


def braille(
    bright: NDArray[np.float32], dark: NDArray[np.float32], levels: Levels
) -> NDArray[np.uint32]:
    """Return code points of braille characters, a dot where the picture leaves its background.

    Args:
        bright: Departures, shape (4 rows, 2 columns).
        dark: The same shape.
        levels: From `levels_of`.

    Returns:
        Code points, shape (rows, columns).
    """
    return braille_of((bright > levels.bright / 3) | (dark > levels.dark / 2))


def braille_of(marked: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """Return code points of braille characters, shape (rows, columns), for (4 rows, 2 columns)."""
    down, across = marked.shape
    cells = marked.reshape(down // 4, 4, across // 2, 2).transpose(0, 2, 1, 3)
    return np.asarray((cells * _BRAILLE_BITS).sum(axis=(2, 3)) + 0x2800, np.uint32)


def grid_steps(um_per_dot: float, dots: int, pitch_um: float) -> NDArray[np.intp]:
    """Return the dots nearest to each multiple of the pitch, the picture's edge left out."""
    lines = grid_lines(um_per_dot, dots, pitch_um)
    return np.unique(np.clip(np.rint(lines).astype(np.intp), 0, dots - 1))


def bar_length_um(um_per_column: float, most_columns: float) -> int:
    """Return the longest round length in µm that fits into so many columns, at least 1 µm."""
    fitting = [um for um in _NICE_LENGTHS_UM if um / um_per_column <= most_columns]
    return fitting[-1] if fitting else 1


def bar_text(columns: float) -> str:
    """Draw a solid bar so many columns long, right to an eighth of a column."""
    eighths = math.floor(columns * 8 + 0.5)
    partial = " ▏▎▍▌▋▊▉"[eighths % 8]
    return "█" * (eighths // 8) + partial.strip()
