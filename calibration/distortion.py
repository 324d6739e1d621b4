"""How far a lens bends the picture, from where the rulings of a micrometer lie."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.comb import widen

MIN_RULINGS = 8
"""Fewer rulings do not tell a bent picture from their scatter."""


@dataclass(frozen=True, slots=True)
class Distortion:
    """Radial distortion at the corner of the picture.

    Attributes:
        percent: How much farther from the centre the corner lies than the scale at the centre has
            it; above 0 is pincushion, below 0 barrel distortion.
        u_percent: Standard uncertainty of it.
    """

    percent: float
    u_percent: float


def fit_distortion(
    positions_px: NDArray[np.float64], residuals_px: NDArray[np.float64], corner_px: float
) -> Distortion | None:
    """Estimate radial distortion from the rulings' residuals, None if there are too few.

    The first radial term of Brown's model (D. C. Brown, Photogrammetric Engineering 32, 1966,
    444-462) moves what lies r from the centre by k r³ outwards. Of a straight axis at any distance
    from the centre, the part along it that is cubic in the place is k s³; a constant and a linear
    part belong to the comb, and a square one to a slide that is not level. The distortion at the
    corner is then 100 k R² percent (ISO 9039, relative distortion). Rulings that reach only a
    part of R say little about it, as the uncertainty tells.

    Args:
        positions_px: Places along the axis from the picture's centre, shape (N,).
        residuals_px: Their distances from an even comb, shape (N,).
        corner_px: Distance R of the corner from the centre.
    """
    if positions_px.size < MIN_RULINGS:
        return None
    # Brown's r is where a point would lie without the distortion.
    places = (positions_px - residuals_px) / corner_px
    powers = np.vander(places, 4, increasing=True)
    fit = np.linalg.lstsq(powers, residuals_px, rcond=None)[0]
    free = positions_px.size - 4
    variance = float(np.sum((residuals_px - powers @ fit) ** 2)) / free
    u_cubic = widen(free) * math.sqrt(variance * float(np.linalg.inv(powers.T @ powers)[3, 3]))
    # In units of R the cubic part is k R³, and k R² is that over R.
    return Distortion(100 * float(fit[3]) / corner_px, 100 * u_cubic / corner_px)


def u_rel_over_picture(percent: float) -> float:
    """Return the relative standard uncertainty of one scale for all of a bent picture: 0.6 |k|.

    With k the distortion at the corner and r = 1 there, a short way at r is stretched by 1 + 3 k r²
    along r and by 1 + k r² across it, so at an angle t to r by 1 + k r² (2 + cos 2t). In a 4:3
    picture the micrometer lies along the middle, to 0.8 on either side, and the even comb that
    fits there best is stretched by 1 + 0.6 · 0.8² k = 1 + 0.384 k. Over all places and directions
    r² is 1/3 and r⁴ is 0.159 on average, and the square of the difference between the two
    4.5 · 0.159 k² - 4 · 0.384 / 3 k² + 0.384² k² = 0.351 k²: rms 0.59 |k|.
    """
    return 0.6 * abs(percent) / 100
