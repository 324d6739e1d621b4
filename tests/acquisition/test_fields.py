"""The field plan: random, apart, away from the edge, the same for the same seed."""

from itertools import combinations, islice, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare, kstest, uniform

from acquisition.fields import (
    FieldPlan,
    FieldPlanError,
    coverslip_area,
    field_duration_s,
    replicate_finished,
)
from acquisition.stage import Position, StageLimits

seeds = st.integers(0, 2**32)


def overlap(a: Position, b: Position, width_um: float, height_um: float) -> bool:
    return abs(a.x_um - b.x_um) < width_um and abs(a.y_um - b.y_um) < height_um


def test_500_fields_in_12_mm_none_overlaps_none_is_outside_and_all_come_again() -> None:
    fields = list(islice(FieldPlan(7, 320.0, 240.0).positions(), 500))
    assert len(fields) == 500
    assert not any(overlap(a, b, 320.0, 240.0) for a, b in combinations(fields, 2))
    assert all(abs(p.x_um) <= 6_000 - 160 and abs(p.y_um) <= 6_000 - 120 for p in fields)
    assert fields == list(islice(FieldPlan(7, 320.0, 240.0).positions(), 500))
    # Fields that keep apart are spread more evenly than chance, so this can but be too lenient
    # towards clumps; `test_no_place_is_likelier` is sharp.
    for along, room_um in (([p.x_um for p in fields], 5_840), ([p.y_um for p in fields], 5_880)):
        assert kstest(along, uniform(-room_um, 2 * room_um).cdf).pvalue > 0.01


@pytest.fixture(scope="module")
def planned() -> list[list[Position]]:
    """The first 12 fields of 500 plans: a whole batch, and what a later batch begins with."""
    return [list(islice(FieldPlan(seed, 320.0, 240.0).positions(), 12)) for seed in range(500)]


@pytest.mark.parametrize("fields", [(0, 1, 2, 3, 4), (5,), (6,), (7,), (8,), (9,), (10,), (11,)])
def test_no_place_is_likelier(planned: list[list[Position]], fields: tuple[int, ...]) -> None:
    places = [plan[field] for plan in planned for field in fields]
    columns = [min(int((p.x_um + 5_840) / 11_680 * 4), 3) for p in places]
    rows = [min(int((p.y_um + 5_880) / 11_760 * 4), 3) for p in places]
    cells = np.bincount([4 * row + column for row, column in zip(rows, columns, strict=True)])
    assert chisquare(cells).pvalue > 0.001


def test_the_way_is_much_shorter_than_in_the_order_of_the_draw(
    planned: list[list[Position]],
) -> None:
    def mean_leg_um(plans: list[list[Position]]) -> float:
        return float(np.mean([a.distance_um(b) for plan in plans for a, b in pairwise(plan)]))

    mixed = [list(plan) for plan in planned]
    for plan in mixed:
        np.random.default_rng(0).shuffle(plan)
    assert mean_leg_um([plan[5:10] for plan in planned]) < 0.8 * mean_leg_um(mixed)


@given(seeds, st.floats(50, 900), st.floats(50, 900))
@settings(max_examples=40, deadline=None)
def test_whole_fields_stay_5_mm_from_the_edge(seed: int, width: float, height: float) -> None:
    for place in islice(FieldPlan(seed, width, height).positions(), 15):
        assert abs(place.x_um) + width / 2 <= 6000 + 1e-6
        assert abs(place.y_um) + height / 2 <= 6000 + 1e-6


@given(seeds, st.integers(1, 30))
@settings(max_examples=25, deadline=None)
def test_the_same_seed_gives_the_same_fields(seed: int, count: int) -> None:
    plan = FieldPlan(seed, 224.0, 168.0)
    again = FieldPlan(seed, 224.0, 168.0)
    assert list(islice(plan.positions(), count)) == list(islice(again.positions(), count))


def test_another_seed_gives_other_fields() -> None:
    first = set(islice(FieldPlan(1, 224.0, 168.0).positions(), 20))
    assert first.isdisjoint(islice(FieldPlan(2, 224.0, 168.0).positions(), 20))


def crosses(a: Position, b: Position, c: Position, d: Position) -> bool:
    def side(p: Position, q: Position, r: Position) -> float:
        return (q.x_um - p.x_um) * (r.y_um - p.y_um) - (q.y_um - p.y_um) * (r.x_um - p.x_um)

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_the_way_through_a_batch_does_not_cross_itself(seed: int) -> None:
    way = [Position(0.0, 0.0), *islice(FieldPlan(seed, 224.0, 168.0).positions(), 5)]
    legs = list(pairwise(way))
    assert not any(crosses(*one, *other) for one, other in combinations(legs, 2))


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_the_loop_through_a_later_batch_does_not_cross_itself(seed: int) -> None:
    loop = list(islice(FieldPlan(seed, 224.0, 168.0).positions(), 5, 10))
    legs = list(pairwise([*loop, loop[0]]))
    assert not any(crosses(*one, *other) for one, other in combinations(legs, 2))


def test_fields_cover_the_area_evenly() -> None:
    fields = [
        p for seed in range(40) for p in islice(FieldPlan(seed, 200.0, 150.0).positions(), 10)
    ]
    quadrants = [(p.x_um > 0) + 2 * (p.y_um > 0) for p in fields]
    # 400 draws into four quarters: 100 expected, standard deviation 8.7.
    assert all(abs(quadrants.count(quarter) - 100) < 35 for quarter in range(4))
    assert max(p.x_um for p in fields) > 5500
    assert min(p.y_um for p in fields) < -5500


def test_a_full_area_is_said() -> None:
    plan = FieldPlan(3, 400.0, 400.0, area=StageLimits(-500, 500, -500, 500))
    with pytest.raises(FieldPlanError, match="no room for another field of 400 x 400"):
        list(plan.positions())


@pytest.mark.parametrize("size_um", [0.0, -1.0, float("nan"), float("inf")])
def test_a_field_without_a_size_is_refused(size_um: float) -> None:
    with pytest.raises(FieldPlanError, match="has no size"):
        FieldPlan(1, size_um, 100.0)


def test_a_field_larger_than_the_area_is_refused() -> None:
    with pytest.raises(FieldPlanError, match="does not fit into 12000 x 12000"):
        FieldPlan(1, 13_000.0, 100.0)


def test_a_coverslip_without_a_middle_is_refused() -> None:
    with pytest.raises(FieldPlanError, match="10 x 22 mm"):
        coverslip_area(width_um=10_000.0)


@pytest.mark.parametrize(
    ("cells", "seconds"), [(0, 10.0), (1, 10.0), (10, 10.0), (16, 6.25), (20, 5.0), (500, 5.0)]
)
def test_fields_with_few_cells_are_filmed_longer(cells: int, seconds: float) -> None:
    assert field_duration_s(cells) == seconds


def test_a_negative_number_of_cells_is_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        field_duration_s(-1)


@pytest.mark.parametrize(
    ("counted", "fields", "finished"),
    [(200, 5, True), (199, 5, False), (200, 4, False), (400, 1, False), (0, 50, False)],
)
def test_a_replicate_ends_at_200_in_5_fields(counted: int, fields: int, finished: bool) -> None:
    assert replicate_finished(counted, fields) is finished
