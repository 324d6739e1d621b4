"""What is kept of one graded track, so that a person can look at it again and correct it."""

import math
from dataclasses import dataclass

import numpy as np

from calibration.scale import Scale
from inference.field import GradedTrack
from inference.grading import Grade

PATH_POINTS = 60


@dataclass(frozen=True, slots=True)
class StoredCell:
    """One cell of a field as the analysis left it; it never changes.

    Attributes:
        number: Its number within the field, the track's.
        first_frame: Frame of the clip in which it is first seen, from 0.
        last_frame: Frame in which it is last seen.
        x_px: Centre of the head in the first frame, in px of the clip from its left.
        y_px: The same from its top.
        grade: Its grade, the one that is counted.
        counted: Whether it belongs to the field's count (present at the first instant).
        rule_grade: Grade by the threshold rule, None where the rule was not asked.
        probabilities: The model's probabilities of a, b, c and d, None without a model.
        review: Why a person should look at it, one clause each; empty if nobody need.
        progress_um_s: How far it gets on in 1 s, None where it was not measured.
        reason: What the threshold rule says of it, in one sentence.
        path_px: Its way as x and y in px, thinned to at most `PATH_POINTS` points.
    """

    number: int
    first_frame: int
    last_frame: int
    x_px: float
    y_px: float
    grade: Grade
    counted: bool
    rule_grade: Grade | None = None
    probabilities: tuple[float, float, float, float] | None = None
    review: tuple[str, ...] = ()
    progress_um_s: float | None = None
    reason: str = ""
    path_px: tuple[tuple[float, float], ...] = ()


def stored_cell(cell: GradedTrack, scale: Scale) -> StoredCell:
    """Return what is kept of a graded track; places are rounded to 0.01 px.

    Args:
        cell: The track with its grade.
        scale: What a pixel was worth in the analysis.
    """
    track = cell.track
    way = np.round(scale.to_px(track.xy_um), 2)
    first = int(np.argmin(track.interpolated))
    return StoredCell(
        number=int(track.track_id),
        first_frame=int(track.frame[first]),
        last_frame=int(track.frame[-1]),
        x_px=float(way[first, 0]),
        y_px=float(way[first, 1]),
        grade=cell.grade,
        counted=bool(cell.present_at_start),
        rule_grade=cell.rule,
        probabilities=_probabilities(cell),
        review=tuple(cell.review),
        progress_um_s=_progress_um_s(cell),
        reason=cell.reason,
        path_px=tuple((float(x), float(y)) for x, y in way[:: _step(len(way))]),
    )


def _step(points: int) -> int:
    return max(1, math.ceil(points / PATH_POINTS))


def _probabilities(cell: GradedTrack) -> tuple[float, float, float, float] | None:
    if cell.probabilities is None:
        return None
    a, b, c, d = (float(each) for each in cell.probabilities)
    return a, b, c, d


def _progress_um_s(cell: GradedTrack) -> float | None:
    return None if cell.kinematics is None else float(cell.kinematics.progress_um_s)
