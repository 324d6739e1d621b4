"""Paths that people drew, spoiled as a detector would see them, with their WHO grade."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.evaluation.ground_truth import read_ground_truth
from inference.evaluation.points import TrackPoints
from inference.grading import WHO_2021, FieldConditions, Grade
from inference.kinematics import measure
from inference.path_noise import Noise
from inference.tracks import Track

# Neither is published: heads of 4.5 µm measure about 9 px, and the clips run at 45 to 50 frames/s.
UM_PER_PX = 0.5
RATE_HZ = 49.0
LEAST_S = 0.4
MOST_S = 8.0
LEAST_POINTS = 8
NOISE_UM = (0.05, 0.6)
EXACT = Noise(0.0, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class HumanPaths:
    """Tracks of one recording: times (n,) and places (n, 2) of each."""

    tracks: tuple[Track, ...]

    @classmethod
    def read(cls, path: Path) -> "HumanPaths":
        """Read a `tracks.csv`."""
        points = read_ground_truth(path)
        tracks = [_track(points, number) for number in np.unique(points.track_id)]
        return cls(
            tuple(
                track
                for track in tracks
                if track.duration_s >= LEAST_S and len(track) >= 2 * LEAST_POINTS
            )
        )

    def draw(self, rng: np.random.Generator) -> tuple[Track, FieldConditions, Grade | None]:
        """Draw a piece of a track with noise on it, how much, and its grade.

        The grade is the rule's on the piece without noise: a or b; None where it is c or d,
        which people's tracks do not tell apart.
        """
        whole = self.tracks[int(rng.integers(len(self.tracks)))]
        length_s = float(rng.uniform(LEAST_S, MOST_S))
        begin_s = whole.time_s[0] + rng.uniform(0, max(1e-9, whole.duration_s - length_s))
        kept = (whole.time_s >= begin_s) & (whole.time_s <= begin_s + length_s)
        if kept.sum() < LEAST_POINTS:  # people left a hole here
            return self.draw(rng)
        # A changed size stands for a changed speed, so that every speed is seen.
        stretch = float(np.exp(rng.uniform(-0.7, 0.5)))
        clean = _piece(whole, kept, stretch)
        speed = measure(clean, EXACT).progress_um_s
        noise_um = float(np.exp(rng.uniform(*np.log(NOISE_UM))))
        noisy = replace(clean, xy_um=clean.xy_um + rng.normal(0, noise_um, clean.xy_um.shape))
        return noisy, FieldConditions(noise_um, shows_swing=False), _grade(speed)


def _grade(speed_um_s: float) -> Grade | None:
    if speed_um_s >= WHO_2021.rapid_um_s:
        return Grade.RAPID
    return Grade.SLOW if speed_um_s >= WHO_2021.progressive_um_s else None


def _piece(whole: Track, kept: NDArray[np.bool_], stretch: float) -> Track:
    piece = whole.take(kept)
    return replace(piece, xy_um=stretch * piece.xy_um)


def _track(points: TrackPoints, number: int) -> Track:
    rows = np.flatnonzero(points.track_id == number)
    rows = rows[np.argsort(points.frame[rows], kind="stable")]
    n = len(rows)
    return Track(
        track_id=int(number),
        frame=points.frame[rows],
        time_s=points.frame[rows] / RATE_HZ,
        xy_um=UM_PER_PX * points.xy_px[rows],
        size_um=np.full((n, 2), 5.0),
        score=np.ones(n),
        activity=np.full(n, np.nan),
        moves=np.full(n, np.nan),
        interpolated=np.zeros(n, bool),
    )
