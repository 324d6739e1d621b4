"""The WHO table of acceptable differences and the check of two replicates."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.counting import GradeCounts
from qc.replicates import (
    WHO_LIMITS,
    Verdict,
    acceptable_difference,
    closed_form_limit,
    compare,
)

counts = st.builds(GradeCounts, *[st.integers(0, 400)] * 4)


def test_the_table_has_the_bands_of_the_manual() -> None:
    bands = {
        1: (0, 0), 2: (1, 1), 3: (2, 2), 4: (3, 4), 5: (5, 7), 6: (8, 11), 7: (12, 16),
        8: (17, 23), 9: (24, 34), 10: (35, 65),
    }  # fmt: skip
    for limit, (low, high) in bands.items():
        assert set(WHO_LIMITS[low : high + 1]) == {limit}
    assert len(WHO_LIMITS) == 101


def test_the_table_is_symmetric() -> None:
    assert WHO_LIMITS[::-1] == WHO_LIMITS


def test_the_closed_form_reproduces_all_points_of_the_table() -> None:
    assert tuple(closed_form_limit(average, 200) for average in range(101)) == WHO_LIMITS


@pytest.mark.parametrize(
    ("per_replicate", "average", "limit"),
    [(100, 50, 14), (100, 10, 9), (300, 30, 7), (400, 50, 7), (400, 20, 6)],
)
def test_other_counts_have_their_own_limits(per_replicate: int, average: float, limit: int) -> None:
    assert acceptable_difference(average, per_replicate) == limit


@pytest.mark.parametrize(("average", "limit"), [(34.4, 9), (34.5, 10), (65.49, 10), (65.5, 9)])
def test_the_average_is_rounded_half_up_before_the_table_is_read(
    average: float, limit: int
) -> None:
    assert acceptable_difference(average) == limit


@pytest.mark.parametrize(("average", "count"), [(-0.1, 200), (100.1, 200), (50, 0)])
def test_what_is_no_percentage_or_no_count_is_refused(average: float, count: int) -> None:
    with pytest.raises(ValueError, match=r"no percentage|does not exist"):
        acceptable_difference(average, count)


def test_a_difference_at_the_limit_agrees_and_one_cell_more_does_not() -> None:
    at_limit = compare(GradeCounts(a=110, d=90), GradeCounts(a=90, d=110))
    beyond = compare(GradeCounts(a=111, d=89), GradeCounts(a=90, d=110))
    assert at_limit.verdict is Verdict.AGREE
    assert beyond.verdict is Verdict.DIFFER
    assert [d.grade for d in beyond.differences if not d.agrees] == ["a", "d", "progressive"]


def test_progressive_may_differ_where_no_single_grade_does() -> None:
    check = compare(GradeCounts(40, 50, 20, 90), GradeCounts(54, 64, 20, 62))
    assert check.verdict is Verdict.DIFFER
    assert [d.grade for d in check.differences if d.agrees] == ["a", "b", "c"]


def test_an_empty_replicate_cannot_be_compared() -> None:
    check = compare(GradeCounts(), GradeCounts(a=200))
    assert check.verdict is Verdict.EMPTY
    assert check.differences == ()


def test_a_larger_count_than_aimed_at_does_not_narrow_the_limit() -> None:
    check = compare(GradeCounts(a=300, d=300), GradeCounts(a=300, d=300))
    assert check.differences[0].limit_percent == 10
    assert check.per_replicate == 200


def test_few_cells_widen_the_limit() -> None:
    check = compare(GradeCounts(a=25, d=25), GradeCounts(a=25, d=25))
    assert check.per_replicate == 50
    assert check.differences[0].limit_percent == closed_form_limit(50, 50) == 20


def test_few_cells_in_one_replicate_widen_the_limit_by_their_part() -> None:
    # Two standard errors of the difference with 50 and 200 cells, p = 0.51, are 15.8 points.
    check = compare(GradeCounts(a=30, d=20), GradeCounts(a=126, d=174))
    assert check.per_replicate == 80
    assert check.differences[0].difference_percent == pytest.approx(18)
    assert check.differences[0].limit_percent == 16
    assert check.verdict is Verdict.DIFFER


@pytest.mark.parametrize("total", [1, 50, 199, 200, 201, 1000])
def test_equal_replicates_have_the_limit_of_their_count_up_to_the_nominal_one(total: int) -> None:
    assert compare(GradeCounts(a=total), GradeCounts(d=total)).per_replicate == min(total, 200)


def test_one_cell_less_than_aimed_at_is_not_what_was_aimed_at() -> None:
    assert compare(GradeCounts(a=199), GradeCounts(a=200)).per_replicate == 199


@settings(deadline=None)
@given(counts, counts)
def test_the_order_of_the_replicates_does_not_matter(
    first: GradeCounts, second: GradeCounts
) -> None:
    forth, back = compare(first, second), compare(second, first)
    assert forth.verdict is back.verdict
    agreeing = [[d.agrees for d in check.differences] for check in (forth, back)]
    assert agreeing[0] == agreeing[1]


@settings(deadline=None)
@given(counts)
def test_a_replicate_agrees_with_itself(first: GradeCounts) -> None:
    assert compare(first, first).verdict is (Verdict.AGREE if first.total else Verdict.EMPTY)


@settings(deadline=None)
@given(st.integers(0, 100), st.integers(1, 2000))
def test_a_larger_count_never_has_a_wider_limit(average: float, count: int) -> None:
    assert closed_form_limit(average, count + 1) <= closed_form_limit(average, count)
