"""One field: from its detections to graded cells and the count."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from acquisition.notice import Notice
from calibration.scale import Scale
from inference.counting import (
    SURE,
    GradeCounts,
    GradingVariance,
    tally,
    time_shares,
    whole_percent,
)
from inference.drift import FieldMotion
from inference.edge import field_corners_um
from inference.followed import FollowedField
from inference.grading import (
    Grade,
    Grader,
    Thresholds,
    Verdict,
    doubts,
    grade,
)
from inference.kinematics import Kinematics, KinematicSettings, measure
from inference.linker import LinkSettings, link
from inference.presence import present_at_start
from inference.tracks import Detections, Track


@dataclass(frozen=True, slots=True)
class Drift:
    """Velocity of the whole field in µm/s, measured from what does not swim."""

    x_um_s: float
    y_um_s: float

    @property
    def speed_um_s(self) -> float:
        """How fast the field drifts, whatever the direction."""
        return float(np.hypot(self.x_um_s, self.y_um_s))


@dataclass(frozen=True, slots=True)
class GradedTrack:
    """A track with its grade.

    Attributes:
        track: The cell through time.
        grade: Its grade, the one that is counted.
        present_at_start: Whether it belongs to the field's count: it was in the counting frame at
            the first instant.
        kinematics: How it moves, drift taken off; None where it was not measured.
        reason: What the threshold rule says of it, in one sentence.
        rule: Grade by the threshold rule, which stands beside the model's; None where the rule
            was not asked.
        probabilities: The model's probabilities of a, b, c and d, which sum to 1; None without
            a model, or of a cell that was seen too briefly for it: there the rule decides.
        review: Why a person should look at this cell, one clause each; empty if nobody need.
    """

    track: Track
    grade: Grade
    present_at_start: bool
    kinematics: Kinematics | None = None
    reason: str = ""
    rule: Grade | None = None
    probabilities: tuple[float, float, float, float] | None = None
    review: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldResult:
    """What one field says.

    Attributes:
        first_frame: Index of the field's first frame in the recording.
        frames: Frames of the field, lost ones included.
        lost_frames: Frames that the camera lost.
        duration_s: Time from the first to the last frame in s.
        counted: Cells present at the first instant, by grade.
        time_weighted_percent: Share of each grade in the time that cells were seen, in percent,
            by grade; empty where no cell was seen.
        drift: Drift that was measured and taken off; None where it could not be measured.
        cells: Every track with its grade.
        notices: What a reader must know.
        shake_um: Root mean square of the stage's vibration, which was taken off; 0 where the
            stage is steady.
        grading: How uncertain the count is because cells are misread.
    """

    first_frame: int
    frames: int
    lost_frames: int
    duration_s: float
    counted: GradeCounts
    time_weighted_percent: dict[Grade, float]
    drift: Drift | None
    cells: tuple[GradedTrack, ...]
    notices: tuple[Notice, ...] = ()
    shake_um: float = 0.0
    grading: GradingVariance = SURE


@dataclass(frozen=True, slots=True)
class FieldSettings:
    """How a field is read.

    Attributes:
        linking: When detections are one cell.
        kinematics: What the measures are taken over.
        drift_notice_um_s: Faster drift is told.
        drift_limit_um_s: After faster drift the field must be repeated.
        shake_notice_um: A stronger vibration is told.
        check_percent: A larger gap between count and time-weighted share is told,
        check_count: from so many counted cells on.
        late_cells: So many cells of which none is there at the first instant are told.
    """

    linking: LinkSettings = field(default_factory=LinkSettings)
    kinematics: KinematicSettings = field(default_factory=KinematicSettings)
    drift_notice_um_s: float = 5.0
    drift_limit_um_s: float = 10.0
    shake_notice_um: float = 0.5
    check_percent: float = 10.0
    check_count: int = 20
    late_cells: int = 3


class FieldError(ValueError):
    """A field that cannot be read; the text says why."""


def analyse_field(
    detections: Sequence[Detections],
    scale: Scale,
    frame_size_px: tuple[int, int],
    thresholds: Thresholds,
    settings: FieldSettings | None = None,
    grader: Grader | None = None,
) -> FieldResult:
    """Link, measure, grade and count the cells of one field.

    Args:
        detections: One entry for each delivered frame of the field, in order, empty ones too.
        scale: What a pixel is worth.
        frame_size_px: Width and height of a frame.
        thresholds: Limits between the grades.
        settings: How the field is read; the defaults if None.
        grader: Weighs the grades of each cell; without one the threshold rule decides.

    Raises:
        FieldError: If there are no frames.
    """
    if not detections:
        raise FieldError("the field has no frames: nothing can be read from it")
    settings = settings or FieldSettings()
    corners_um = field_corners_um(frame_size_px, scale)
    tracks = link(detections, scale, corners_um, settings.linking)
    followed = FollowedField.of(tracks, detections, scale, thresholds)
    return grade_field(followed, detections, scale, frame_size_px, thresholds, settings, grader)


def grade_field(
    followed: FollowedField,
    detections: Sequence[Detections],
    scale: Scale,
    frame_size_px: tuple[int, int],
    thresholds: Thresholds,
    settings: FieldSettings | None = None,
    grader: Grader | None = None,
) -> FieldResult:
    """Measure, grade and count cells that were followed; see `analyse_field`."""
    settings = settings or FieldSettings()
    graded = _grade_all(followed, thresholds, settings, grader, scale.u_rel)
    corners_um = field_corners_um(frame_size_px, scale)
    cells = _mark_present(graded, detections[0].time_s, corners_um)
    result = _result(detections, cells, followed.motion)
    return replace(result, notices=tuple(_notices(result, settings)))


@dataclass(frozen=True, slots=True, eq=False)
class PixelTracks:
    """Graded tracks in px of the input frames, one row for each cell and frame.

    Attributes:
        frame: Frame indices of the recording, shape (n,).
        time_s: Times, shape (n,).
        track_id: Numbers of the tracks within the field, shape (n,).
        xy_px: Centres of the heads, shape (n, 2).
        size_px: Widths and heights of the heads, shape (n, 2).
        score: Detection scores, 0 where the cell was bridged, shape (n,).
        grade: Grades, shape (n,).
    """

    frame: NDArray[np.int64]
    time_s: NDArray[np.float64]
    track_id: NDArray[np.int64]
    xy_px: NDArray[np.float64]
    size_px: NDArray[np.float64]
    score: NDArray[np.float64]
    grade: NDArray[np.str_]


def tracks_in_px(cells: Sequence[GradedTrack], scale: Scale) -> PixelTracks:
    """Return the graded tracks of a field as rows, ordered by frame and then by track."""
    tracks = [cell.track for cell in cells]
    lengths = [len(track) for track in tracks]
    nothing = np.empty((0, 2))
    frame = np.concatenate([np.empty(0, np.int64), *(track.frame for track in tracks)])
    track_id = np.repeat(np.array([track.track_id for track in tracks], np.int64), lengths)
    order = np.lexsort((track_id, frame))
    return PixelTracks(
        frame=frame[order],
        time_s=np.concatenate([nothing[:, 0], *(track.time_s for track in tracks)])[order],
        track_id=track_id[order],
        xy_px=scale.to_px(np.concatenate([nothing, *(track.xy_um for track in tracks)]))[order],
        size_px=scale.to_px(np.concatenate([nothing, *(track.size_um for track in tracks)]))[order],
        score=np.concatenate([nothing[:, 0], *(track.score for track in tracks)])[order],
        grade=np.repeat(np.array([cell.grade.value for cell in cells], np.str_), lengths)[order],
    )


def _grade_all(
    followed: FollowedField,
    thresholds: Thresholds,
    settings: FieldSettings,
    grader: Grader | None,
    scale_u_rel: float,
) -> list[GradedTrack]:
    steady = [followed.motion.steadied(track) for track in followed.tracks]
    weighed = None if grader is None else grader.probabilities(steady, followed.conditions)
    cells = []
    for row, (track, still) in enumerate(zip(followed.tracks, steady, strict=True)):
        kinematics = measure(still, followed.noise, settings.kinematics, scale_u_rel)
        brief = track.duration_s < settings.linking.cells.min_duration_s
        verdict = grade(kinematics, track.activity, thresholds, brief=brief)
        if weighed is None:
            cells.append(_by_rule(track, kinematics, verdict))
        elif brief:
            doubt = f"seen for {track.duration_s:.2f} s: the rule decides"
            cells.append(replace(_by_rule(track, kinematics, verdict), review=(doubt,)))
        else:
            cells.append(_weighed(track, kinematics, verdict, weighed[row]))
    return cells


def _by_rule(track: Track, kinematics: Kinematics, verdict: Verdict) -> GradedTrack:
    return GradedTrack(track, verdict.grade, False, kinematics, verdict.reason, verdict.grade)


def _weighed(
    track: Track, kinematics: Kinematics, verdict: Verdict, weighed: NDArray[np.float64]
) -> GradedTrack:
    """Put the model's word and the rule's side by side."""
    a, b, c, d = (float(share) for share in weighed)
    likeliest = list(Grade)[int(np.argmax(weighed))]
    return GradedTrack(
        track,
        likeliest,
        False,
        kinematics,
        verdict.reason,
        verdict.grade,
        (a, b, c, d),
        tuple(doubts(likeliest, float(weighed.max()), verdict.grade)),
    )


def _mark_present(
    cells: Sequence[GradedTrack],
    begin_s: float,
    corners_um: NDArray[np.float64],
) -> tuple[GradedTrack, ...]:
    progressive = (Grade.RAPID, Grade.SLOW)
    return tuple(
        replace(
            cell,
            present_at_start=present_at_start(
                cell.track, swims=cell.grade in progressive, begin_s=begin_s, corners_um=corners_um
            ),
        )
        for cell in cells
    )


def _result(
    detections: Sequence[Detections], cells: tuple[GradedTrack, ...], motion: FieldMotion
) -> FieldResult:
    velocity = motion.velocity_um_s
    frames = detections[-1].frame - detections[0].frame + 1
    present = [cell for cell in cells if cell.present_at_start]
    counted = tally([cell.grade for cell in present])
    return FieldResult(
        first_frame=detections[0].frame,
        frames=frames,
        lost_frames=frames - len(detections),
        duration_s=detections[-1].time_s - detections[0].time_s,
        counted=counted,
        time_weighted_percent=time_shares(
            [cell.track.duration_s for cell in cells], [cell.grade for cell in cells]
        ),
        drift=None if velocity is None else Drift(float(velocity[0]), float(velocity[1])),
        cells=cells,
        shake_um=motion.shake_rms_um,
        grading=GradingVariance.of((cell.probabilities for cell in present), counted),
    )


def _notices(result: FieldResult, settings: FieldSettings) -> Iterator[Notice]:
    needed_s = settings.kinematics.progress_s
    if result.duration_s < needed_s:
        text = f"the field lasts {result.duration_s:.2f} s; a grade needs {needed_s:g} s"
        yield Notice("short", text)
    if result.lost_frames:
        yield Notice("lost_frames", f"{result.lost_frames} of {result.frames} frames were lost")
    if not result.cells:
        yield Notice("no_cells", "no spermatozoon was found in this field")
        return
    yield from _check_drift(result.drift, settings)
    if result.shake_um > settings.shake_notice_um:
        text = f"the stage shakes by {result.shake_um:.1f} µm; it was taken off"
        yield Notice("shake", text)
    yield from _check_count(result, settings)


def _check_drift(drift: Drift | None, settings: FieldSettings) -> Iterator[Notice]:
    if drift is None:
        yield Notice(
            "drift_unknown", "no cells lie still here, so drift was not measured and not taken off"
        )
    elif drift.speed_um_s > settings.drift_limit_um_s:
        yield Notice("repeat_field", f"the field drifts at {drift.speed_um_s:.1f} µm/s: repeat it")
    elif drift.speed_um_s > settings.drift_notice_um_s:
        yield Notice("drift", f"the field drifts at {drift.speed_um_s:.1f} µm/s; it was taken off")


def _check_count(result: FieldResult, settings: FieldSettings) -> Iterator[Notice]:
    """The count at the first instant and the time-weighted shares should tell the same story."""
    total = result.counted.total
    if not total and len(result.cells) >= settings.late_cells:
        yield Notice(
            "late_cells",
            f"no cell is there at the first instant, and {len(result.cells)} come later: where a "
            "recording begins before its field is seen, cut its begin off",
        )
    if total < settings.check_count:
        return
    for one, by_time in result.time_weighted_percent.items():
        counted = 100 * getattr(result.counted, one.value) / total
        if abs(counted - by_time) > settings.check_percent:
            yield Notice(
                "count_check",
                f"grade {one.value} is {whole_percent(counted)} % of the count "
                f"but {whole_percent(by_time)} % of the time that cells were seen",
            )
