"""How the whole field moves: drift, from what does not swim, and the stage's vibration."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import pdtrc

from inference.smoothing import Smoother
from inference.tracks import Track

# Every sample is compared with every other: more than this many are thinned.
FLOW_COMPARED = 1500


@dataclass(frozen=True, slots=True)
class DriftSettings:
    """What is taken for a cell that does not swim.

    Attributes:
        min_duration_s: Shorter tracks say too little.
        unrest_um: A cell that strays further than this from a straight, even path moves by itself.
        spread_um_s: Cells that do not swim agree in velocity within this.
        min_cells: So many must agree,
        surety: and more than chance lets agree anywhere in one of so many fields.
        swimmers_um_s: Velocities of cells that swim are scattered at least so far.
        max_um_s: Nothing that lies still drifts faster.
        sure_cells: Where fewer cells agree, whatever else lies about is asked first.
        flow_share: The drift is what this share of all that lies about agrees in,
        flow_lead: or so many times as much of it as in any other velocity,
        flow_samples: from so many samples on.
        fine_um_s: Where swimmers are many, what lies still is sought among samples that agree so
            closely, as what lies still does and hardly any swimmer,
        fine_samples: from so many on, more than one even swimmer gives in five seconds.
        sure_sigmas: What all cells do on average is drift if it differs so clearly from rest.
    """

    min_duration_s: float = 0.9
    unrest_um: float = 0.6
    spread_um_s: float = 1.2
    min_cells: int = 3
    surety: float = 20.0
    swimmers_um_s: float = 10.0
    max_um_s: float = 40.0
    sure_cells: int = 8
    flow_share: float = 0.25
    flow_lead: float = 2.5
    flow_samples: int = 12
    fine_um_s: float = 0.4
    fine_samples: int = 24
    sure_sigmas: float = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class StraightFit:
    """Straight, even paths through n tracks.

    Attributes:
        duration_s: How long each was seen, shape (n,).
        velocity_um_s: Velocity of each, shape (n, 2).
        stray_um: Root mean square distance of each from its path, per axis, shape (n,).
    """

    duration_s: NDArray[np.float64]
    velocity_um_s: NDArray[np.float64]
    stray_um: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class CommonVelocity:
    """A velocity that several cells share.

    Attributes:
        um_s: The velocity, shape (2,).
        cells: How many agree in it.
    """

    um_s: NDArray[np.float64]
    cells: int


@dataclass(frozen=True, slots=True)
class ShakeSettings:
    """What is taken for a vibration of the stage.

    Attributes:
        window_s: Slower motion than this is the cells' own, or drift.
        min_cells: So many cells must be seen at an instant.
        surety: The cells must agree so much better than chance.
    """

    window_s: float = 1.0
    min_cells: int = 6
    surety: float = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class FieldMotion:
    """How the whole field moves.

    Attributes:
        velocity_um_s: Even drift, shape (2,); None where nothing shows it.
        time_s: Times of the frames, shape (n,).
        shake_um: Where a vibration of the stage puts the picture, shape (n, 2); zeros if the
            stage is steady.
    """

    velocity_um_s: NDArray[np.float64] | None
    time_s: NDArray[np.float64]
    shake_um: NDArray[np.float64]

    @property
    def shake_rms_um(self) -> float:
        """Root mean square of the vibration."""
        return float(np.sqrt((self.shake_um**2).sum(1).mean())) if len(self.shake_um) else 0.0

    def steadied(self, track: Track) -> Track:
        """Return the track as it would be in a field that does not move."""
        moved = np.zeros_like(track.xy_um)
        if self.shake_um.any():
            at = np.searchsorted(self.time_s, track.time_s).clip(0, len(self.time_s) - 1)
            moved += self.shake_um[at]
        if self.velocity_um_s is not None:
            moved += (track.time_s - track.time_s[0])[:, None] * self.velocity_um_s
        return replace(track, xy_um=track.xy_um - moved)


def measure_field_motion(
    tracks: Sequence[Track],
    time_s: NDArray[np.float64],
    flow_um_s: NDArray[np.float64],
    still_activity: float = np.inf,
    settings: DriftSettings | None = None,
) -> FieldMotion:
    """Measure drift and vibration of a field.

    The vibration comes first: it bends every path, so that none would pass for a quiet one, and
    what lies about is followed too seldom to be believed under it.

    Args:
        tracks: Its cells.
        time_s: Times of its frames, shape (n,).
        flow_um_s: Velocities of whatever lies about, shape (m, 2).
        still_activity: Cells of this activity or more move by themselves.
        settings: What is taken for a cell that does not swim; the defaults if None.
    """
    shaking = FieldMotion(None, time_s, measure_shake(tracks, time_s))
    calm = [shaking.steadied(track) for track in tracks]
    flow = None if shaking.shake_rms_um else flow_um_s
    return replace(shaking, velocity_um_s=measure_drift(calm, still_activity, flow, settings))


def measure_drift(
    tracks: Sequence[Track],
    still_activity: float = np.inf,
    flow_um_s: NDArray[np.float64] | None = None,
    settings: DriftSettings | None = None,
) -> NDArray[np.float64] | None:
    """Return the velocity of the field in µm/s, shape (2,), or None where nothing shows it.

    Where many cells lie still they show it best. Where hardly any does, grains and debris do:
    their velocity is the one that most of what lies about shares. Where everything swims, cells
    head all ways alike, and what they do on average is the drift.

    Args:
        tracks: The cells of the field.
        still_activity: Cells of this activity or more move by themselves. Should too few be left
            that show the drift, all are asked: the measure of activity may be off.
        flow_um_s: Velocities of whatever lies about, shape (m, 2); None without.
        settings: What is taken for a cell that does not swim; the defaults if None.
    """
    settings = settings or DriftSettings()
    still = [track for track in tracks if _activity(track) < still_activity]
    flow = None if flow_um_s is None else _common_flow(flow_um_s, settings)
    found = common_velocity(_fit(still), settings)
    if found is not None and (flow is None or found.cells >= settings.sure_cells):
        return found.um_s
    if flow is not None:
        return flow
    fit = _fit(tracks)
    shared = common_velocity(fit, settings)
    return _usual_motion(fit, settings) if shared is None else shared.um_s


def measure_shake(
    tracks: Sequence[Track], time_s: NDArray[np.float64], settings: ShakeSettings | None = None
) -> NDArray[np.float64]:
    """Return where a vibration of the stage puts the picture in each frame, shape (n, 2) in µm.

    What all cells do at once, whatever else each does, is the stage: the median over the cells of
    how far each is off its own path over a second. Zeros where the cells do not agree better
    than chance lets them.

    Args:
        tracks: The cells of the field.
        time_s: Times of its frames, shape (n,).
        settings: What is taken for a vibration; the defaults if None.
    """
    settings = settings or ShakeSettings()
    off = np.full((len(tracks), len(time_s), 2), np.nan)
    for row, track in enumerate(tracks):
        seen = ~track.interpolated
        if track.duration_s < settings.window_s or seen.sum() < 3:
            continue
        at, path = track.time_s[seen], track.xy_um[seen]
        smooth = Smoother.of(at, settings.window_s).smooth(path)
        off[row, np.searchsorted(time_s, at).clip(0, len(time_s) - 1)] = path - smooth
    cells = np.isfinite(off[..., 0]).sum(0)
    enough = cells >= settings.min_cells
    shake = np.zeros((len(time_s), 2))
    if not enough.any():
        return shake
    shake[enough] = np.nanmedian(off[:, enough], axis=0)
    spread = 1.4826 * np.nanmedian(np.abs(off[:, enough] - shake[enough]), axis=0)
    # The median of n values of standard deviation s strays by 1.2533 s / sqrt(n).
    chance_um = float(np.sqrt(((1.2533 * spread) ** 2 / cells[enough, None]).sum(1).mean()))
    rms_um = float(np.sqrt((shake[enough] ** 2).sum(1).mean()))
    return shake if rms_um > settings.surety * chance_um else np.zeros_like(shake)


def fit_straight(
    paths: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]],
) -> StraightFit:
    """Fit a straight, even path through each track by least squares.

    Args:
        paths: Times in s, shape (k,), and positions in µm, shape (k, 2), of each track.
    """
    rows = np.array([_straight(time_s, xy_um) for time_s, xy_um in paths]).reshape(-1, 4)
    return StraightFit(rows[:, 0], rows[:, 1:3], rows[:, 3])


def common_velocity(fit: StraightFit, settings: DriftSettings) -> CommonVelocity | None:
    """Return the velocity that most quiet tracks share, or None.

    Quiet tracks keep to a straight, even path. Each is a candidate; the one with the most others
    about it, weighted by how long they were seen, wins, and the median of these is the drift. So
    swimmers, however many, only matter if they swim evenly and alike; and where a crowd swims, a
    few that are alike by chance are no drift.
    """
    speed = np.hypot(fit.velocity_um_s[:, 0], fit.velocity_um_s[:, 1])
    quiet = (
        (fit.duration_s >= settings.min_duration_s)
        & (fit.stray_um <= settings.unrest_um)
        & (speed <= settings.max_um_s)
    )
    velocity, weight = fit.velocity_um_s[quiet], fit.duration_s[quiet]
    if len(velocity) < settings.min_cells:
        return None
    alike = _alike(velocity, settings.spread_um_s)
    best = int(np.argmax(alike @ weight))
    agree, others = velocity[alike[best]], velocity[~alike[best]]
    if len(agree) < settings.min_cells or _by_chance(len(agree), others, settings):
        return None
    return CommonVelocity(np.median(agree, axis=0), len(agree))


def _by_chance(agree: int, others_um_s: NDArray[np.float64], settings: DriftSettings) -> bool:
    """Tell whether so many velocities may agree by chance among others, shape (n, 2).

    Were all scattered as the others are, normally about their median, a Poisson number of them
    would lie about any one of them; where they are the densest.
    """
    if not len(others_um_s):
        return False
    off = others_um_s - np.median(others_um_s, axis=0)
    scatter_um2_s2 = max(float((off**2).sum(1).mean()), settings.swimmers_um_s**2)
    expected = len(others_um_s) * settings.spread_um_s**2 / scatter_um2_s2
    candidates = agree + len(others_um_s)
    return bool(candidates * pdtrc(agree - 2, expected) > 1 / settings.surety)


def _usual_motion(fit: StraightFit, settings: DriftSettings) -> NDArray[np.float64] | None:
    """Return the median velocity of all tracks, shape (2,), or None where it may be none."""
    velocity = fit.velocity_um_s[fit.duration_s >= settings.min_duration_s]
    if len(velocity) < settings.min_cells:
        return None
    middle: NDArray[np.float64] = np.median(velocity, axis=0)
    spread = 1.4826 * np.median(np.abs(velocity - middle), axis=0)
    # The median of n values of standard deviation s strays by 1.2533 s / sqrt(n).
    strays = np.maximum(1.2533 * spread / np.sqrt(len(velocity)), settings.spread_um_s)
    return middle if np.hypot(*(middle / strays)) >= settings.sure_sigmas else None


def _common_flow(
    flow_um_s: NDArray[np.float64], settings: DriftSettings
) -> NDArray[np.float64] | None:
    """Return the velocity that most samples (m, 2) share, or None if too few do.

    Where most samples lie on swimmers they are scattered, and what lies still is a small share of
    them; yet nothing else agrees nearly as well.
    """
    flow_um_s = flow_um_s[:: 1 + len(flow_um_s) // FLOW_COMPARED]
    agreed = _agreed(flow_um_s, settings.spread_um_s, settings.flow_samples, settings)
    if agreed is None:
        agreed = _agreed(flow_um_s, settings.fine_um_s, settings.fine_samples, settings)
    return agreed


def _agreed(
    flow_um_s: NDArray[np.float64], spread_um_s: float, samples: int, settings: DriftSettings
) -> NDArray[np.float64] | None:
    """Return the velocity that far more samples (m, 2) share within a spread than any other."""
    if len(flow_um_s) < samples:
        return None
    alike = _alike(flow_um_s, spread_um_s)
    agree = alike.sum(1)
    best = alike[int(np.argmax(agree))]
    # No sample of another velocity shares a neighbour with the best one's.
    elsewhere = agree[~(alike @ best)].max(initial=0)
    least = min(settings.flow_share * len(flow_um_s), settings.flow_lead * elsewhere)
    if best.sum() < max(samples, least):
        return None
    middle: NDArray[np.float64] = np.median(flow_um_s[best], axis=0)
    return middle


def _alike(velocity_um_s: NDArray[np.float64], spread_um_s: float) -> NDArray[np.bool_]:
    """Which velocities (n, 2) differ by no more than a spread, shape (n, n)."""
    off_x, off_y = (along[:, None] - along for along in velocity_um_s.T)
    off_x *= off_x
    off_y *= off_y
    off_x += off_y
    return np.asarray(off_x <= spread_um_s**2)


def _fit(tracks: Sequence[Track]) -> StraightFit:
    seen = [~track.interpolated for track in tracks]
    return fit_straight(
        [(track.time_s[kept], track.xy_um[kept]) for track, kept in zip(tracks, seen, strict=True)]
    )


def _activity(track: Track) -> float:
    measured = track.activity[np.isfinite(track.activity)]
    return float(np.median(measured)) if len(measured) else 0.0


def _straight(
    time_s: NDArray[np.float64], xy_um: NDArray[np.float64]
) -> tuple[float, float, float, float]:
    """Return duration, velocity in x and y and stray of one track."""
    off_s = time_s - time_s.mean()
    off_um = xy_um - xy_um.mean(0)
    spread = float((off_s**2).sum())
    velocity = (off_s[:, None] * off_um).sum(0) / spread if spread > 0 else np.zeros(2)
    stray = off_um - off_s[:, None] * velocity
    return (
        float(time_s[-1] - time_s[0]),
        float(velocity[0]),
        float(velocity[1]),
        float(np.sqrt((stray**2).mean())),
    )
