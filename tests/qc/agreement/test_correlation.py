"""Correlations, against scipy."""

import numpy as np
import pytest
from hypothesis import given, settings
from scipy import stats

from qc.agreement.correlation import pearson, spearman
from tests.qc.agreement.published import MINI, WRIGHT
from tests.qc.agreement.strategies import pairs


def test_the_peak_flow_meters_of_1986() -> None:
    # Bland & Altman print r = 0.94.
    assert round(pearson(WRIGHT, MINI).r, 2) == 0.94


@settings(deadline=None)
@given(pairs())
def test_pearson_is_scipys(two: tuple) -> None:
    theirs, ours = stats.pearsonr(*two), pearson(*two)
    assert ours.r == pytest.approx(theirs.statistic, abs=1e-12)
    assert ours.p == pytest.approx(theirs.pvalue, abs=1e-9)
    assert ours.ci95 == pytest.approx(tuple(theirs.confidence_interval()), abs=1e-9)


@settings(deadline=None)
@given(pairs())
def test_spearman_is_scipys(two: tuple) -> None:
    theirs, ours = stats.spearmanr(*two), spearman(*two)
    assert ours.r == pytest.approx(theirs.statistic, abs=1e-12)
    assert ours.p == pytest.approx(theirs.pvalue, abs=1e-9)
    assert ours.ci95[0] <= ours.r <= ours.ci95[1]


def test_spearmans_interval_holds_the_true_value_in_95_of_100() -> None:
    source, hits = np.random.default_rng(5), 0
    truth = 6 / np.pi * np.arcsin(0.8 / 2)
    for _ in range(1000):
        low, high = spearman(*source.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], 40).T).ci95
        hits += low <= truth <= high
    assert hits / 1000 == pytest.approx(0.95, abs=0.025)


@given(pairs())
def test_identical_readings_correlate_wholly(two: tuple) -> None:
    assert pearson(two[0], two[0]).r == pytest.approx(1, abs=1e-12)
    assert spearman(two[0], two[0]).r == pytest.approx(1, abs=1e-12)
