"""Concordance and intraclass correlation, against published numbers and other ways to get them."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qc.agreement.concordance import concordance, intraclass
from tests.qc.agreement.published import JUDGES, MINI, WRIGHT
from tests.qc.agreement.strategies import pairs


def test_the_judges_of_shrout_and_fleiss() -> None:
    # The paper's table 4 prints 0.29; R's psych::ICC and pingouin the interval 0.02 to 0.76.
    found = intraclass(JUDGES)
    assert round(found.value, 2) == 0.29
    assert [round(end, 2) for end in found.ci95] == [0.02, 0.76]


def test_a_reader_who_reads_too_high_lowers_absolute_agreement() -> None:
    table = np.array(JUDGES, float)
    level = intraclass(table - table.mean(0)).value
    assert level > 0.7
    assert intraclass(table - table.mean(0) + np.array([0, 5, 0, 0])).value < level / 2


@settings(deadline=None)
@given(pairs())
def test_the_concordance_is_its_definition_in_moments(two: tuple) -> None:
    x, y = two
    found = concordance(x, y)
    moments = np.cov(x, y, ddof=0)
    below = moments[0, 0] + moments[1, 1] + (x.mean() - y.mean()) ** 2
    assert found.ccc == pytest.approx(2 * moments[0, 1] / below, abs=1e-12)
    assert found.precision == pytest.approx(np.corrcoef(x, y)[0, 1], abs=1e-12)
    assert found.ccc == pytest.approx(found.precision * found.accuracy, abs=1e-12)
    assert found.ci95[0] <= found.ccc <= found.ci95[1]


def _ccc(moments: np.ndarray) -> float:
    mean_x, mean_y, xx, yy, xy = moments
    return float(np.arctanh(2 * xy / (xx + yy + (mean_x - mean_y) ** 2)))


@pytest.mark.parametrize(("low", "high"), [(WRIGHT, MINI), (np.add(WRIGHT, 90), MINI)])
def test_the_interval_is_the_delta_methods_over_normal_moments(low: tuple, high: tuple) -> None:
    """Lin's variance is that of a function of the moments of a bivariate normal distribution."""
    x, y = np.array(low, float), np.array(high, float)
    n, (xx, xy, _, yy) = len(x), np.cov(x, y, ddof=0).ravel()
    at = np.array([x.mean(), y.mean(), xx, yy, xy])
    covariance = np.zeros((5, 5))
    covariance[:2, :2] = [[xx, xy], [xy, yy]]
    covariance[2:, 2:] = [
        [2 * xx**2, 2 * xy**2, 2 * xx * xy],
        [2 * xy**2, 2 * yy**2, 2 * yy * xy],
        [2 * xx * xy, 2 * yy * xy, xx * yy + xy**2],
    ]
    steps = np.diag(1e-4 * np.abs(at))
    slope = np.array([(_ccc(at + s) - _ccc(at - s)) / (2 * s.max()) for s in steps])
    error = np.sqrt(slope @ covariance @ slope / (n - 2))
    half = np.diff(np.arctanh(concordance(x, y).ci95))[0] / 2
    assert half == pytest.approx(1.959964 * error, rel=1e-5)


def test_the_interval_holds_the_true_concordance_in_95_of_100() -> None:
    source, hits = np.random.default_rng(3), 0
    truth = 2 * 0.8 / (1 + 1 + 0.5**2)
    for _ in range(1000):
        x, y = source.multivariate_normal([0, 0.5], [[1, 0.8], [0.8, 1]], 40).T
        low, high = concordance(x, y).ci95
        hits += low <= truth <= high
    assert hits / 1000 == pytest.approx(0.95, abs=0.025)


@given(pairs())
def test_identical_readings_agree_wholly(two: tuple) -> None:
    x, _ = two
    assert concordance(x, x).ccc == 1
    assert concordance(x, x).ci95 == (1, 1)
    found = intraclass(np.column_stack([x, x]))
    assert found.value == 1
    assert found.ci95 == (1, 1)


@settings(deadline=None)
@given(pairs(), st.floats(-20, 20))
def test_swapping_the_readers_or_moving_both_changes_nothing(two: tuple, constant: float) -> None:
    x, y = two
    plain = concordance(x, y)
    for other in (concordance(y, x), concordance(x + constant, y + constant)):
        assert other.ccc == pytest.approx(plain.ccc, abs=1e-9)
        assert other.ci95 == pytest.approx(plain.ci95, abs=1e-9)


@settings(deadline=None)
@given(pairs())
def test_the_intraclass_correlation_lies_in_its_interval(two: tuple) -> None:
    found = intraclass(np.column_stack(two))
    assert found.ci95[0] <= found.value + 1e-9
    assert found.value <= found.ci95[1] + 1e-9


def test_readers_that_contradict_each_other_have_no_interval() -> None:
    with pytest.raises(ValueError, match="has no interval"):
        intraclass([[10, 90], [90, 10], [40, 60], [60, 40]])


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(-4, 4)), min_size=3, max_size=8))
def test_an_interval_that_is_given_is_one(read: list[tuple[int, int]]) -> None:
    ratings = [[5.0 * share, 100 - 5.0 * share + off] for share, off in read]
    try:
        low, high = intraclass(ratings).ci95
    except ValueError:
        return
    assert math.isfinite(low)
    assert math.isfinite(high)
