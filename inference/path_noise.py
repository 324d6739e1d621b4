"""Localisation noise: how large it is, and what it adds to lengths and turns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import hypot, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf, i0e, i1e

from inference.smoothing import MIN_DIFFERENCES, spread_um, third_differences

# Cells differ in focus and brightness, so the noise of the field is not quite that of a cell.
BETWEEN_CELLS = 0.1
# Assumed where neither the track nor its field has points enough to tell.
_UNKNOWN_UM = 0.2
# Standard deviation of the estimate from m third differences in two axes, times √m: 1.16 for the
# median of independent values (37 % efficiency), more as neighbours share points. Simulated.
_SAMPLING = 1.1


@dataclass(frozen=True, slots=True)
class Noise:
    """Standard deviation of a single place, per axis, and its standard uncertainty.

    Attributes:
        um: Best estimate, taken off what it adds to lengths.
        u_um: Standard uncertainty of it.
    """

    um: float
    u_um: float

    @property
    def rms_um(self) -> float:
        """What a place may be off by, the doubt about the noise included."""
        return hypot(self.um, self.u_um)

    @classmethod
    def of_field(cls, own_um: Sequence[float]) -> "Noise | None":
        """Return the noise of a field from those of its tracks; None without any above 0.

        A head's own wobble looks like noise, so it is that of the calm quarter. Where nearly all
        cells swim the calm quarter swims too: then the calmest lie far below, and it is in doubt.
        """
        measured = [one for one in own_um if one > 0]
        if not measured:
            return None
        calmest, calm = (float(one) for one in np.quantile(measured, (0.05, 0.25)))
        return cls(calm, max(BETWEEN_CELLS * calm, calm - calmest))

    @classmethod
    def of(
        cls, time_s: NDArray[np.float64], xy_um: NDArray[np.float64], field: "Noise | None"
    ) -> "Noise":
        """Return the noise of a track at times (n,) and places (n, 2).

        The track's own estimate is an upper bound: that of the field is used, unless the track's
        lies below it by more than its sampling error. Its own is in doubt by as much as single
        jumps, which the median keeps out, would make it larger.

        Args:
            time_s: Times.
            xy_um: Places.
            field: Noise of the field, None if it is not known.
        """
        rough_um = third_differences(time_s, xy_um)
        if len(rough_um) < MIN_DIFFERENCES:
            return field or cls(0.0, _UNKNOWN_UM)
        own_um = spread_um(rough_um)
        u_own_um = own_um * _SAMPLING / sqrt(len(rough_um))
        if field is not None and field.um <= own_um + 2 * u_own_um:
            return field
        jumps_um = max(0.0, sqrt(float((rough_um**2).mean())) - own_um)
        return cls(own_um, hypot(u_own_um, BETWEEN_CELLS * own_um, jumps_um))


@dataclass(frozen=True, slots=True, eq=False)
class NoisyMean:
    """The mean length of something whose parts carry normal noise, and the way back from it.

    Everything is in units of the noise and squared: there the curve is nearly straight.

    Attributes:
        true: Squared lengths without noise, rising, shape (n,).
        seen: Squared means that they show with noise, rising, shape (n,).
        excess: What the noise adds to the square of a long one.
    """

    true: NDArray[np.float64]
    seen: NDArray[np.float64]
    excess: float

    @classmethod
    def of(
        cls, mean: Callable[[NDArray[np.float64]], NDArray[np.float64]], excess: float
    ) -> "NoisyMean":
        """Tabulate a mean as a function of the true length, both in units of the noise."""
        true = np.linspace(0, 30, 1500)
        return cls(true**2, mean(true) ** 2, excess)

    @property
    def of_noise(self) -> float:
        """Mean length that noise alone shows, in units of it."""
        return sqrt(float(self.seen[0]))

    def without(self, seen: float, noise: float) -> float:
        """Return the true length of a mean length that was seen, 0 if noise alone shows as much.

        Exact where all parts are equally long; see `uneven`.
        """
        seen = max(0.0, seen)
        if noise <= 1e-9 * seen:
            return seen
        square = (seen / noise) ** 2
        if square > self.seen[-1]:
            return noise * sqrt(square - self.excess)
        return noise * sqrt(float(np.interp(square, self.seen, self.true)))

    def uneven(self, seen: float, square: float, noise: float) -> float:
        """Return what unevenness of the parts adds to the mean length that noise lets see.

        As for two lengths that are equally frequent (Gauss's rule of two points), the shorter
        at least 0.

        Args:
            seen: Mean length as seen.
            square: Mean square of the true lengths.
            noise: Noise of a part.
        """
        true = self.without(seen, noise)
        spread = min(true, sqrt(max(0.0, square - true**2)))
        if noise <= 1e-9 * seen or spread == 0:
            return 0.0
        lengths = np.array([true - spread, true + spread, true]) / noise
        low, high, middle = np.sqrt(np.interp(lengths**2, self.true, self.seen))
        return max(0.0, noise * float((low + high) / 2 - middle))


def chord(value: Callable[[float], float], off: float) -> float:
    """Return the size of the steeper slope of a function from 0 to `off` on either side.

    Where noise drowns a length, the curve is too bent for its tangent. 1 for no way off.
    """
    if off <= 0:
        return 1.0
    middle = value(0.0)
    return max(abs(value(-off) - middle), abs(value(off) - middle)) / off


def _rice_mean(length: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean length of a vector with unit noise on both axes (Rice 1945, § 3.10)."""
    half = length**2 / 2
    mean: NDArray[np.float64] = np.sqrt(np.pi / 2) * (
        (1 + half) * i0e(half / 2) + half * i1e(half / 2)
    )
    return mean


def _folded_mean(size: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean size of a number with unit noise (Leone, Nelson and Nottingham 1961)."""
    mean: NDArray[np.float64] = np.sqrt(2 / np.pi) * np.exp(-(size**2) / 2) + size * erf(
        size / np.sqrt(2)
    )
    return mean


STEPS = NoisyMean.of(_rice_mean, excess=1.0)
"""Lengths of steps, noise on both axes."""

ANGLES = NoisyMean.of(_folded_mean, excess=0.0)
"""Sizes of angles."""
