"""The reticle: a grid of known squares over a picture, for the eye that grades by hand."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.scale import Scale

PITCH_UM = 25.0
"""A cell that crosses one square in a second swims at the limit of grade a (WHO 2021)."""


@dataclass(frozen=True, slots=True)
class Reticle:
    """The lines of a grid whose first corner is the picture's upper left one.

    Attributes:
        x_px: Places of the upright lines from the left edge in px, shape (N,).
        y_px: Places of the level lines from the upper edge in px, shape (M,).
    """

    x_px: NDArray[np.float64]
    y_px: NDArray[np.float64]


def reticle(scale: Scale, width_px: int, height_px: int, pitch_um: float = PITCH_UM) -> Reticle:
    """Return the grid of squares of `pitch_um` over a picture; where px are oblong, so are they."""
    return Reticle(
        grid_lines(scale.um_per_px_x, width_px, pitch_um),
        grid_lines(scale.um_per_px_y, height_px, pitch_um),
    )


def grid_lines(um_per_px: float, length_px: int, pitch_um: float = PITCH_UM) -> NDArray[np.float64]:
    """Return the multiples of a pitch inside a length, in px from its begin, the ends left out."""
    count = int(np.ceil(length_px * um_per_px / pitch_um - 1e-9)) - 1
    return np.arange(1, count + 1, dtype=np.float64) * (pitch_um / um_per_px)
