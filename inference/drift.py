"""Drift of the whole field, from the cells that do not swim."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.tracks import Track


@dataclass(frozen=True, slots=True)
class DriftSettings:
    """What is taken for a cell that does not swim.

    Attributes:
        min_duration_s: Shorter tracks say too little.
        unrest_um: A cell that strays further than this from a straight, even path moves by itself.
        spread_um_s: Cells that do not swim agree in velocity within this.
        min_cells: So many must agree.
        max_um_s: Nothing that lies still drifts faster.
    """

    min_duration_s: float = 0.9
    unrest_um: float = 0.6
    spread_um_s: float = 1.2
    min_cells: int = 3
    max_um_s: float = 40.0


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


def measure_drift(
    tracks: Sequence[Track], still_activity: float = np.inf, settings: DriftSettings | None = None
) -> NDArray[np.float64] | None:
    """Return the velocity of the field in µm/s, shape (2,), or None where no cell shows it.

    Args:
        tracks: The cells of the field.
        still_activity: Cells of this activity or more move by themselves. Should too few be left
            that show the drift, all are asked: the measure of activity may be off.
        settings: What is taken for a cell that does not swim; the defaults if None.
    """
    settings = settings or DriftSettings()
    still = [track for track in tracks if _activity(track) < still_activity]
    found = _shared_velocity(still, settings)
    return _shared_velocity(tracks, settings) if found is None else found


def fit_straight(
    paths: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]],
) -> StraightFit:
    """Fit a straight, even path through each track by least squares.

    Args:
        paths: Times in s, shape (k,), and positions in µm, shape (k, 2), of each track.
    """
    rows = np.array([_straight(time_s, xy_um) for time_s, xy_um in paths]).reshape(-1, 4)
    return StraightFit(rows[:, 0], rows[:, 1:3], rows[:, 3])


def common_velocity(fit: StraightFit, settings: DriftSettings) -> NDArray[np.float64] | None:
    """Return the velocity that most quiet tracks share, shape (2,), or None.

    Quiet tracks keep to a straight, even path. Each is a candidate; the one with the most others
    about it, weighted by how long they were seen, wins, and the median of these is the drift. So
    swimmers, however many, only matter if they swim evenly and alike.
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
    apart = velocity[:, None, :] - velocity[None, :, :]
    alike = np.hypot(apart[..., 0], apart[..., 1]) <= settings.spread_um_s
    best = int(np.argmax(alike @ weight))
    if alike[best].sum() < settings.min_cells:
        return None
    middle: NDArray[np.float64] = np.median(velocity[alike[best]], axis=0)
    return middle


def _shared_velocity(
    tracks: Sequence[Track], settings: DriftSettings
) -> NDArray[np.float64] | None:
    seen = [~track.interpolated for track in tracks]
    paths = [
        (track.time_s[kept], track.xy_um[kept]) for track, kept in zip(tracks, seen, strict=True)
    ]
    return common_velocity(fit_straight(paths), settings)


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
