"""What is kept of a graded track."""

from dataclasses import replace

import numpy as np

from calibration.scale import Scale
from inference.field import GradedTrack
from inference.grading import Grade
from inference.kinematics import measure
from inference.tracks import Track
from qc.cells import PATH_POINTS, stored_cell

SCALE = Scale(0.5, 0.25, "drawn")


def track(frames: int = 300) -> Track:
    frame = np.arange(10, 10 + frames)
    unseen = np.zeros(frames, bool)
    unseen[0] = True
    return Track(
        track_id=4,
        frame=frame,
        time_s=frame / 50,
        xy_um=np.column_stack([frame * 0.5, np.full(frames, 30.0)]),
        size_um=np.full((frames, 2), 5.0),
        score=np.ones(frames),
        activity=np.full(frames, 3.0),
        moves=np.full(frames, 3.0),
        interpolated=unseen,
    )


def test_a_track_is_kept_by_where_it_is_first_seen_in_px_of_each_axis() -> None:
    moved = track()
    kinematics = measure(moved)
    graded = GradedTrack(moved, Grade.SLOW, True, kinematics, "gets on", Grade.RAPID)
    kept = stored_cell(graded, SCALE)
    assert (kept.number, kept.first_frame, kept.last_frame) == (4, 11, 309)
    assert (kept.x_px, kept.y_px) == (11.0, 120.0)
    assert (kept.grade, kept.rule_grade, kept.counted) == (Grade.SLOW, Grade.RAPID, True)
    assert kept.progress_um_s is not None
    assert abs(kept.progress_um_s - 25.0) < 0.5
    assert len(kept.path_px) == PATH_POINTS
    assert kept.path_px[0] == (10.0, 120.0)


def test_what_the_model_says_is_kept_and_what_nobody_said_is_empty() -> None:
    bare = GradedTrack(track(2), Grade.IMMOTILE, False)
    kept = stored_cell(bare, SCALE)
    assert (kept.probabilities, kept.review, kept.progress_um_s, kept.rule_grade) == (
        None, (), None, None,
    )  # fmt: skip
    sure = replace(bare, probabilities=(0.1, 0.2, 0.3, 0.4), review=("d and c are close",))
    kept = stored_cell(sure, SCALE)
    assert kept.probabilities == (0.1, 0.2, 0.3, 0.4)
    assert kept.review == ("d and c are close",)
