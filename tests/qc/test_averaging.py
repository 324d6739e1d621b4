"""The mean of replicates and its interval."""

from functools import reduce
from operator import add

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inference.counting import GradeCounts, GradingVariance, shares, whole_percent
from qc.averaging import mean_share

GRADES = ("a", "b", "c", "d", "progressive")

counts = st.integers(0, 150)
fields = st.lists(st.builds(GradeCounts, counts, counts, counts, counts), min_size=1, max_size=8)


@settings(deadline=None)
@given(st.lists(fields, min_size=1, max_size=2), st.sampled_from(GRADES))
def test_the_percentage_lies_in_its_interval(
    replicates: list[list[GradeCounts]], grade: str
) -> None:
    assume(all(sum(field.total for field in one) for one in replicates))
    share = mean_share(replicates, grade)
    assert share.percent is not None
    assert 0 <= share.ci95[0] <= share.percent <= share.ci95[1] <= 100


@settings(deadline=None)
@given(st.lists(fields, min_size=2, max_size=2), st.sampled_from(GRADES))
def test_the_order_of_the_replicates_does_not_matter(
    replicates: list[list[GradeCounts]], grade: str
) -> None:
    assume(all(sum(field.total for field in one) for one in replicates))
    forth, back = mean_share(replicates, grade), mean_share(replicates[::-1], grade)
    assert forth.percent == pytest.approx(back.percent)
    assert forth.ci95 == pytest.approx(back.ci95)


def test_unequal_replicates_weigh_alike_and_the_mean_lies_in_its_interval() -> None:
    small, large = [GradeCounts(a=30, d=20)], [GradeCounts(a=40, d=60)] * 20
    share = mean_share([small, large], "a")
    assert share.count == 830
    assert share.percent == pytest.approx(50)
    # 4 / (1/50 + 1/2000) = 195.1 effective cells: Wilson's half width is 6.9 points.
    assert share.ci95 == pytest.approx((43.05, 56.95), abs=0.01)
    pooled = shares([*small, *large])["a"]
    assert pooled.ci95[1] < 50


def test_what_is_misread_in_few_cells_weighs_as_much_as_they_do() -> None:
    replicates = [[GradeCounts(a=30, b=30)], [GradeCounts(a=200, b=200)]]
    misread = [GradingVariance(a=60 * 0.1875), GradingVariance(a=400 * 0.1875)]
    # 3/16 / 4 x (1/60 + 1/400) is a standard deviation of 3.00 points, Wilson's half width 6.72.
    assert mean_share(replicates, "a", misread).ci95 == pytest.approx((41.07, 58.93), abs=0.01)


@pytest.mark.parametrize(
    "replicates",
    [
        [[GradeCounts(12, 8, 4, 26), GradeCounts(30, 3, 7, 20)]],
        [[GradeCounts(12, 8, 4, 26)] * 4, [GradeCounts(20, 0, 4, 26)] * 4],
    ],
)
def test_one_replicate_or_two_of_a_size_have_the_interval_of_all_their_fields(
    replicates: list[list[GradeCounts]],
) -> None:
    misread = [reduce(add, (GradingVariance.of((), field) for field in one)) for one in replicates]
    pooled = shares([field for one in replicates for field in one], reduce(add, misread))
    for grade in GRADES:
        share = mean_share(replicates, grade, misread)
        assert share.count == pooled[grade].count
        assert share.percent == pytest.approx(pooled[grade].percent)
        assert share.ci95 == pytest.approx(pooled[grade].ci95)


def test_the_mean_of_two_like_replicates_is_the_whole_percentage_of_each() -> None:
    replicate = [GradeCounts(a=115, d=85)]
    percent, of_each = mean_share([replicate] * 2, "a").percent, shares(replicate)["a"].percent
    assert percent is not None
    assert of_each is not None
    assert whole_percent(percent) == whole_percent(of_each) == 58


@pytest.mark.parametrize(("field", "percent"), [(GradeCounts(d=40), 0), (GradeCounts(a=40), 100)])
def test_none_or_all_of_a_grade_still_has_an_interval(field: GradeCounts, percent: int) -> None:
    share = mean_share([[field] * 5, [field] * 5], "a")
    assert share.percent == percent
    # Wilson's for 0 of 400 and 400 of 400.
    inner = share.ci95[1] if percent == 0 else 100 - share.ci95[0]
    assert inner == pytest.approx(0.951, abs=0.001)


def test_fields_that_differ_widen_the_interval() -> None:
    alike = mean_share([[GradeCounts(a=20, d=20)] * 4] * 2, "a")
    unlike = mean_share([[GradeCounts(a=35, d=5), GradeCounts(a=5, d=35)] * 2] * 2, "a")
    assert unlike.percent == alike.percent
    assert unlike.ci95[0] < alike.ci95[0]
    assert unlike.ci95[1] > alike.ci95[1]


@pytest.mark.parametrize("replicates", [[], [[]], [[GradeCounts(a=3)], [GradeCounts()]]])
def test_an_empty_replicate_has_no_share(replicates: list[list[GradeCounts]]) -> None:
    with pytest.raises(ValueError, match="needs a cell in each"):
        mean_share(replicates, "a")
