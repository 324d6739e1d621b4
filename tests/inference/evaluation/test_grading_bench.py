"""Grading against simulated truth: what is drawn, how a field is held against it, the averages."""

from dataclasses import replace

import numpy as np
import pytest

from acquisition.specimen import Illumination
from calibration.scale import Scale
from inference.counting import GradeCounts
from inference.evaluation.grade_check import FieldCheck, check_plan, sort_out
from inference.evaluation.grade_errors import coverage, errors, proportion, summarise, worst
from inference.evaluation.simulated import (
    FIRST_SEED,
    MOST_CELLS_PER_MM2,
    RATES_HZ,
    plan_dead,
    plan_field,
)
from inference.evaluation.true_cells import in_counting_frame, true_cells, true_grades
from tests.inference.evaluation.drawn import cell, counted, easy, oracle_models, track

WIDE = ((0.0, 100.0),) * 4
NOBODY = ((0,) * 5,) * 5


def check(seed: int, truth: GradeCounts, found: GradeCounts, **how: object) -> FieldCheck:
    whole: dict = {"ci95_percent": WIDE, "confusion": NOBODY, "counted": found, **how}
    return FieldCheck(seed, (25.0, 25.0, 25.0, 25.0), truth, found, **whole)


def test_the_same_seed_draws_the_same_field_within_the_ranges():
    plans = [plan_field(FIRST_SEED + number) for number in range(200)]
    assert plans[7] == plan_field(FIRST_SEED + 7)
    for plan in plans:
        assert 0.25 <= plan.scale.um_per_px_x <= 0.8
        assert np.hypot(*plan.specimen.drift_um_s) <= 15
        assert plan.frame_rate_hz in RATES_HZ
        assert plan.optics.illumination is Illumination.PHASE_CONTRAST
        assert abs(plan.optics.focus_um) <= 2
        area = 640 * 480 * plan.scale.um_per_px_x * plan.scale.um_per_px_y * 1e-6
        cells = plan.specimen.cells_per_mm2 * area
        assert 4.9 <= cells <= 150.1
        assert plan.specimen.cells_per_mm2 <= MOST_CELLS_PER_MM2
    still = [plan.specimen.drift_um_s == (0, 0) for plan in plans]
    assert 0.15 < np.mean(still) < 0.35
    purest = [max(plan.specimen.mix.shares()) for plan in plans]
    assert max(purest) > 0.98
    assert min(purest) < 0.4


def test_dead_samples_are_dead_and_half_of_them_are_shaken():
    plans = [plan_dead(FIRST_SEED + number) for number in range(20)]
    assert all(plan.specimen.mix.shares() == (0, 0, 0, 1) for plan in plans)
    assert sum(plan.optics.shake_um > 0 for plan in plans) == 10
    assert all(np.hypot(*plan.specimen.drift_um_s) <= 5 for plan in plans)


def test_cells_are_sorted_out_by_what_they_follow():
    start = [cell(1, "a"), cell(2, "b"), cell(3, "d"), cell(4, "c", defocus_um=-12.0)]
    found = [
        counted(10, "a"),  # follows the first
        counted(11, "d", frames=20),  # the first a second time, for a shorter while
        counted(12, "c"),  # the second, graded wrong
        counted(13, "c"),  # the one out of focus: neither right nor wrong
        counted(14, "b"),  # one that swam in later
        counted(15, "a"),  # nothing
    ]
    follows = [start[0], start[0], start[1], start[3], cell(9, "b"), None]
    result = sort_out(found, follows, start)
    assert result.truth == GradeCounts(1, 1, 0, 1)
    assert result.found == GradeCounts(2, 1, 1, 1)
    assert result.rows == (
        (1, 0, 0, 0, 0),
        (0, 0, 1, 0, 0),
        (0, 0, 0, 0, 0),
        (0, 0, 0, 0, 1),
        (1, 1, 0, 1, 0),
    )


def test_only_cells_in_the_counting_frame_are_to_be_counted():
    """At 0.5 µm/px it begins at 5.5 px, and ends at 633.5 and 473.5 px."""
    places_px = [(5.4, 200), (5.6, 200), (200, 5.4), (200, 473.4), (633.6, 200), (633.4, 473.4)]
    cells = [replace(cell(number, "a"), x_px=x, y_px=y) for number, (x, y) in enumerate(places_px)]
    inside = in_counting_frame(cells, (640, 480), Scale(0.5, 0.5, "drawn"))
    assert [one.cell_id for one in inside] == [1, 3, 5]
    assert in_counting_frame([], (640, 480), Scale(0.5, 0.5, "drawn")) == []


