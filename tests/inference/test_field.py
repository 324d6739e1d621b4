"""A whole field: detections in, graded cells and the count out."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.field import FieldError, FieldResult, analyse_field, tracks_in_px
from inference.grading import FieldConditions, Grade, Grader, Thresholds
from inference.identity import ModelIdentity
from inference.tracks import Track
from tests.inference.scenes import SCALE, Cell, detect, hide, swimmer

FRAMES = 150
SIZE_PX = (640, 480)


def analyse(cells: list[Cell], **how: object) -> FieldResult:
    return analyse_field(detect(cells, **how), SCALE, SIZE_PX, Thresholds())  # type: ignore[arg-type]


def lying(x: float, y: float, activity: float = 1.0) -> Cell:
    return Cell(np.tile((x, y), (FRAMES, 1)), activity=activity)


def drifting(cells: list[Cell], velocity: tuple[float, float]) -> list[Cell]:
    shift = swimmer((0, 0), velocity, FRAMES)
    return [Cell(cell.xy_um + shift, cell.score, cell.activity) for cell in cells]


def mixed() -> list[Cell]:
    return [
        Cell(swimmer((40, 40), (40, 0), FRAMES), activity=9),
        Cell(swimmer((40, 80), (30, 5), FRAMES), activity=9),
        Cell(swimmer((40, 160), (12, 0), FRAMES), activity=6),
        lying(200, 30, activity=4.0),
        *(lying(250 + 15 * i, 200) for i in range(4)),
    ]


def codes(result: FieldResult) -> set[str]:
    return {notice.code for notice in result.notices}


def test_a_field_of_all_grades() -> None:
    result = analyse(mixed())
    counted = result.counted
    assert (counted.a, counted.b, counted.c, counted.d) == (2, 1, 1, 4)
    assert result.time_weighted_percent == pytest.approx({"a": 25, "b": 12.5, "c": 12.5, "d": 50})
    assert result.drift is not None
    assert result.drift.speed_um_s < 0.3
    assert (result.first_frame, result.frames, result.lost_frames) == (0, FRAMES, 0)
    assert result.duration_s == pytest.approx((FRAMES - 1) / 50)
    assert codes(result) == set()
    assert all(cell.reason and cell.kinematics for cell in result.cells)


@pytest.mark.parametrize(
    ("velocity", "code"), [((1, 0), None), ((6, 3), "drift"), ((-9, 9), "repeat_field")]
)
def test_drift_is_taken_off_and_told(velocity: tuple[float, float], code: str | None) -> None:
    result = analyse(drifting(mixed(), velocity))
    assert result.drift is not None
    assert (result.drift.x_um_s, result.drift.y_um_s) == pytest.approx(velocity, abs=0.3)
    counted = result.counted
    assert (counted.a, counted.b, counted.c, counted.d) == (2, 1, 1, 4)
    assert codes(result) == ({code} if code else set())


def test_unknown_drift_is_told() -> None:
    result = analyse(mixed()[:3])
    assert result.drift is None
    assert codes(result) == {"drift_unknown"}


def test_no_cell_at_all() -> None:
    result = analyse([Cell(np.full((FRAMES, 2), np.nan))])
    assert result.counted.total == 0
    assert result.time_weighted_percent == {}
    assert result.cells == ()
    assert codes(result) == {"no_cells"}


def test_no_frames_is_an_error() -> None:
    with pytest.raises(FieldError, match="no frames"):
        analyse_field([], SCALE, SIZE_PX, Thresholds())


@pytest.mark.parametrize("frames", [1, 2])
def test_the_shortest_fields_do_not_fail(frames: int) -> None:
    cells = [Cell(cell.xy_um[:frames]) for cell in mixed()]
    assert analyse(cells).counted.total == 0


def test_cells_that_swim_in_are_not_counted() -> None:
    late = Cell(hide(swimmer((-40, 120), (60, 0), FRAMES), slice(0, 34)))
    result = analyse([*mixed(), late])
    assert result.counted.total == 8
    assert len(result.cells) == 9


def test_lost_frames_are_told_and_change_no_grade() -> None:
    result = analyse(mixed(), lost=range(60, 66))
    assert result.lost_frames == 6
    assert codes(result) == {"lost_frames"}
    assert (result.counted.a, result.counted.d) == (2, 4)


def test_count_and_time_shares_that_disagree_are_told() -> None:
    home = [lying(30 + 20 * (i % 12), 30 + 40 * (i // 12)) for i in range(24)]
    visitors = [
        Cell(hide(swimmer((-40, 12 + 14 * i), (80, 0), FRAMES), slice(0, 26))) for i in range(15)
    ]
    result = analyse([*home, *visitors])
    assert "count_check" in codes(result)


def test_the_shares_that_disagree_are_rounded_as_in_every_table() -> None:
    home = [lying(30 + 20 * (i % 12), 30 + 40 * (i // 12)) for i in range(21)]
    swimming = [Cell(swimmer((30, 130 + 20 * i), (40, 0), FRAMES), activity=9) for i in range(3)]
    visitors = [
        Cell(hide(swimmer((-40, 12 + 14 * i), (80, 0), FRAMES), slice(0, 26))) for i in range(15)
    ]
    result = analyse([*home, *swimming, *visitors])
    assert (result.counted.a, result.counted.total) == (3, 24)
    (told,) = [each.text for each in result.notices if each.text.startswith("grade a")]
    assert told.startswith("grade a is 13 % of the count")


def test_a_later_field_of_a_recording_is_counted_the_same() -> None:
    found = detect(mixed())
    shifted = [replace(one, frame=one.frame + 500, time_s=one.time_s + 10) for one in found]
    first = analyse_field(found, SCALE, SIZE_PX, Thresholds())
    later = analyse_field(shifted, SCALE, SIZE_PX, Thresholds())
    assert later.first_frame == 500
    assert later.counted == first.counted


def test_tracks_come_out_in_pixels_of_the_input() -> None:
    result = analyse(mixed(), noise_um=0.0)
    rows = tracks_in_px(result.cells, SCALE)
    assert len(rows.frame) == 8 * FRAMES
    assert (np.diff(rows.frame) >= 0).all()
    first = rows.frame == 0
    assert sorted(map(tuple, rows.xy_px[first].round().tolist()))[0] == (80, 80)
    np.testing.assert_allclose(rows.size_px, 10)
    assert set(rows.grade.tolist()) == {grade.value for grade in Grade}
    assert len(tracks_in_px([], SCALE).frame) == 0


class Unsure:
    """A grader that holds everything for c, hardly."""

    identity = ModelIdentity("unsure", "0" * 64)

    def probabilities(
        self, tracks: Sequence[Track], conditions: FieldConditions
    ) -> NDArray[np.float64]:
        del conditions
        return np.tile((0.2, 0.2, 0.4, 0.2), (len(tracks), 1))


def test_the_rule_grades_a_cell_that_leaves_at_once() -> None:
    """Its 0.10 s are too few for a model that learned from longer tracks."""
    path = np.full((FRAMES, 2), np.nan)
    path[:7] = swimmer((312, 100), (60, 0), 7)
    cells = [*mixed(), Cell(path, activity=9)]
    result = analyse_field(detect(cells), SCALE, SIZE_PX, Thresholds(), grader=Unsure())
    (brief,) = (cell for cell in result.cells if cell.track.duration_s < 0.2)
    assert (brief.grade, brief.rule, brief.probabilities) == (Grade.RAPID, Grade.RAPID, None)
    assert brief.review == ("seen for 0.10 s: the rule decides",)
    assert brief.present_at_start
    others = [cell for cell in result.cells if cell is not brief]
    assert {cell.grade for cell in others} == {Grade.NON_PROGRESSIVE}
    assert len(others) == len(cells) - 1


@pytest.mark.parametrize("grader", [None, Unsure()])
def test_noise_does_not_make_a_cell_progressive_that_leaves_at_once(grader: Grader | None) -> None:
    path = np.full((FRAMES, 2), np.nan)
    path[:5] = swimmer((315, 100), (9, 0), 5)
    detected = detect([*mixed(), Cell(path, activity=9)], noise_um=0.3)
    result = analyse_field(detected, SCALE, SIZE_PX, Thresholds(), grader=grader)
    (brief,) = (cell for cell in result.cells if cell.track.duration_s < 0.2)
    assert brief.grade is Grade.NON_PROGRESSIVE


def test_only_cells_in_the_counting_frame_count() -> None:
    """It begins 3 µm from the outer side of the first px, which lies at -0.25 µm."""
    result = analyse([*mixed(), lying(2.5, 60), lying(3.0, 120)])
    counted = {round(float(cell.track.xy_um[0, 1])): cell.present_at_start for cell in result.cells}
    assert counted[60] is False
    assert counted[120] is True
