"""Progress: how far a cell gets in 1 s, which is what it is graded on."""

from dataclasses import dataclass
from math import hypot

import numpy as np
from numpy.typing import NDArray

from inference.measured import Measure
from inference.path_noise import Noise
from inference.smoothing import Smoother

_LAGS = 10


@dataclass(frozen=True, slots=True)
class ProgressRule:
    """When a cell gets on.

    Attributes:
        span_s: Time over which progress is judged.
        bent: A path whose net way is less than this share of its length is bent.
        circle_um: A bent path is a large circle, and progressive, if it leads this far off.
    """

    span_s: float
    bent: float
    circle_um: float


@dataclass(frozen=True, slots=True, eq=False)
class _Ways:
    """Ways from each start of a smoothed path, the span before its end, to k later instants.

    Attributes:
        starts: Places of the starts in the path, shape (m,).
        before: Places in the path before each instant, shape (m, k).
        part: How far from there to the next place the instant lies, 0 to 1, shape (m, k).
        way_um: From start to instant, shape (m, k, 2).
    """

    starts: NDArray[np.intp]
    before: NDArray[np.intp]
    part: NDArray[np.float64]
    way_um: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        time_s: NDArray[np.float64],
        smooth_um: NDArray[np.float64],
        lags_s: NDArray[np.float64],
    ) -> "_Ways":
        starts = np.flatnonzero(time_s <= time_s[-1] - lags_s[-1] + 1e-9)
        later_s = time_s[starts][:, None] + lags_s
        before = np.minimum(np.searchsorted(time_s, later_s, "right") - 1, len(time_s) - 2)
        part = np.minimum(1, (later_s - time_s[before]) / np.diff(time_s)[before])
        on = part[..., None] * np.diff(smooth_um, axis=0)[before]
        return cls(starts, before, part, smooth_um[before] + on - smooth_um[starts][:, None])

    def lengths_um(self, noise_um: float) -> NDArray[np.float64]:
        """Lengths (m, k), without what the noise of the places adds to their squares."""
        squared = (self.way_um**2).sum(-1) - 4 * noise_um**2
        lengths: NDArray[np.float64] = np.sqrt(np.maximum(0.0, squared))
        return lengths

    def slopes(self, lag: NDArray[np.intp], points: int) -> NDArray[np.float64]:
        """Slopes of the mean way at the lag of each start (m,) to the places, shape (points, 2)."""
        each = np.arange(len(self.starts))
        way_um, part = self.way_um[each, lag], self.part[each, lag][:, None]
        length_um = np.hypot(way_um[:, 0], way_um[:, 1])[:, None]
        course = np.divide(way_um, length_um, out=np.zeros_like(way_um), where=length_um > 0)
        course /= len(each)
        by_place = np.zeros((points, 2))
        by_place[self.starts] -= course
        np.add.at(by_place, self.before[each, lag], (1 - part) * course)
        np.add.at(by_place, self.before[each, lag] + 1, part * course)
        return by_place


def progress(
    smoother: Smoother,
    smooth_um: NDArray[np.float64],
    noise: Noise,
    vap_um_s: float,
    rule: ProgressRule,
    scale_u_rel: float,
) -> Measure:
    """Return the net way in 1 s by time in µm/s, averaged over the track.

    For large circles it is the farthest way within 1 s.

    Args:
        smoother: What smoothed the path; holds its times.
        smooth_um: The average path, shape (n, 2).
        noise: Noise of the places before.
        vap_um_s: Length of the average path by time.
        rule: When a cell gets on.
        scale_u_rel: Relative standard uncertainty of the scale.
    """
    time_s = smoother.clock_s[:, 0]
    span_s = min(rule.span_s, float(time_s[-1] - time_s[0]))
    noise_um = noise.um * smoother.window.noise_share
    ways = _Ways.of(time_s, smooth_um, np.array([span_s]))
    lengths_um = ways.lengths_um(noise_um)
    if lengths_um.mean() < rule.bent * vap_um_s * span_s:
        around = _Ways.of(time_s, smooth_um, span_s * np.arange(1, _LAGS + 1) / _LAGS)
        around_um = around.lengths_um(noise_um)
        if around_um.max(1).mean() >= rule.circle_um:
            ways, lengths_um = around, around_um
    lag = lengths_um.argmax(1)
    chosen_um = lengths_um[np.arange(len(lag)), lag]
    way_um = float(chosen_um.mean())
    slopes = smoother.back(ways.slopes(lag, len(smooth_um)))
    u_um = hypot(
        noise.rms_um * float(np.linalg.norm(slopes)),
        _bend_um(chosen_um, noise, smoother),
        way_um * scale_u_rel,
    )
    return Measure(way_um / span_s, u_um / span_s)


def _bend_um(lengths_um: NDArray[np.float64], noise: Noise, smoother: Smoother) -> float:
    """Return what noise may leave in the mean length (Rice 1945): σ² / length, σ for no length."""
    noise_um = noise.rms_um * smoother.window.noise_share
    left = 2 * noise_um**2 / np.hypot(lengths_um, 2 * noise_um) if noise_um > 0 else lengths_um * 0
    return float(left.mean())
