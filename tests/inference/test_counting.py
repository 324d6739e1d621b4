"""Counts and intervals: who was there at the start, and whether 95 % means 95 %."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from inference.counting import (
    MISREADING,
    GradeCounts,
    GradingVariance,
    Misreading,
    design_effect,
    grader_variance,
    shares,
    tally,
    time_shares,
    whole_percent,
    widened,
    wilson,
)
from inference.grading import Grade


def test_tally_and_time_shares() -> None:
    grades = [Grade.RAPID, Grade.RAPID, Grade.IMMOTILE]
    assert tally(grades) == GradeCounts(a=2, d=1)
    found = time_shares([1.0, 2.0, 1.0], grades)
    assert found == {"a": 75.0, "b": 0.0, "c": 0.0, "d": 25.0}
    assert time_shares([], []) == {}
    assert tally([]) == GradeCounts()


@pytest.mark.parametrize(
    ("share", "counted", "low", "high"),
    [
        (0.1, 200, 0.066, 0.149),
        (0.3, 200, 0.241, 0.367),
        (0.5, 400, 0.451, 0.549),
        (0.1, 50, 0.043, 0.214),
    ],
)
def test_wilson_against_the_published_table(
    share: float, counted: float, low: float, high: float
) -> None:
    assert wilson(share, counted, 1.959964) == pytest.approx((low, high), abs=6e-4)


@given(st.floats(0, 1), st.floats(1, 1e4))
def test_wilson_holds_its_share(share: float, counted: float) -> None:
    low, high = wilson(share, counted, 1.959964)
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1


def test_nothing_counted_has_no_share_and_the_widest_interval() -> None:
    for fields in ([], [GradeCounts()], [GradeCounts(), GradeCounts()]):
        found = shares(fields)
        assert list(found) == ["a", "b", "c", "d", "progressive"]
        for share in found.values():
            assert (share.count, share.percent, share.ci95) == (0, None, (0.0, 100.0))


def test_no_motile_cell_is_zero_percent_with_an_interval() -> None:
    found = shares([GradeCounts(d=40), GradeCounts(d=50), GradeCounts()])
    assert found["progressive"].percent == 0
    assert found["progressive"].ci95[0] == 0
    assert 0 < found["progressive"].ci95[1] < 10
    assert found["d"].percent == 100
    assert found["d"].ci95[1] == 100


def test_one_field_has_the_plain_interval() -> None:
    (low, high) = shares([GradeCounts(a=60, d=140)])["a"].ci95
    assert (low, high) == pytest.approx((24.1, 36.7), abs=0.06)


def test_fields_that_differ_widen_the_interval() -> None:
    alike = [GradeCounts(a=12, d=28)] * 5
    unlike = [GradeCounts(a=a, d=40 - a) for a in (2, 6, 12, 18, 22)]
    narrow, wide = shares(alike)["a"], shares(unlike)["a"]
    assert narrow.percent == wide.percent == 30
    assert np.diff(wide.ci95) > 1.8 * np.diff(narrow.ci95)


def test_design_effect_by_hand() -> None:
    # p = 0.3, n = 80: between = (4² + 4²) / 80² x 2 / 1, binomial = 0.21 / 80.
    hits, totals = np.array([8.0, 16.0]), np.array([40.0, 40.0])
    assert design_effect(hits, totals) == pytest.approx((64 / 6400) / (0.21 / 80))
    assert design_effect(np.array([12.0, 12.0]), totals) == 1.0


@given(st.lists(st.tuples(*[st.integers(0, 40)] * 4), max_size=12))
def test_shares_are_numbers_whatever_was_counted(rows: list[tuple[int, int, int, int]]) -> None:
    fields = [GradeCounts(*row) for row in rows]
    found = shares(fields)
    total = sum(field.total for field in fields)
    for share in found.values():
        low, high = share.ci95
        assert 0 <= low <= high <= 100
        if total:
            assert share.percent is not None
            assert low - 1e-9 <= share.percent <= high + 1e-9
    if total:
        assert sum(found[one].percent or 0 for one in "abcd") == pytest.approx(100)


def draw_fields(
    rng: np.random.Generator, share: float, alike: float, fields: int
) -> list[GradeCounts]:
    totals: NDArray[np.int64] = rng.poisson(200 / fields, fields).clip(1)
    local = (
        rng.beta(share * alike, (1 - share) * alike, fields) if alike else np.full(fields, share)
    )
    hits = rng.binomial(totals, local)
    return [GradeCounts(a=int(h), d=int(n - h)) for h, n in zip(hits, totals, strict=True)]


@pytest.mark.parametrize("fields", [5, 12])
@pytest.mark.parametrize("share", [0.1, 0.4])
@pytest.mark.parametrize("alike", [0.0, 99.0, 19.0])  # 0: no spread between the fields at all
def test_the_interval_covers_the_truth_in_95_of_100_samples(
    fields: int, share: float, alike: float
) -> None:
    rng = np.random.default_rng(7)
    samples = 400
    covered = 0
    for _ in range(samples):
        low, high = shares(draw_fields(rng, share, alike, fields))["a"].ci95
        covered += low <= 100 * share <= high
    assert 0.92 <= covered / samples <= 0.995


def test_without_misread_cells_the_interval_is_plain() -> None:
    counts = [GradeCounts(30, 20, 10, 40)]
    assert shares(counts, GradingVariance()) == shares(counts)


def test_a_field_of_one_grade_is_doubted_for_what_is_no_cell_alone() -> None:
    pure = GradingVariance.of([(1.0, 0.0, 0.0, 0.0)] * 30, GradeCounts(a=30))
    of_debris = [30 * MISREADING[grade].false for grade in "abcd"]
    assert [pure.a, pure.b, pure.c, pure.d] == pytest.approx(of_debris)


def test_misread_cells_widen_the_interval_as_their_variance_says() -> None:
    counts = [GradeCounts(50, 50, 0, 0)]
    doubtful = GradingVariance(a=25.0)
    low, high = shares(counts)["a"].ci95
    wide_low, wide_high = shares(counts, doubtful)["a"].ci95
    # Counting and reading each add a variance of 25, so the interval is √2 as wide.
    assert (wide_high - wide_low) / (high - low) == pytest.approx(np.sqrt(2), rel=0.02)
    assert shares(counts, doubtful)["progressive"] == shares(counts)["progressive"]


def test_a_cell_of_two_likely_grades_makes_both_counts_doubtful() -> None:
    doubtful = GradingVariance.of([(0.5, 0.5, 0.0, 0.0)] * 100, GradeCounts(a=50, b=50))
    assert doubtful.a == pytest.approx(25 + MISREADING["a"].variance(50, 100))
    assert doubtful.d == pytest.approx(MISREADING["d"].variance(0, 100))


def test_cells_that_nobody_weighed_are_misread_too() -> None:
    counted = GradeCounts(40, 20, 10, 30)
    misread = [MISREADING[grade].variance(getattr(counted, grade), 100) for grade in "abcd"]
    unknown = GradingVariance.of([None] * 100, counted)
    assert [unknown.a, unknown.b, unknown.c, unknown.d] == pytest.approx(misread)
    assert unknown.progressive == pytest.approx(MISREADING["progressive"].variance(60, 100))


def test_an_error_widens_an_interval_in_squares() -> None:
    low, high = widened(0.5, (0.47, 0.53), (0.04 / 1.959964) ** 2)
    assert (low, high) == pytest.approx((0.45, 0.55))
    assert widened(0.02, (0.01, 0.07), 0.02**2)[0] == 0.0
    assert widened(0.3, (0.2, 0.4), 0.0) == pytest.approx((0.2, 0.4))


def test_misreading_adds_to_what_the_grader_doubts() -> None:
    assert Misreading(0.2, 0.01).variance(40, 100) == pytest.approx(0.2 * 40 * 0.6 + 1)
    assert Misreading(0.2, 0.01).variance(0, 0) == 0.0
    known = grader_variance([(0.5, 0.5, 0.0, 0.0)] * 100)
    assert known == pytest.approx((25, 25, 0, 0, 0))


@pytest.mark.parametrize(
    ("percent", "whole"),
    [(0.0, 0), (0.49, 0), (12.5, 13), (57.49, 57), (100 * 0.575, 58), (99.5, 100), (100.0, 100)],
)
def test_a_percentage_is_whole_with_halves_rounded_up(percent: float, whole: int) -> None:
    assert whole_percent(percent) == whole