def test_a_detector_that_knows_the_truth_makes_hardly_an_error():
    plan = easy(plan_field(FIRST_SEED + 3))
    plan = replace(plan, specimen=replace(plan.specimen, drift_um_s=(2.0, 1.0)))
    field = check_plan(plan, oracle_models(plan), 2.0)
    assert field.truth.total >= 20
    assert field.found.total == pytest.approx(field.truth.total, abs=3)
    assert max(map(abs, field.percent_errors)) < 12
    table = np.array(field.confusion)
    assert table[:4, :4].trace() >= 0.85 * field.truth.total
    assert table.sum() == field.found.total + table[:, 4].sum()
    assert len(field.ci95_percent) == 4
    assert sum(field.mix_percent) == pytest.approx(100)


def test_a_track_follows_the_cell_that_it_keeps_to():
    plan = easy(plan_field(FIRST_SEED + 3))
    view = plan.view()
    here = view.cells_in_view(0.0)[0]
    still = np.tile(plan.scale.to_um(np.array([here.x_px, here.y_px])), (3, 1))
    near, far = track(1, still, rate_hz=25.0), track(2, still + 60_000, rate_hz=25.0)
    found = true_cells([near, far], view, plan.scale)
    assert found[0] is not None
    assert found[0].cell_id == here.cell_id
    assert found[1] is None
    assert true_grades([near, far], view, plan.scale) == [here.grade.value, None]


def test_errors_are_told_with_their_sign_and_averaged():
    wrong = check(1, GradeCounts(10, 0, 0, 10), GradeCounts(12, 0, 0, 4))
    right = check(2, GradeCounts(10, 0, 0, 10), GradeCounts(10, 0, 0, 10))
    assert wrong.percent_errors == pytest.approx((25, 0, 0, -25))
    assert wrong.count_error == pytest.approx(-0.2)
    found = errors([wrong, right])
    assert found is not None
    assert found.mean_abs_points == pytest.approx((12.5, 0, 0, 12.5))
    assert found.bias_points == pytest.approx((12.5, 0, 0, -12.5))
    assert found.mean_abs_count == pytest.approx(0.1)
    assert found.bias_count == pytest.approx(-0.1)
    assert found.pooled_points == pytest.approx((100 * 22 / 36 - 50, 0, 0, 100 * 14 / 36 - 50))
    assert found.pooled_count == pytest.approx(-0.1)


def test_small_fields_and_empty_fields_are_kept_apart():
    small = check(1, GradeCounts(4, 0, 0, 0), GradeCounts())
    empty = check(2, GradeCounts(), GradeCounts(0, 0, 0, 1))
    summary = summarise([small, empty])
    assert summary.large is None
    assert summary.every is not None
    assert summary.every.fields == 1
    assert summary.every.mean_abs_points == (100, 0, 0, 0)
    assert summary.every.mean_abs_count == 1
    assert summary.worst == ()
    assert summary.coverage["a"].of == 1


def test_the_worst_field_of_each_grade_is_named():
    fields = [
        check(1, GradeCounts(40, 20, 0, 0), GradeCounts(30, 30, 0, 0)),
        check(2, GradeCounts(40, 20, 0, 0), GradeCounts(40, 14, 6, 0)),
    ]
    found = worst(fields)
    assert [(one.grade, one.seed) for one in found] == [("a", 1), ("b", 1), ("c", 2), ("d", 1)]
    assert found[2].points == pytest.approx(10)


def test_coverage_is_counted_by_grade_for_any_and_for_all():
    count = GradeCounts(5, 5, 5, 5)
    missing_a = ((30.0, 60.0), *WIDE[1:])
    at_the_limit = ((25.004, 100.0), *WIDE[1:])
    fields = [
        check(1, count, count),
        check(2, count, count, ci95_percent=missing_a),
        check(3, count, count, ci95_percent=at_the_limit),
    ]
    found = coverage(fields)
    assert found["a"].share == pytest.approx(2 / 3)
    assert found["d"].share == 1
    assert found["any"].share == pytest.approx(11 / 12)
    assert found["all"].share == pytest.approx(2 / 3)


def test_dead_cells_taken_for_living_ones_are_told_apart_by_the_drift_of_their_fields():
    def rows(as_c: int, as_d: int, missed: int) -> tuple[tuple[int, ...], ...]:
        return (*NOBODY[:3], (0, 0, as_c, as_d, missed), NOBODY[4])

    dead = GradeCounts(0, 0, 0, 10)
    fields = [
        check(1, dead, dead, confusion=rows(1, 7, 2), drift_um_s=0.0),
        check(2, dead, dead, confusion=rows(2, 8, 0), drift_um_s=2.9),
        check(3, dead, dead, confusion=rows(6, 3, 1), drift_um_s=3.0),
    ]
    found = summarise(fields).dead_as_c
    assert (found["calm"].hits, found["calm"].of) == (3, 18)
    assert (found["drifting"].hits, found["drifting"].of) == (6, 9)


def test_a_proportion_has_wilsons_interval():
    # Newcombe 1998 (doi 10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E), 81/263.
    assert proportion(81, 263).ci95 == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert proportion(0, 0).share is None
    assert proportion(0, 0).ci95 == (0, 1)
