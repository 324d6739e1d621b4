"""How one cell moves: the measures of CASA, and the progress by which it is graded."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from inference.smoothing import Window, average_path, point_noise_um
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
            1 % less is let pass, for clocks that are not quite true.
        min_path_um_s: Below this VAP there is no path to take a ratio of.
        bent: A path whose net way is less than this share of its length is bent.
        circle_um: A bent path is a large circle, and progressive, if it leads this far off.
    """

    window_s: float = 0.1
    progress_s: float = 1.0
    min_duration_s: float = 0.5
    min_rate_hz: float = 50.0
    min_path_um_s: float = 5.0
    bent: float = 0.7
    circle_um: float = 10.0


@dataclass(frozen=True, slots=True)
class Kinematics:
    """The measures of one track, localisation noise taken off; None where they are not supported.

    Attributes:
        duration_s: Time over which the cell was seen.
        rate_hz: Frame rate, on which VCL and what comes from it depend.
        noise_um: Standard deviation of a single position, per axis.
        progress_um_s: What the cell is graded on: net way in 1 s, averaged over the track; for
            large circles the largest way from any starting point within 1 s.
        wobble_um: Root mean square distance from the mean path over 1 s, per axis.
        vcl_um_s: Curvilinear velocity: length of the path by time.
        vsl_um_s: Straight-line velocity: first to last place by time.
        vap_um_s: Average-path velocity: length of the average path by time.
        linearity: LIN = VSL / VCL.
        straightness: STR = VSL / VAP.
        wobble_ratio: WOB = VAP / VCL.
        alh_um: Amplitude of lateral head displacement: twice the mean of the largest distances
            from the average path between two crossings.
        bcf_hz: Beat-cross frequency: crossings of the average path by time.
        mad_deg: Mean absolute turning angle of the curvilinear path.
    """

    duration_s: float
    rate_hz: float
    noise_um: float
    progress_um_s: float
    wobble_um: float
    vcl_um_s: float | None = None
    vsl_um_s: float | None = None
    vap_um_s: float | None = None
    linearity: float | None = None
    straightness: float | None = None
    wobble_ratio: float | None = None
    alh_um: float | None = None
    bcf_hz: float | None = None
    mad_deg: float | None = None


def measure(
    track: Track,
    drift_um_s: NDArray[np.float64] | None = None,
    noise_um: float | None = None,
    settings: KinematicSettings | None = None,
) -> Kinematics:
    """Measure one track, by the definitions of WHO 2021 and Mortimer et al. 2015.

    Bridged points are left out and times are taken as they are, so lost frames do not make a
    cell faster.

    Args:
        track: The cell through time, two points or more.
        drift_um_s: Velocity of the field, taken off, shape (2,).
        noise_um: Localisation noise of the field, per axis. A swimmer's own wobble looks like
            noise, so the smaller of this and the track's own is used.
        settings: What the measures are taken over; the defaults if None.
    """
    settings = settings or KinematicSettings()
    seen = ~track.interpolated
    time_s, xy_um = track.time_s[seen], track.xy_um[seen]
    if drift_um_s is not None:
        xy_um = xy_um - (time_s - time_s[0])[:, None] * drift_um_s
    own_um = point_noise_um(time_s, xy_um)
    noise = own_um if noise_um is None else min(own_um, noise_um)
    return _measure(_Path(time_s, xy_um, noise), settings)


