"""The cells that people tracked, graded as motiscope's own."""

from dataclasses import replace

import numpy as np
import pytest

from acquisition.frame import Frame
from inference.counting import GradeCounts
from inference.evaluation.human_field import (
    AS_PEOPLE_LINKED,
    SHEET_UM,
    from_sheets,
    grade_difference,
    human_detections,
    nearest_moves,
    without_gaps,
)
from inference.evaluation.points import TrackPoints
from inference.field import FieldResult, analyse_field
from inference.grading import Thresholds
from tests.inference.scenes import SCALE, Cell, alone, detect, swimmer

FRAMES = 75


def points(*tracks: tuple[int, list[int], list[tuple[float, float]]]) -> TrackPoints:
    return TrackPoints(
        np.concatenate([np.array(frames) for _, frames, _ in tracks]),
        np.concatenate([np.full(len(frames), number) for number, frames, _ in tracks]),
        np.concatenate([np.array(places, float) for _, _, places in tracks]),
    )


def blank(count: int) -> list[Frame]:
    rng = np.random.default_rng(0)
    picture = rng.integers(80, 90, (480, 640)).astype(np.uint8)
    return [Frame(picture, index, round(index * 2e4)) for index in range(count)]


def test_gaps_of_a_track_are_bridged_on_a_straight_line():
    whole = without_gaps(points((4, [2, 5], [(0, 0), (6, 3)]), (1, [0], [(9, 9)])))
    np.testing.assert_array_equal(whole.track_id, [1, 4, 4, 4, 4])
    np.testing.assert_array_equal(whole.frame, [0, 2, 3, 4, 5])
    np.testing.assert_allclose(whole.xy_px[1:], [(0, 0), (2, 1), (4, 2), (6, 3)])


def test_the_word_on_self_motion_is_the_nearest_detections_within_4_um():
    found = alone(0, 0.0, np.array([[10.0, 10.0], [14.0, 10.0]]), np.ones(2))
    found = replace(found, moves=np.array([0.1, 0.9]))
    asked = np.array([[13.0, 10.0], [6.0, 10.0], [23.0, 10.0]])  # 0.5, 2 and 4.5 µm away
    np.testing.assert_array_equal(nearest_moves(asked, found, SCALE), [0.9, 0.1, np.nan])
    nothing = alone(0, 0.0, np.empty((0, 2)), np.empty(0))
    assert np.isnan(nearest_moves(asked, nothing, SCALE)).all()
    assert nearest_moves(np.empty((0, 2)), found, SCALE).shape == (0,)


def test_boxes_become_sure_detections_on_the_sheet_of_their_track():
    flow = np.array([[1.0, 2.0]])
    found = [
        replace(alone(i, i / 50, np.empty((0, 2)), np.empty(0)), flow_px_s=flow) for i in range(4)
    ]
    truth = points((7, [1, 2, 3], [(50, 60)] * 3), (3, [0, 1, 2], [(90, 90)] * 3))
    boxes = list(human_detections(iter(blank(4)), truth, found, SCALE, 0.5))
    assert [one.frame for one in boxes] == [0, 1, 2, 3]
    assert [len(one) for one in boxes] == [1, 2, 2, 1]
    away_px = SHEET_UM / 0.5
    np.testing.assert_allclose(boxes[1].xy_px, [(90 + 3 * away_px, 90), (50 + 7 * away_px, 60)])
    assert all((one.score == 1).all() for one in boxes)
    assert all(one.flow_px_s is flow for one in boxes)
    assert np.isnan(boxes[0].activity).all()


def test_a_picture_that_does_not_change_has_an_activity_of_a_dead_cell():
    found = [alone(i, i / 50, np.empty((0, 2)), np.empty(0)) for i in range(16)]
    truth = points((1, list(range(16)), [(100, 100)] * 16))
    boxes = list(human_detections(iter(blank(16)), truth, found, SCALE, 0.5))
    measured = np.concatenate([one.activity for one in boxes])
    measured = measured[np.isfinite(measured)]
    assert len(measured)
    assert (measured < 2).all()


def test_people_decide_what_is_one_cell():
    # Two cells that swap at once, and one whose place another takes a moment later.
    first, second = swimmer((40, 40), (30, 0), FRAMES), swimmer((40, 44), (30, 0), FRAMES)
    half = FRAMES // 2
    truth = points(
        (1, list(range(FRAMES)), [*map(tuple, first[:half] * 2), *map(tuple, second[half:] * 2)]),
        (2, list(range(FRAMES)), [*map(tuple, second[:half] * 2), *map(tuple, first[half:] * 2)]),
        (3, list(range(30)), [(300, 300)] * 30),
        (4, list(range(31, FRAMES)), [(300, 300)] * (FRAMES - 31)),
        (5, list(range(20, 40)), [(12.0 * (k + 1), 400) for k in range(20)]),
    )
    found = [alone(i, i / 50, np.empty((0, 2)), np.empty(0)) for i in range(FRAMES)]
    boxes = list(human_detections(iter(blank(FRAMES)), truth, found, SCALE, 0.5))
    on_sheets = analyse_field(boxes, SCALE, (640, 480), Thresholds(), AS_PEOPLE_LINKED)
    result = from_sheets(on_sheets, np.array([320.0, 240.0]), 0.0)
    lengths = sorted(len(cell.track) for cell in result.cells)
    assert lengths == [20, 30, FRAMES - 31, FRAMES, FRAMES]
    by_length = {len(cell.track): cell for cell in result.cells}
    np.testing.assert_allclose(by_length[30].track.xy_um, 150)
    # What comes in late is counted only if it may have been there: the third was, the last not.
    assert by_length[FRAMES - 31].present_at_start
    assert not by_length[20].present_at_start
    assert result.counted.total == 4


def field(counted: GradeCounts, cells: list[Cell]) -> FieldResult:
    read = analyse_field(detect(cells), SCALE, (640, 480), Thresholds())
    return replace(read, counted=counted)


def test_the_difference_is_own_minus_human_in_points():
    lying = [Cell(np.tile((40.0 + 20 * i, 40.0), (FRAMES, 1)), activity=1.0) for i in range(4)]
    swimming = [Cell(swimmer((40, 90), (40, 0), FRAMES), activity=9.0)]
    own = field(GradeCounts(3, 0, 0, 1), [*lying, *swimming])
    human = field(GradeCounts(1, 0, 0, 1), lying)
    found = grade_difference(own, human)
    assert found.points == pytest.approx((25, 0, 0, -25))
    assert found.points_by_time == pytest.approx((20, 0, 0, -20))
    assert (found.own_counted, found.human_counted) == (4, 2)


def test_no_cells_make_no_percentages():
    nothing = field(GradeCounts(), [Cell(np.full((FRAMES, 2), np.nan))])
    found = grade_difference(nothing, nothing)
    assert found.points == found.points_by_time == (None,) * 4
