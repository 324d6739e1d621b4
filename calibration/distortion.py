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
