"""Drawn cells for the tests of tracking: where they are, and what a detector would report."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.scale import Scale
from inference.looks import LOOKS
from inference.tracks import Detections

SCALE = Scale(0.5, 0.5, "drawn")
RATE_HZ = 50.0
# The corners of a field at whose edge nothing is.
WIDE_UM = np.array([[-1e4, -1e4], [1e4, 1e4]])


@dataclass(frozen=True)
class Cell:
    """One drawn cell: positions in µm, NaN where it is hidden, its score, activity and looks."""

    xy_um: NDArray[np.float64]
    score: float = 0.9
    activity: float = 3.0
    looks: Sequence[float] = LOOKS * (np.nan,)


def swimmer(
    start: Sequence[float] | NDArray[np.float64],
    velocity: Sequence[float] | NDArray[np.float64],
    frames: int,
    *,
    rate_hz: float = RATE_HZ,
) -> NDArray[np.float64]:
    """Positions in µm of a cell that swims straight, shape (frames, 2)."""
    time_s = np.arange(frames)[:, None] / rate_hz
    path: NDArray[np.float64] = np.asarray(start, float) + time_s * np.asarray(velocity, float)
    return path


def hide(xy_um: NDArray[np.float64], frames: slice) -> NDArray[np.float64]:
    """The same cell, not seen in some frames."""
    hidden = xy_um.copy()
    hidden[frames] = np.nan
    return hidden


def detect(
    cells: Sequence[Cell],
    *,
    noise_um: float = 0.1,
    rate_hz: float = RATE_HZ,
    lost: Sequence[int] = (),
    scale: Scale = SCALE,
    seed: int = 0,
) -> list[Detections]:
    """What a detector reports of the cells, frame by frame, in no particular order."""
    rng = np.random.default_rng(seed)
    frames = len(cells[0].xy_um) if cells else 0
    found = []
    for frame in range(frames):
        seen = [cell for cell in cells if np.isfinite(cell.xy_um[frame]).all()]
        order = rng.permutation(len(seen))
        xy_um = np.array([cell.xy_um[frame] for cell in seen]).reshape(-1, 2)[order]
        noisy = xy_um + rng.normal(0, noise_um, xy_um.shape)
        if frame not in lost:
            score = np.array([seen[i].score for i in order])
            activity = np.array([seen[i].activity for i in order])
            looks = np.array([seen[i].looks for i in order]).reshape(-1, LOOKS)
            places_px = scale.to_px(noisy)
            found.append(alone(frame, frame / rate_hz, places_px, score, activity, looks))
    return found


def alone(
    frame: int,
    time_s: float,
    xy_px: NDArray[np.float64],
    score: NDArray[np.float64],
    activity: NDArray[np.float64] | None = None,
    looks: NDArray[np.float64] | None = None,
) -> Detections:
    """Detections of a detector that looks at single frames only."""
    return Detections(
        frame=frame,
        time_s=time_s,
        xy_px=xy_px,
        size_px=np.full(xy_px.shape, 10.0),
        score=score,
        activity=np.ones(len(score)) if activity is None else activity,
        moves=np.full(len(score), np.nan),
        log_odds=np.full(len(score), np.nan),
        looks=np.full((len(score), LOOKS), np.nan) if looks is None else looks,
        flow_px_s=np.empty((0, 2)),
    )
