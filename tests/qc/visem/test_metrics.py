"""Metrics with known answers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import pearsonr

from qc.visem.folds import leave_one_out, shuffled_folds
from qc.visem.metrics import mean_and_spread, score, summed_error

TRUTH = np.array([[50.0, 20, 30], [30, 30, 40], [70, 10, 20]])
TOLD = np.array([[40.0, 20, 40], [40, 30, 30], [70, 16, 14]])


def test_errors_by_hand():
    scores = score(TRUTH, TOLD)
    assert scores.mae == pytest.approx((20 / 3, 2, 26 / 3))
    assert scores.rmse == pytest.approx((np.sqrt(200 / 3), np.sqrt(12), np.sqrt(236 / 3)))
    assert scores.summed_mae == pytest.approx(52 / 3)
    assert scores.mean_mae == pytest.approx(52 / 9)
    assert scores.summed_rmse == pytest.approx(3 * scores.mean_rmse)
    assert list(summed_error(TRUTH, TOLD)) == [20, 20, 12]
    # 1 - 200 / 800 of the first target.
    assert scores.r2[0] == pytest.approx(0.75)


def test_correlation_agrees_with_scipy():
    expected = [pearsonr(own, told).statistic for own, told in zip(TRUTH.T, TOLD.T, strict=True)]
    assert score(TRUTH, TOLD).pearson_r == pytest.approx(expected)


def test_the_truth_is_without_error_and_a_constant_without_correlation():
    assert score(TRUTH, TRUTH).summed_mae == 0
    assert score(TRUTH, TRUTH).pearson_r == pytest.approx((1, 1, 1))
    mean = np.tile(TRUTH.mean(axis=0), (3, 1))
    assert score(TRUTH, mean).r2 == pytest.approx((0, 0, 0))
    assert score(TRUTH, mean).pearson_r == (None, None, None)
    assert score(TRUTH, TOLD, constant=True).pearson_r == (None, None, None)
    assert score(np.ones((3, 1)), np.zeros((3, 1))).r2 == (None,)


def test_mean_and_spread():
    assert mean_and_spread(np.array([1.0, 2, 3])) == (2, 1)
    assert mean_and_spread(np.array([4.0])) == (4, 0)


@given(st.integers(3, 100), st.integers(0, 2**31))
def test_every_participant_is_held_out_once(participants, seed):
    folds = shuffled_folds(participants, 3, seed)
    assert sorted(np.concatenate(folds)) == list(range(participants))
    assert max(map(len, folds)) - min(map(len, folds)) <= 1
    again = shuffled_folds(participants, 3, seed)
    assert all((one == other).all() for one, other in zip(folds, again, strict=True))


def test_seeds_split_differently_and_one_by_one_is_everyone():
    first, other = (np.concatenate(shuffled_folds(82, 3, seed)) for seed in (0, 1))
    assert (first != other).any()
    assert [list(fold) for fold in leave_one_out(3)] == [[0], [1], [2]]
    with pytest.raises(ValueError, match="too few"):
        shuffled_folds(2, 3, 0)
