"""The cells that people tracked, graded as motiscope grades its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from acquisition.frame import Frame
from acquisition.video import Video
from calibration.scale import Scale
from inference.activity import ActivityMeter
from inference.counting import shares
from inference.evaluation.points import TrackPoints
from inference.field import FieldResult, grade_field
from inference.followed import FollowedField, debris_activity
from inference.grading import Grade, Grader, Thresholds
from inference.linker import labelled_tracks
from inference.looks import LOOKS
from inference.pictures import to_model_scale
from inference.tracks import Detections

# The detector's word on self-motion is taken from its detection within this of the human box.
NEAR_UM = 4.0
HEAD_UM = 5.0
# What is seen more briefly cannot be graded; motiscope's own tracks are as long.
LEAST_S = 0.2


@dataclass(frozen=True, slots=True)
class GradeDifference:
    """Percentages of a, b, c, d by motiscope's own tracks and by people's, in this order.

    Attributes:
        own: Percentages of the count by motiscope's own tracks; None where nothing was counted.
        human: The same by people's tracks.
        own_by_time: Shares of the time that cells were seen, by motiscope's own tracks.
        human_by_time: The same by people's tracks.
        own_counted: Cells counted by motiscope's own tracks.
        human_counted: Cells counted by people's tracks.
    """

    own: tuple[float | None, ...]
    human: tuple[float | None, ...]
    own_by_time: tuple[float | None, ...]
    human_by_time: tuple[float | None, ...]
    own_counted: int
    human_counted: int

    @property
    def points(self) -> tuple[float | None, ...]:
        """Own minus human percentages of the count, in points."""
        return _minus(self.own, self.human)

    @property
    def points_by_time(self) -> tuple[float | None, ...]:
        """Own minus human shares of the time, in points."""
        return _minus(self.own_by_time, self.human_by_time)


def grade_difference(own: FieldResult, human: FieldResult) -> GradeDifference:
    """Hold the grades of two readings of one field against each other."""
    return GradeDifference(
        _percents(own),
        _percents(human),
        _time_percents(own),
        _time_percents(human),
        own.counted.total,
        human.counted.total,
    )


def read_human_field(
    video: Video,
    truth: TrackPoints,
    found: Sequence[Detections],
    scale: Scale,
    um_per_px: float,
    grader: Grader | None,
) -> FieldResult:
    """Grade and count the cells that people tracked, as motiscope does with its own.

    Args:
        video: The recording; activity is measured on its pictures.
        truth: People's tracks.
        found: What the detector found in each of its frames, for drift and self-motion.
        scale: What a pixel is worth.
        um_per_px: Scale at which activity is measured, the detector's own.
        grader: The grader that reads motiscope's own tracks.
    """
    size_px = (video.info.width_px, video.info.height_px)
    seen = list(human_detections(video.frames(), truth, found, scale, um_per_px))
    boxes, labels = [one for one, _ in seen], [label for _, label in seen]
    tracks = tuple(
        track for track in labelled_tracks(boxes, labels, scale) if track.duration_s >= LEAST_S
    )
    followed = replace(
        FollowedField.of(tracks, boxes, scale, Thresholds()),
        debris_activity=debris_activity(found),
        shows_swing=False,
    )
    return grade_field(followed, boxes, scale, size_px, Thresholds(), grader=grader)


def human_detections(
    frames: Iterator[Frame],
    truth: TrackPoints,
    found: Sequence[Detections],
    scale: Scale,
    um_per_px: float,
) -> Iterator[tuple[Detections, NDArray[np.int64]]]:
    """Yield people's boxes as if a detector had found them, and their tracks, frame by frame.

    Every box is sure (score 1); what lies in pictures that the detector was not shown is left out;
    frames that people left out of a track are bridged on a straight
    line. Activity is measured at the boxes,
    self-motion is the word of the detector's nearest detection, and the flow is the detector's.
    """
    boxes = _by_frame(without_gaps(truth))
    factors = np.array([scale.um_per_px_x, scale.um_per_px_y]) / um_per_px
    meter = ActivityMeter(um_per_px)
    answers = {seen.frame: seen for seen in found}
    for frame in frames:
        seen = answers.get(frame.index)
        if seen is None:
            continue
        track_id, xy_px = boxes.get(seen.frame, (np.empty(0, np.int64), np.empty((0, 2))))
        grey = to_model_scale(frame.pixels, float(factors[0]), float(factors[1]))
        detections = Detections(
            seen.frame,
            seen.time_s,
            xy_px,
            np.tile(scale.to_px(np.full(2, HEAD_UM)), (len(xy_px), 1)),
            np.ones(len(xy_px)),
            meter.measure(grey, seen.time_s, (xy_px + 0.5) * factors - 0.5),
            nearest_moves(xy_px, seen, scale),
            np.full(len(xy_px), np.nan),
            np.full((len(xy_px), LOOKS), np.nan),
            seen.flow_px_s,
        )
        yield detections, track_id


def without_gaps(points: TrackPoints) -> TrackPoints:
    """Bridge the frames that are missing within a track on straight lines."""
    frames, ids, places = [], [], []
    for number in np.unique(points.track_id):
        own = np.flatnonzero(points.track_id == number)
        own = own[np.argsort(points.frame[own], kind="stable")]
        whole = np.arange(points.frame[own[0]], points.frame[own[-1]] + 1)
        frames.append(whole)
        ids.append(np.full(len(whole), number))
        columns = points.xy_px[own].T
        places.append(
            np.stack([np.interp(whole, points.frame[own], one) for one in columns], axis=1)
        )
    return TrackPoints(
        np.concatenate([np.empty(0, np.int64), *frames]),
        np.concatenate([np.empty(0, np.int64), *ids]),
        np.concatenate([np.empty((0, 2)), *places]),
    )


def nearest_moves(
    xy_px: NDArray[np.float64], found: Detections, scale: Scale
) -> NDArray[np.float64]:
    """Return the detector's word on self-motion nearest to each place, NaN without one, (n,)."""
    if not len(found) or not len(xy_px):
        return np.full(len(xy_px), np.nan)
    apart = scale.to_um(xy_px)[:, None] - scale.to_um(found.xy_px)[None]
    distance_um = np.hypot(apart[..., 0], apart[..., 1])
    nearest = found.moves[distance_um.argmin(axis=1)]
    return np.where(distance_um.min(axis=1) <= NEAR_UM, nearest, np.nan)


def _by_frame(
    points: TrackPoints,
) -> dict[int, tuple[NDArray[np.int64], NDArray[np.float64]]]:
    rows = {int(frame): points.frame == frame for frame in np.unique(points.frame)}
    return {frame: (points.track_id[own], points.xy_px[own]) for frame, own in rows.items()}


def _percents(field: FieldResult) -> tuple[float | None, ...]:
    return tuple(shares([field.counted])[grade.value].percent for grade in Grade)


def _time_percents(field: FieldResult) -> tuple[float | None, ...]:
    return tuple(field.time_weighted_percent.get(grade) for grade in Grade)


def _minus(
    own: tuple[float | None, ...], human: tuple[float | None, ...]
) -> tuple[float | None, ...]:
    return tuple(
        None if mine is None or theirs is None else mine - theirs
        for mine, theirs in zip(own, human, strict=True)
    )
