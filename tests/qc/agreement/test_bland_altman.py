"""Limits of agreement, against the paper and scipy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from qc.agreement.bland_altman import bland_altman
from qc.agreement.differences import mean_difference
from tests.qc.agreement.published import MINI, WRIGHT
from tests.qc.agreement.strategies import pairs


def test_the_peak_flow_meters_of_1986() -> None:
    # The paper takes Wright minus mini, 2 standard deviations, and rounds between its steps: mean
    # -2.1, sd 38.8, limits -79.7 and 75.5, standard errors 9.4 and 16.3, intervals -22.0 to 17.8,
    # -114.3 to -45.1 and 40.9 to 110.1 l/min.
    found = bland_altman(MINI, WRIGHT, multiplier=2)
    assert round(found.bias.mean, 1) == -2.1
    assert round(found.bias.sd, 1) == 38.8
    assert round(found.bias.standard_error, 1) == 9.4
    assert found.bias.ci95 == pytest.approx((-22.0, 17.8), abs=0.05)
    assert found.lower.value == pytest.approx(-79.7, abs=0.1)
    assert found.upper.value == pytest.approx(75.5, abs=0.1)
    assert found.lower.approximate_ci95 == pytest.approx((-114.3, -45.1), abs=0.2)
    assert found.upper.approximate_ci95 == pytest.approx((40.9, 110.1), abs=0.2)


def test_the_bias_is_that_of_scipys_paired_t_test() -> None:
    theirs = stats.ttest_rel(MINI, WRIGHT)
    ours = mean_difference(WRIGHT, MINI)
    assert ours.p == pytest.approx(theirs.pvalue, rel=1e-12)
    assert ours.ci95 == pytest.approx(tuple(theirs.confidence_interval()), rel=1e-12)


def test_the_proportional_bias_is_that_of_scipys_regression() -> None:
    means, differences = (np.add(WRIGHT, MINI) / 2, np.subtract(MINI, WRIGHT))
    theirs = stats.linregress(means, differences)
    ours = bland_altman(WRIGHT, MINI).proportional
    assert ours is not None
    half = stats.t.ppf(0.975, 15) * theirs.stderr
    assert (ours.slope, ours.intercept, ours.p) == pytest.approx(
        (theirs.slope, theirs.intercept, theirs.pvalue), rel=1e-10
    )
    assert ours.slope_ci95 == pytest.approx((theirs.slope - half, theirs.slope + half), rel=1e-9)


def test_the_exact_interval_holds_the_true_limit_in_95_of_100() -> None:
    source, hits = np.random.default_rng(7), 0
    for _ in range(2000):
        found = bland_altman(np.zeros(8), source.normal(0, 1, 8))
        hits += found.upper.ci95[0] <= 1.959964 <= found.upper.ci95[1]
    assert hits / 2000 == pytest.approx(0.95, abs=0.015)


def test_the_exact_interval_is_scipys_noncentral_t() -> None:
    found = bland_altman(WRIGHT, MINI)
    root = np.sqrt(17)
    factors = stats.nct.ppf([0.025, 0.975], 16, stats.norm.ppf(0.975) * root) / root
    mean, sd = found.bias.mean, found.bias.sd
    assert found.upper.ci95 == pytest.approx(tuple(mean + factors * sd), rel=1e-6)
    assert found.lower.ci95 == pytest.approx(tuple(mean - factors[::-1] * sd), rel=1e-6)


def test_differences_against_the_assigned_value_find_shrinkage_to_the_mean() -> None:
    assigned = np.linspace(5, 95, 30)
    read = 50 + 0.8 * (assigned - 50) + np.random.default_rng(1).normal(0, 1, 30)
    found = bland_altman(assigned, read, against=assigned).proportional
    assert found is not None
    assert found.slope == pytest.approx(-0.2, abs=0.02)
    assert found.p is not None
    assert found.p < 1e-6
    low, bias, high = found.limits_at(95)
    assert low < bias < high
    assert bias == pytest.approx(-9, abs=1)


def test_one_mean_for_all_pairs_has_no_proportional_bias() -> None:
    assert bland_altman([1, 2, 3], [3, 2, 1]).proportional is None


@settings(deadline=None)
@given(pairs())
def test_swapping_the_readers_mirrors_all(two: tuple) -> None:
    forth, back = bland_altman(*two), bland_altman(*two[::-1])
    assert forth.means == back.means
    assert back.bias.mean == pytest.approx(-forth.bias.mean, abs=1e-9)
    assert back.bias.sd == pytest.approx(forth.bias.sd, abs=1e-9)
    assert back.lower.value == pytest.approx(-forth.upper.value, abs=1e-9)
    assert back.lower.ci95 == pytest.approx(tuple(-e for e in forth.upper.ci95[::-1]), abs=1e-6)


@settings(deadline=None)
@given(pairs(), st.floats(-50, 50))
def test_a_constant_moves_the_bias_alone(two: tuple, constant: float) -> None:
    plain, moved = bland_altman(*two), bland_altman(two[0], two[1] + constant)
    assert moved.bias.mean == pytest.approx(plain.bias.mean + constant, abs=1e-9)
    assert moved.bias.sd == pytest.approx(plain.bias.sd, abs=1e-9)
    assert moved.upper.value - moved.lower.value == pytest.approx(
        plain.upper.value - plain.lower.value, abs=1e-9
    )


@given(pairs())
def test_identical_readings_agree_exactly(two: tuple) -> None:
    found = bland_altman(two[0], two[0])
    assert (found.bias.mean, found.bias.sd, found.bias.p) == (0, 0, None)
    assert found.lower.ci95 == found.upper.ci95 == (0, 0)
