"""The scale: what one pixel is worth in micrometres, per axis, with its uncertainty."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

# A pixel smaller than light can resolve by far, or larger than a sperm head, cannot be graded on.
MIN_UM_PER_PX = 0.02
MAX_UM_PER_PX = 5.0


class ScaleError(ValueError):
    """A scale that no microscope picture can have."""


@dataclass(frozen=True, slots=True)
class Scale:
    """µm per pixel in x and y.

    Attributes:
        um_per_px_x: Width of a pixel in µm.
        um_per_px_y: Height of a pixel in µm.
        source: Where the scale comes from, in words a person can check.
        u_rel_x: Relative standard uncertainty of `um_per_px_x` (0.01 is 1 %), None if not stated.
        u_rel_y: Relative standard uncertainty of `um_per_px_y`, None if not stated.

    Raises:
        ScaleError: If a value is not a finite number within the range of light microscopes.
    """

    um_per_px_x: float
    um_per_px_y: float
    source: str
    u_rel_x: float | None = None
    u_rel_y: float | None = None

    def __post_init__(self) -> None:
        for axis, value in (("x", self.um_per_px_x), ("y", self.um_per_px_y)):
            if not (math.isfinite(value) and MIN_UM_PER_PX <= value <= MAX_UM_PER_PX):
                raise ScaleError(
                    f"the scale in {axis} is {value:g} µm/px; it must lie between "
                    f"{MIN_UM_PER_PX} and {MAX_UM_PER_PX} µm/px"
                )
        for axis, u_rel in (("x", self.u_rel_x), ("y", self.u_rel_y)):
            if u_rel is not None and not (math.isfinite(u_rel) and 0 <= u_rel < 1):
                raise ScaleError(f"the relative uncertainty of the scale in {axis} is {u_rel:g}")

    @property
    def u_rel(self) -> float:
        """The larger relative standard uncertainty of the two axes, 0 where none is stated."""
        return max(self.u_rel_x or 0.0, self.u_rel_y or 0.0)

    def to_um(self, xy_px: NDArray[np.floating]) -> NDArray[np.float64]:
        """Convert positions of shape (..., 2) from px to µm."""
        return np.asarray(xy_px, np.float64) * (self.um_per_px_x, self.um_per_px_y)

    def to_px(self, xy_um: NDArray[np.floating]) -> NDArray[np.float64]:
        """Convert positions of shape (..., 2) from µm to px."""
        return np.asarray(xy_um, np.float64) / (self.um_per_px_x, self.um_per_px_y)


def entered_scale(
    values: Sequence[float], pixel_aspect: Fraction | None, source: str, says: str = "file"
) -> Scale:
    """Return a scale that a person entered: x and y, or x alone.

    Args:
        values: µm per pixel in x, and in y if it was given.
        pixel_aspect: Width of a pixel divided by its height, as the recording or the optics say;
            from it y follows where x alone was entered. Without it pixels are taken to be square.
        source: Who entered it.
        says: What says the pixel's shape, for the record.

    Raises:
        ScaleError: If a value is outside the range of light microscopes.
    """
    if len(values) == 2 or pixel_aspect is None or pixel_aspect == 1:
        return Scale(values[0], values[-1], source)
    aspect = f"{pixel_aspect.numerator}:{pixel_aspect.denominator}"
    source = f"{source} for x; y by the pixel aspect {aspect} of the {says}"
    return Scale(values[0], values[0] / float(pixel_aspect), source)