@dataclass(frozen=True, slots=True, eq=False)
class _Path:
    """A path as it was seen: times (n,), places (n, 2) and the noise of a place."""

    time_s: NDArray[np.float64]
    xy_um: NDArray[np.float64]
    noise_um: float

    @property
    def duration_s(self) -> float:
        return float(self.time_s[-1] - self.time_s[0])

    @property
    def rate_hz(self) -> float:
        return float(1 / np.median(np.diff(self.time_s)))

    def way_um(self, begin: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
        """Distance between places (..., 2), without what their noise adds to it on average."""
        squared = ((end - begin) ** 2).sum(-1) - 4 * self.noise_um**2
        way: NDArray[np.float64] = np.sqrt(np.maximum(0.0, squared))
        return way

    def speed_um_s(self, step_noise_um: float) -> float:
        """Length of the path by time, without what noise adds to the steps on average."""
        steps_um2 = (np.diff(self.xy_um, axis=0) ** 2).sum(1)
        mean_um2 = float(steps_um2.mean())
        if mean_um2 <= 4 * step_noise_um**2:
            return 0.0
        real = np.sqrt(1 - 4 * step_noise_um**2 / mean_um2)
        return float(real * np.sqrt(steps_um2).sum() / self.duration_s)


def _measure(path: _Path, settings: KinematicSettings) -> Kinematics:
    window = Window.of(path.time_s, settings.window_s)
    smooth = average_path(path.time_s, path.xy_um, window)
    average = _Path(path.time_s, smooth, path.noise_um * window.noise_share)
    vap = average.speed_um_s(path.noise_um * window.step_noise_share)
    basic = Kinematics(
        duration_s=path.duration_s,
        rate_hz=path.rate_hz,
        noise_um=path.noise_um,
        progress_um_s=_progress(average, vap, settings),
        wobble_um=_wobble(path, settings.progress_s),
    )
    if path.duration_s < settings.min_duration_s:
        return basic
    vcl = path.speed_um_s(path.noise_um)
    vsl = float(path.way_um(path.xy_um[0], path.xy_um[-1])) / path.duration_s
    speeds = replace(basic, vcl_um_s=vcl, vsl_um_s=vsl, vap_um_s=vap)
    if min(vap, vcl) < settings.min_path_um_s:
        return speeds
    speeds = replace(speeds, straightness=min(1.0, vsl / vap))
    if path.rate_hz < 0.99 * settings.min_rate_hz:
        return speeds
    return _with_beat(speeds, vcl, path, average)


def _with_beat(known: Kinematics, vcl: float, path: _Path, average: _Path) -> Kinematics:
    """Add what only a high frame rate can show."""
    vsl, vap = known.vsl_um_s or 0.0, known.vap_um_s or 0.0
    alh, bcf = _beat(path, average)
    return replace(
        known,
        linearity=min(1.0, vsl / vcl),
        wobble_ratio=min(1.0, vap / vcl),
        alh_um=alh,
        bcf_hz=bcf,
        mad_deg=_turning_deg(path.xy_um),
    )


def _progress(average: _Path, vap_um_s: float, settings: KinematicSettings) -> float:
    """Net way in 1 s, averaged over the track; for large circles the farthest way within 1 s."""
    span_s = min(settings.progress_s, average.duration_s)
    starts = average.time_s <= average.time_s[-1] - span_s + 1e-9
    lags_s = span_s * np.arange(1, 11) / 10
    later_s = average.time_s[starts][:, None] + lags_s
    places = np.stack(
        [np.interp(later_s, average.time_s, axis) for axis in average.xy_um.T], axis=-1
    )
    ways_um = average.way_um(average.xy_um[starts][:, None], places)
    net_um_s = float(ways_um[:, -1].mean()) / span_s
    farthest_um = float(ways_um.max(axis=1).mean())
    if net_um_s < settings.bent * vap_um_s and farthest_um >= settings.circle_um:
        return farthest_um / span_s
    return net_um_s


def _wobble(path: _Path, window_s: float) -> float:
    """Root mean square distance from the mean path, per axis, without the noise of the points."""
    window = Window.of(path.time_s, window_s)
    off_um = path.xy_um - average_path(path.time_s, path.xy_um, window)
    return float(np.sqrt(max(0.0, float((off_um**2).mean()) - path.noise_um**2)))


def _beat(path: _Path, average: _Path) -> tuple[float | None, float]:
    """Return ALH in µm (None without a full half-wave) and BCF in Hz."""
    course = np.gradient(average.xy_um, axis=0)
    off = path.xy_um - average.xy_um
    length = np.hypot(course[:, 0], course[:, 1])
    across = course[:, 0] * off[:, 1] - course[:, 1] * off[:, 0]
    lateral = np.divide(across, length, out=np.zeros_like(across), where=length > 0)
    crossings = np.flatnonzero(np.diff(np.signbit(lateral))) + 1
    bcf = len(crossings) / path.duration_s
    if len(crossings) < 2:
        return None, bcf
    # Only half-waves that were seen whole: between the first and the last crossing.
    peaks = np.maximum.reduceat(np.abs(lateral[: crossings[-1]]), crossings[:-1])
    return float(2 * peaks.mean()), bcf


def _turning_deg(xy_um: NDArray[np.float64]) -> float | None:
    steps = np.diff(xy_um, axis=0)
    steps = steps[(steps != 0).any(axis=1)]
    if len(steps) < 2:
        return None
    before, after = steps[:-1], steps[1:]
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    turns = np.arctan2(cross, (before * after).sum(1))
    return float(np.degrees(np.abs(turns).mean()))
