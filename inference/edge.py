"""The picture's edge: where it lies, and how far from it something is."""

import numpy as np
from numpy.typing import NDArray

from calibration.scale import Scale


def field_corners_um(frame_size_px: tuple[int, int], scale: Scale) -> NDArray[np.float64]:
    """Return a field's upper left and lower right corner, shape (2, 2).

    It reaches from the outer side of the first px to that of the last.

    Args:
        frame_size_px: Width and height of a frame.
        scale: What a pixel is worth.
    """
    return scale.to_um(np.stack([np.full(2, -0.5), np.array(frame_size_px) - 0.5]))


def from_edge_um(
    xy_um: NDArray[np.float64], corners_um: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how far inside the nearest edge places (..., 2) lie, shape (...); < 0 outside.

    Args:
        xy_um: The places.
        corners_um: The field's upper left and lower right corner, shape (2, 2).
    """
    low_um, high_um = corners_um
    return np.asarray(np.minimum(xy_um - low_um, high_um - xy_um).min(axis=-1), np.float64)
