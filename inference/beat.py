"""The beat of the head about its average path: ALH, BCF and the turning angle MAD."""

from dataclasses import dataclass
from math import degrees, hypot, sqrt

import numpy as np
from numpy.typing import NDArray

from inference.gaps import Gaps
from inference.measured import Measure, Measured, Withheld
from inference.path_noise import ANGLES, Noise

# Below so many times the noise of a place, root mean square, the swing of a head is not told from
# noise.
_RESOLVED = 2.0
# The largest of several noisy distances lies too far out, by 0.25 (50 Hz) to 0.8 (150 Hz) times
# the noise for simulated swimmers.
_PEAK, _PEAK_U = 0.45, 0.25
# With a larger noise of the turns, in rad, a direction means nothing.
_MOST_TURN = 0.5
# Neighbouring turns share two points: their errors add up to at most 1 + 2 (4/6 + 1/6).
_SHARED_TURNS = 2.67


@dataclass(frozen=True, slots=True, eq=False)
class Swing:
    """Where the head lies across its average path.

    Attributes:
        across_um: Distances from the average path, to its left positive, shape (n,).
        noise_um: What the noise of a place makes of such a distance.
        after_gaps: Places in the path of the first points after a gap.
        seen_s: Time from the first to the last, without the gaps.
    """

    across_um: NDArray[np.float64]
    noise_um: float
    after_gaps: NDArray[np.intp]
    seen_s: float

    @classmethod
    def of(
        cls,
        xy_um: NDArray[np.float64],
        smooth_um: NDArray[np.float64],
        noise_um: float,
        gaps: Gaps,
        seen_s: float,
    ) -> "Swing":
        """Return the swing of a path (n, 2) about its average path (n, 2)."""
        course = np.gradient(smooth_um, axis=0)
        off = xy_um - smooth_um
        length = np.hypot(course[:, 0], course[:, 1])
        across = course[:, 0] * off[:, 1] - course[:, 1] * off[:, 0]
        lateral = np.divide(across, length, out=np.zeros_like(across), where=length > 0)
        return cls(lateral, noise_um, gaps.ends, seen_s)

    @property
    def unresolved(self) -> Withheld | None:
        """Why the swing cannot be told from noise; None where it can."""
        # About its mean: the average path of a circle runs inside the circle, which is no beat.
        size_um = sqrt(max(0.0, float(self.across_um.var()) - self.noise_um**2))
        if size_um > _RESOLVED * self.noise_um + 1e-6:
            return None
        return Withheld(
            f"the head swings by {size_um:.1f} µm and the noise of a place is "
            f"{self.noise_um:.1f} µm"
        )

    def half_waves(self, limit_um: float) -> tuple[int, NDArray[np.float64]]:
        """Return the crossings of the average path, and the peak of each half-wave seen whole.

        A head has crossed when it is beyond a limit on the other side; what happens in a gap is
        not seen.
        """
        runs = np.split(self.across_um, self.after_gaps)
        every = [_half_waves(run, limit_um) for run in runs]
        return sum(crossings for crossings, _ in every), np.concatenate([one for _, one in every])


def _half_waves(across_um: NDArray[np.float64], limit_um: float) -> tuple[int, NDArray[np.float64]]:
    off_um = across_um[np.abs(across_um) > limit_um]
    crossings = np.flatnonzero(np.diff(np.signbit(off_um))) + 1
    if len(crossings) < 2:
        return len(crossings), np.empty(0)
    peaks = np.maximum.reduceat(np.abs(off_um[: crossings[-1]]), crossings[:-1])
    return len(crossings), peaks


def amplitude_and_frequency(swing: Swing, scale_u_rel: float) -> tuple[Measured, Measured]:
    """Return ALH in µm and BCF in Hz (WHO 2021; Mortimer et al. 2015).

    ALH is twice the mean of the largest distances between two crossings; the relative standard
    uncertainty of the scale is part of its own.
    """
    if unresolved := swing.unresolved:
        return unresolved, unresolved
    crossings, peaks_um = swing.half_waves(swing.noise_um)
    # Noise adds crossings and hides no large half-wave: the truth lies between these two counts.
    most, all_peaks_um = swing.half_waves(0.0)
    doubtful = most - crossings
    bcf = Measure(crossings / swing.seen_s, sqrt((0.5 + doubtful**2) / 3) / swing.seen_s)
    if not len(peaks_um):
        return Withheld("its path does not cross its average path twice"), bcf
    alh_um = 2 * (float(peaks_um.mean()) - _PEAK * swing.noise_um)
    doubt_um = 2 * float(peaks_um.mean() - all_peaks_um.mean()) / sqrt(3)
    u_um = 2 * swing.noise_um * hypot(1 / sqrt(len(peaks_um)), _PEAK_U)
    return Measure(alh_um, hypot(u_um, doubt_um, alh_um * scale_u_rel)), bcf


def mean_turn(xy_um: NDArray[np.float64], gaps: Gaps, noise: Noise) -> Measured:
    """Return MAD in degrees: the mean absolute turn between the steps of a path (n, 2).

    Steps over gaps have no turns. What the noise of the places adds to the mean turn is taken off.
    """
    steps = np.diff(xy_um, axis=0)
    moved = (steps != 0).any(axis=1)
    steps, seen = steps[moved], ~gaps.lost[moved]
    pairs = seen[:-1] & seen[1:]
    if not pairs.any():
        return Withheld("it does not move from frame to frame")
    before, after = steps[:-1][pairs], steps[1:][pairs]
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    turns = np.abs(np.arctan2(cross, (before * after).sum(1)))
    a, b = np.hypot(*before.T), np.hypot(*after.T)
    # For steps that go nearly straight on; about 1.5 rad are the turns of noise alone.
    per_um = np.sqrt(2 / a**2 + 2 / b**2 + 2 / (a * b))
    noisy = float(np.minimum(noise.um * per_um, 1.5).mean())
    if noisy > _MOST_TURN:
        return Withheld("its steps are too short, against the noise of a place, to have directions")
    seen = float(turns.mean())
    true = ANGLES.without(seen, noisy)
    random = float(np.minimum(noise.rms_um * per_um, 1.5).mean()) * sqrt(_SHARED_TURNS / len(turns))
    # What was taken off is right for even turns only, so the whole of it is in doubt.
    return Measure(degrees(true), degrees(hypot(random, seen - true)))
