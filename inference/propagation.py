"""Standard uncertainty carried from the places of a path to the speeds taken from it.

The law of propagation (JCGM 100:2008, 5.1.2): every value keeps its slopes to the places and to
the noise, so that a ratio of two speeds of one path knows how far their errors are the same.
"""

from dataclasses import dataclass
from math import hypot

import numpy as np
from numpy.typing import NDArray

from inference.gaps import Gaps
from inference.measured import Measure
from inference.path_noise import STEPS, Noise, chord
from inference.smoothing import AveragePath


@dataclass(frozen=True, slots=True, eq=False)
class Carried:
    """A value with its slopes.

    Attributes:
        value: The value.
        by_place: Its slopes to the places of the path, per µm, shape (n, 2).
        by_noise: Its slope to the standard deviation of the noise, per µm.
    """

    value: float
    by_place: NDArray[np.float64]
    by_noise: float = 0.0

    def over(self, other: "Carried") -> "Carried":
        """Return the ratio to another value of the same path, not 0."""
        ratio = self.value / other.value
        return Carried(
            ratio,
            (self.by_place - ratio * other.by_place) / other.value,
            (self.by_noise - ratio * other.by_noise) / other.value,
        )

    def measure(self, noise: Noise, u_rel: float = 0.0, most: float = np.inf) -> Measure:
        """Return the value, `most` at most, with its standard uncertainty.

        Args:
            noise: Noise of the places.
            u_rel: A further relative standard uncertainty, such as that of the scale.
            most: Limit of what is possible, such as 1 for a share.
        """
        random = noise.rms_um * float(np.linalg.norm(self.by_place))
        u = hypot(random, self.by_noise * noise.u_um, self.value * u_rel)
        return Measure(min(most, self.value), u)


def straight_speed(
    time_s: NDArray[np.float64], xy_um: NDArray[np.float64], noise: Noise
) -> Carried:
    """Return the first-to-last distance by time in µm/s; its square is free of noise on average."""
    duration_s = float(time_s[-1] - time_s[0])
    way_um = xy_um[-1] - xy_um[0]
    length_um = float(np.hypot(*way_um))
    true_um = np.sqrt(max(0.0, length_um**2 - 4 * noise.um**2))
    by_place = np.zeros_like(xy_um)
    by_place[-1] = way_um / length_um / duration_s if length_um > 0 else (1 / duration_s, 0)
    by_place[0] = -by_place[-1]
    return Carried(float(true_um) / duration_s, by_place)


def path_speed(xy_um: NDArray[np.float64], gaps: Gaps, seen_s: float, noise: Noise) -> Carried:
    """Return the length of a path by time in µm/s, without what noise adds to the steps.

    Steps over a gap are left out with their time: a chord is shorter than the path.

    Args:
        xy_um: Places as seen, shape (n, 2).
        gaps: Where it was not seen.
        seen_s: Time without the gaps.
        noise: Noise of the places.
    """
    steps = _Steps.of(xy_um, ~gaps.lost)
    return _speed(steps, steps.by_place, float(np.sqrt(2)), noise, seen_s)


def smooth_speed(average: AveragePath, duration_s: float, noise: Noise) -> Carried:
    """Return the length of a smoothed path by time in µm/s, without what noise adds to it.

    Chords over gaps count: a smoothed path hardly bends there, and wavers at its ends.

    Args:
        average: The smoothed path.
        duration_s: Time from its first to its last place.
        noise: Noise of the places before.
    """
    steps = _Steps.of(average.smooth_um, np.ones(len(average.smooth_um) - 1, bool))
    share = float(np.sqrt(2)) * average.smoother.window.step_noise_share
    return _speed(steps, average.back(steps.by_place), share, noise, duration_s)


@dataclass(frozen=True, slots=True, eq=False)
class _Steps:
    """Number, mean length and mean square of the steps; slopes of their sum to places (n, 2)."""

    count: int
    mean_um: float
    square_um2: float
    by_place: NDArray[np.float64]

    @classmethod
    def of(cls, xy_um: NDArray[np.float64], counted: NDArray[np.bool_]) -> "_Steps":
        steps_um = np.diff(xy_um, axis=0)[counted]
        lengths_um = np.hypot(steps_um[:, 0], steps_um[:, 1])[:, None]
        course = np.divide(steps_um, lengths_um, out=np.zeros_like(steps_um), where=lengths_um > 0)
        by_place = np.zeros_like(xy_um)
        by_place[1:][counted] = course
        by_place[:-1][counted] -= course
        square_um2 = float((lengths_um**2).mean())
        return cls(len(steps_um), float(lengths_um.mean()), square_um2, by_place)

    def even_um(self, noise_um: float) -> float:
        """Mean length that evenly long steps of the same true mean would show."""
        least_um = STEPS.of_noise * noise_um
        seen_um = max(self.mean_um, least_um)
        true_um2 = max(0.0, self.square_um2 - 2 * noise_um**2)
        return max(least_um, seen_um - STEPS.uneven(seen_um, true_um2, noise_um))

    def true_um(self, noise_um: float) -> float:
        """Mean length without the noise of a step, per axis."""
        return STEPS.without(self.even_um(noise_um), noise_um)


def _speed(
    steps: _Steps,
    by_place: NDArray[np.float64],
    share: float,
    noise: Noise,
    time_s: float,
) -> Carried:
    """Return a speed from its steps in a time, whose noise per axis is `share` of a place's.

    The slopes are those of chords over one standard uncertainty: where the steps drown in noise,
    the curve is too bent for its tangent.
    """
    step_noise_um = share * noise.um
    even_um = steps.even_um(step_noise_um)
    true_um = STEPS.without(even_um, step_noise_um)
    by_place = by_place * _once(steps, by_place, true_um, step_noise_um, noise)
    u_um = noise.rms_um * float(np.linalg.norm(by_place)) / steps.count
    by_mean = chord(lambda off: STEPS.without(even_um + off, step_noise_um), u_um)
    by_noise = chord(lambda off: steps.true_um(share * max(0.0, noise.um + off)), noise.u_um)
    per_s = steps.count / time_s
    return Carried(true_um * per_s, by_mean / steps.count * per_s * by_place, -by_noise * per_s)


def _once(
    steps: _Steps,
    by_place: NDArray[np.float64],
    true_um: float,
    step_noise_um: float,
    noise: Noise,
) -> float:
    """Return by how much too large the slopes are as noise turned the steps they are taken from.

    The expected square of the slopes counts the second-order part of the variance of a length
    twice. For evenly long steps of a line, with neighbours that share a point, that part is
    0.75 n τ⁴ / a² (τ: noise of a step, a: its length) while a is long, and 0.70 n τ² for noise
    alone; between them, τ² / (a² + 1.07 τ²) is within a few per cent of the simulated one.
    """
    whole = noise.rms_um**2 * float((by_place**2).sum())
    if whole <= 0 or step_noise_um <= 0:
        return 1.0
    share = step_noise_um**2 / (true_um**2 + 1.07 * step_noise_um**2)
    twice = 1.5 * steps.count * step_noise_um**2 * share
    return float(np.sqrt(1 - min(twice, whole) / whole / 2))
