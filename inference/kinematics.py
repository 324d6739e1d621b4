"""How one cell moves: the measures of CASA, and the progress by which it is graded."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.beat import Swing, amplitude_and_frequency, mean_turn
from inference.gaps import Gaps
from inference.measured import Measure, Measured, Withheld
from inference.path_noise import Noise
from inference.progress import ProgressRule, progress
from inference.propagation import Carried, path_speed, smooth_speed, straight_speed
from inference.smoothing import AveragePath, Smoother
from inference.tracks import Track


@dataclass(frozen=True, slots=True)
class KinematicSettings:
    """What the measures are taken over and what they need.

    Attributes:
        window_s: Width of the window that gives the average path, a time and not a number of
            points, so that the answer does not hang on the frame rate.
        progress_s: Time over which progress is judged.
        min_duration_s: Shorter tracks have no measures but progress.
        min_rate_hz: Below this frame rate the measures of the curvilinear path are withheld;
            1 % less is let pass, for clocks that are not quite true, and 10 % less of the rate at
            which a cell was seen, for frames in which it was missed.
        most_lost: With more of its time in gaps than this share, the beat of a head is withheld.
        min_path_um_s: Below this VAP there is no path to take a ratio of.
        bent: A path whose net way is less than this share of its length is bent.
        circle_um: A bent path is a large circle, and progressive, if it leads this far off.
    """

    window_s: float = 0.1
    progress_s: float = 1.0
    min_duration_s: float = 0.5
    min_rate_hz: float = 50.0
    most_lost: float = 0.1
    min_path_um_s: float = 5.0
    bent: float = 0.7
    circle_um: float = 10.0


_UNMEASURED = Withheld("not measured")


@dataclass(frozen=True, slots=True)
class Kinematics:
    """The measures of one track, localisation noise taken off.

    A measure has a value and its standard uncertainty, which holds the localisation noise, the
    doubt about that noise and, for lengths and speeds, the scale; or it is withheld, and says why.
    It describes the path in the time that it was seen, at the frame rate at which it was seen.

    Attributes:
        duration_s: Time over which the cell was seen.
        rate_hz: Rate at which the cell was seen, the frame rate unless frames were lost.
        noise_um: Standard deviation of a single position, per axis.
        progress_um_s: What the cell is graded on: net way in 1 s, averaged over the track; for
            large circles the farthest way within 1 s, averaged over starting points.
        wobble_um: Root mean square distance from the mean path over 1 s, per axis.
        progress_u_um_s: Standard uncertainty of `progress_um_s`.
        vcl_um_s: Curvilinear velocity: length of the path by time, without gaps.
        vsl_um_s: Straight-line velocity: first to last place by time.
        vap_um_s: Average-path velocity: length of the average path by time.
        linearity: LIN = VSL / VCL.
        straightness: STR = VSL / VAP.
        wobble_ratio: WOB = VAP / VCL.
        alh_um: Amplitude of lateral head displacement: twice the mean of the largest distances
            from the average path between two crossings.
        bcf_hz: Beat-cross frequency: crossings of the average path by time, without gaps.
        mad_deg: Mean absolute turning angle of the curvilinear path.
    """

    duration_s: float
    rate_hz: float
    noise_um: float
    progress_um_s: float
    wobble_um: float
    progress_u_um_s: float = 0.0
    vcl_um_s: Measured = _UNMEASURED
    vsl_um_s: Measured = _UNMEASURED
    vap_um_s: Measured = _UNMEASURED
    linearity: Measured = _UNMEASURED
    straightness: Measured = _UNMEASURED
    wobble_ratio: Measured = _UNMEASURED
    alh_um: Measured = _UNMEASURED
    bcf_hz: Measured = _UNMEASURED
    mad_deg: Measured = _UNMEASURED


MEASURES = tuple(one.name for one in fields(Kinematics) if one.default is _UNMEASURED)
"""Names of the measures that may be withheld, in their order: three speeds, then shapes."""
_SHAPES = MEASURES[3:]
_FINE = tuple(name for name in _SHAPES if name != "straightness")
_BEAT = ("alh_um", "bcf_hz", "mad_deg")


def measure(
    track: Track,
    noise: Noise | None = None,
    settings: KinematicSettings | None = None,
    scale_u_rel: float = 0.0,
) -> Kinematics:
    """Measure one track, by the definitions of WHO 2021 and Mortimer et al. 2015.

    Bridged points are left out and times are taken as they are, so lost frames do not make a
    cell faster.

    Args:
        track: The cell through time, two points or more, in a field that does not move
            (`FieldMotion.steadied`).
        noise: Localisation noise of the field. A swimmer's own wobble looks like noise, so
            without it the speeds of a swimmer come out a little low.
        settings: What the measures are taken over; the defaults if None.
        scale_u_rel: Relative standard uncertainty of the scale, for lengths and speeds.
    """
    seen = ~track.interpolated
    time_s, xy_um = track.time_s[seen], track.xy_um[seen]
    own = Noise.of(time_s, xy_um, noise)
    return _measure(_Path.of(time_s, xy_um, own, scale_u_rel, settings or KinematicSettings()))


@dataclass(frozen=True, slots=True, eq=False)
class _Path:
    """A path as it was seen and smoothed: times (n,), places and smoothed places (n, 2).

    What a cell gets on is read from `smooth_um`, into which nothing was bridged.
    """

    time_s: NDArray[np.float64]
    xy_um: NDArray[np.float64]
    smooth_um: NDArray[np.float64]
    smoother: Smoother
    average: AveragePath
    gaps: Gaps
    noise: Noise
    scale_u_rel: float
    settings: KinematicSettings

    @classmethod
    def of(
        cls,
        time_s: NDArray[np.float64],
        xy_um: NDArray[np.float64],
        noise: Noise,
        scale_u_rel: float,
        settings: KinematicSettings,
    ) -> "_Path":
        smoother = Smoother.of(time_s, settings.window_s)
        smooth = smoother.smooth(xy_um)
        gaps = Gaps.of(time_s, smoother.window.step_s)
        average = AveragePath(smooth, smoother)
        if gaps.lost.any():
            average = AveragePath.bridged(time_s, xy_um, gaps, settings.window_s)
        return cls(time_s, xy_um, smooth, smoother, average, gaps, noise, scale_u_rel, settings)

    @property
    def duration_s(self) -> float:
        return float(self.time_s[-1] - self.time_s[0])

    @property
    def seen_s(self) -> float:
        return self.duration_s - self.gaps.lost_s

    @property
    def rate_hz(self) -> float:
        return (len(self.time_s) - 1) / self.duration_s


def _measure(path: _Path) -> Kinematics:
    vap = smooth_speed(path.average, path.duration_s, path.noise)
    moved = _progress(path, vap.value)
    basic = Kinematics(
        duration_s=path.duration_s,
        rate_hz=path.rate_hz,
        noise_um=path.noise.um,
        progress_um_s=moved.value,
        wobble_um=_wobble(path),
        progress_u_um_s=moved.u,
    )
    needed_s = path.settings.min_duration_s
    if path.duration_s < needed_s - 1e-9:
        short = f"seen for {path.duration_s:.3g} s and this needs {needed_s:g} s"
        return _withholding(basic, MEASURES, short)
    return _with_speeds(basic, path, vap)


def _withholding(known: Kinematics, names: Sequence[str], reason: str) -> Kinematics:
    withheld: dict[str, Any] = dict.fromkeys(names, Withheld(reason))
    return replace(known, **withheld)


def _with_speeds(known: Kinematics, path: _Path, vap: Carried) -> Kinematics:
    vcl = path_speed(path.xy_um, path.gaps, path.seen_s, path.noise)
    vsl = straight_speed(path.time_s, path.xy_um, path.noise)
    speeds = replace(
        known,
        vcl_um_s=vcl.measure(path.noise, path.scale_u_rel),
        vsl_um_s=vsl.measure(path.noise, path.scale_u_rel),
        vap_um_s=vap.measure(path.noise, path.scale_u_rel),
    )
    least_um_s, needed_um_s = min(vap.value, vcl.value), path.settings.min_path_um_s
    if least_um_s < needed_um_s:
        still = f"its path grows by {least_um_s:.1f} µm/s and this needs {needed_um_s:g} µm/s"
        return _withholding(speeds, _SHAPES, still)
    return _with_shape(speeds, path, vcl, vsl, vap)


def _with_shape(
    known: Kinematics, path: _Path, vcl: Carried, vsl: Carried, vap: Carried
) -> Kinematics:
    """Add STR, and the rest where the frame rate shows the form of the path."""
    straight = replace(known, straightness=vsl.over(vap).measure(path.noise, most=1))
    if coarse := _coarse(path):
        return _withholding(straight, _FINE, coarse)
    fine = replace(
        straight,
        linearity=vsl.over(vcl).measure(path.noise, most=1),
        wobble_ratio=vap.over(vcl).measure(path.noise, most=1),
    )
    lost, most = path.gaps.lost_s / path.duration_s, path.settings.most_lost
    if lost > most:
        torn = f"{100 * lost:.0f} % of its time lies in gaps and this bears {100 * most:g} %"
        return _withholding(fine, _BEAT, torn)
    return _with_beat(fine, path)


def _coarse(path: _Path) -> str:
    """Say why the frames show too little of the form of the path; nothing where they do not."""
    needed_hz = path.settings.min_rate_hz
    if path.gaps.lost.any() and path.rate_hz < 0.9 * needed_hz:
        return f"it was seen at {path.rate_hz:.4g} Hz and this needs {needed_hz:g} Hz"
    frame_rate_hz = 1 / path.gaps.step_s
    if frame_rate_hz < 0.99 * needed_hz:
        return f"the frame rate is {frame_rate_hz:.4g} Hz and this needs {needed_hz:g} Hz"
    return ""


def _with_beat(known: Kinematics, path: _Path) -> Kinematics:
    across_um = path.noise.um * path.smoother.window.off_noise_share
    swing = Swing.of(path.xy_um, path.average.seen_um, across_um, path.gaps, path.seen_s)
    alh, bcf = amplitude_and_frequency(swing, path.scale_u_rel)
    mad = mean_turn(path.xy_um, path.gaps, path.noise)
    return replace(known, alh_um=alh, bcf_hz=bcf, mad_deg=mad)


def _progress(path: _Path, vap_um_s: float) -> Measure:
    rule = ProgressRule(path.settings.progress_s, path.settings.bent, path.settings.circle_um)
    return progress(path.smoother, path.smooth_um, path.noise, vap_um_s, rule, path.scale_u_rel)


def _wobble(path: _Path) -> float:
    """Root mean square distance from the mean path, per axis, without the noise of the points."""
    off_um = path.xy_um - Smoother.of(path.time_s, path.settings.progress_s).smooth(path.xy_um)
    return float(np.sqrt(max(0.0, float((off_um**2).mean()) - path.noise.um**2)))
