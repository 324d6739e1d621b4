"""The cells of a field through time, how it moves, and what that does to their paths."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from calibration.scale import Scale
from inference.drift import FieldMotion, measure_field_motion
from inference.grading import ALONE_UM, FieldConditions, Thresholds
from inference.path_noise import Noise
from inference.smoothing import point_noise_um
from inference.tracks import Detections, Track

# Frames lie this far apart in the space in which neighbours are looked for.
FRAME_GAP_UM = 1e4
# Neighbours change slowly: every so many frames are enough.
FRAMES_APART = 10
# What the detector holds less probable is debris, or nothing; tails swim past some of it.
DEBRIS_SCORE = 0.3
DEBRIS_QUANTILE = 0.25
LEAST_DEBRIS = 20


@dataclass(frozen=True, slots=True, eq=False)
class FollowedField:
    """The cells of a field through time, before they are graded.

    Attributes:
        tracks: The cells, as they were seen.
        motion: How the whole field moves.
        noise: Localisation noise of its tracks, None where it is not known.
        debris_activity: Activity around debris, NaN where it is not known.
        shows_swing: Whether the places are the heads' own, and not drawn by hand.
    """

    tracks: tuple[Track, ...]
    motion: FieldMotion
    noise: Noise | None
    debris_activity: float
    shows_swing: bool = True

    @property
    def conditions(self) -> FieldConditions:
        """What the paths are spoilt by; what is not known counts as nothing."""
        velocity = self.motion.velocity_um_s
        return FieldConditions(
            0.0 if self.noise is None else self.noise.um,
            0.0 if velocity is None else float(np.hypot(*velocity)),
            self.motion.shake_rms_um,
            usual_spacing_um(self.tracks),
            self.debris_activity,
            self.shows_swing,
        )

    @classmethod
    def of(
        cls,
        tracks: tuple[Track, ...],
        detections: Sequence[Detections],
        scale: Scale,
        thresholds: Thresholds,
    ) -> "FollowedField":
        """Measure how the field of these tracks moves, and how well its cells are placed."""
        flow_px_s = np.concatenate([np.empty((0, 2)), *(found.flow_px_s for found in detections)])
        motion = measure_field_motion(
            tracks,
            np.array([found.time_s for found in detections]),
            scale.to_um(flow_px_s),
            thresholds.activity,
        )
        return cls(tracks, motion, field_noise(tracks), debris_activity(detections))


def field_noise(tracks: Sequence[Track]) -> Noise | None:
    """Return the localisation noise of the field."""
    seen = [
        (track.time_s[~track.interpolated], track.xy_um[~track.interpolated]) for track in tracks
    ]
    return Noise.of_field([point_noise_um(time_s, xy_um) for time_s, xy_um in seen])


def debris_activity(detections: Sequence[Detections]) -> float:
    """Return the lower quartile of the activity around debris, NaN where little was measured.

    Debris does not move by itself: what changes around it is noise that stays with the optics while
    the field drifts, or what a codec left. Around a dead cell as much changes.
    """
    doubtful = [found.activity[found.score < DEBRIS_SCORE] for found in detections]
    activity = np.concatenate([np.empty(0), *doubtful])
    measured = activity[np.isfinite(activity)]
    if len(measured) < LEAST_DEBRIS:
        return float("nan")
    return float(np.quantile(measured, DEBRIS_QUANTILE))


def usual_spacing_um(tracks: Sequence[Track]) -> float:
    """Return the median distance from a cell to its nearest neighbour, ALONE_UM at most."""
    places = [
        np.column_stack([track.xy_um, FRAME_GAP_UM * track.frame])[track.frame % FRAMES_APART == 0]
        for track in tracks
    ]
    every = np.concatenate([np.empty((0, 3)), *places])
    if len(every) < 2:
        return ALONE_UM
    distance_um = np.asarray(cKDTree(every).query(every, k=2, distance_upper_bound=ALONE_UM)[0])
    return float(np.median(np.minimum(distance_um[:, 1], ALONE_UM)))
