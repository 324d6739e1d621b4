"""MAE, RMSE, ZeroR and total variation, with intervals by video."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from qc.agreement.composition import mean_total_variation, total_variation
from qc.agreement.errors import errors, zero_rule, zero_rule_by_fold

seeds = st.integers(0, 2**32 - 1)


def _two(count: int = 40, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    source = np.random.default_rng(seed)
    truth = 100 * source.dirichlet([2, 3, 1, 4], count)
    return truth + source.normal(0, 5, (count, 4)), truth


def test_the_errors_by_hand() -> None:
    found = errors([[10, 50], [20, 40]], [[12, 50], [16, 50]], seed=1)
    assert found.mae.value == 4
    assert found.rmse.value == pytest.approx(30**0.5)
    assert [one.value for one in found.mae_by_category] == [3, 5]
    assert [one.value for one in found.rmse_by_category] == pytest.approx([10**0.5, 50**0.5])


def test_the_interval_is_that_of_scipys_bootstrap() -> None:
    read, truth = _two()
    each = np.abs(read - truth).mean(1)
    theirs = stats.bootstrap(
        (each,), np.mean, n_resamples=20_000, method="percentile", rng=np.random.default_rng(2)
    ).confidence_interval
    ours = errors(read, truth, seed=3, resamples=20_000).mae
    assert ours.ci95 == pytest.approx((theirs.low, theirs.high), abs=0.04)


def test_readings_of_one_video_are_drawn_together() -> None:
    source = np.random.default_rng(4)
    off = np.repeat(source.normal(0, 5, (12, 1)), 10, axis=0)
    videos = np.repeat(np.arange(12), 10).tolist()
    apart = errors(off, np.zeros_like(off), seed=5).mae
    together = errors(off, np.zeros_like(off), seed=5, videos=videos).mae
    assert together.value == apart.value
    assert np.ptp(together.ci95) > 2.5 * np.ptp(apart.ci95)
    one_each = errors(off[::10], np.zeros((12, 1)), seed=5).mae
    assert together.ci95 == pytest.approx(one_each.ci95)


def test_videos_of_unequal_length_are_drawn_whole() -> None:
    found = errors([[1], [1], [1], [9]], [[0]] * 4, seed=6, videos="aaab", resamples=500).mae
    assert found.value == 3
    assert found.ci95 == (1, 9)


@settings(deadline=None, max_examples=20)
@given(seeds, seeds)
def test_the_same_seed_gives_the_same_and_rmse_is_at_least_mae(data: int, seed: int) -> None:
    read, truth = _two(12, data)
    found = errors(read, truth, seed=seed, resamples=200)
    assert found == errors(read, truth, seed=seed, resamples=200)
    assert found.rmse.value >= found.mae.value
    assert found.mae.ci95[0] <= found.mae.ci95[1]


def test_identical_readings_have_no_error() -> None:
    _, truth = _two()
    found = errors(truth, truth, seed=1, resamples=100)
    assert found.mae.value == found.rmse.value == 0
    assert found.mae.ci95 == (0, 0)


def test_zero_rule_knows_the_training_labels_alone() -> None:
    assert zero_rule([[10, 90], [30, 70]], 2).tolist() == [[20, 80], [20, 80]]
    predicted = zero_rule_by_fold([[0], [10], [20], [90]], ["x", "x", "y", "z"])
    assert predicted.ravel().tolist() == [55, 55, pytest.approx(100 / 3), 10]


def test_zero_rule_beats_a_bad_reader_and_loses_to_a_good_one() -> None:
    read, truth = _two(60)
    blind = zero_rule_by_fold(truth, [index % 10 for index in range(60)])
    error = errors(blind, truth, seed=1).mae.value
    assert errors(read, truth, seed=1).mae.value < error
    assert errors(read[::-1], truth, seed=1).mae.value > error


def test_total_variation_is_half_the_differences() -> None:
    first = [[20, 30, 10, 40], [100, 0, 0, 0]]
    second = [[25, 30, 10, 35], [0, 0, 0, 100]]
    assert total_variation(first, second) == (5, 100)
    assert mean_total_variation(first, second, seed=1).value == 52.5


@settings(deadline=None)
@given(seeds)
def test_total_variation_is_the_largest_gap_over_any_set_of_grades(seed: int) -> None:
    source = np.random.default_rng(seed)
    one, two = 100 * source.dirichlet([1, 1, 1, 1], (2, 1))
    sets = np.array([[mask >> bit & 1 for bit in range(4)] for mask in range(16)])
    largest = np.abs(sets @ (one - two)[0]).max()
    assert total_variation(one, two)[0] == pytest.approx(largest)
    assert total_variation(two, one) == total_variation(one, two)
    assert total_variation(one, one) == (0,)


def test_what_has_no_error_is_refused() -> None:
    with pytest.raises(ValueError, match="2 readings cannot be paired with 3"):
        errors([[1], [2]], [[1], [2], [3]], seed=1)
    with pytest.raises(ValueError, match="at least 2 videos"):
        errors([[1], [2]], [[1], [2]], seed=1, videos="aa")
    with pytest.raises(ValueError, match="3 names of videos do not fit 2"):
        errors([[1], [2]], [[1], [2]], seed=1, videos="abc")
    with pytest.raises(ValueError, match="give no interval"):
        errors([[1], [2]], [[1], [2]], seed=1, resamples=0)
    with pytest.raises(ValueError, match="must be numbers"):
        errors([[1.0], [float("nan")]], [[1], [2]], seed=1)
    with pytest.raises(ValueError, match="at least 2 folds"):
        zero_rule_by_fold([[1], [2]], "aa")
    with pytest.raises(ValueError, match="1 folds do not fit 2"):
        zero_rule_by_fold([[1], [2]], "a")


@pytest.mark.parametrize(
    ("first", "why"),
    [
        ([[20, 30, 10, 33]], "row 1 sums to 93, not to 100"),
        ([[-5, 65, 20, 20]], "-5 % is no percentage"),
        ([[25] * 4] * 2, "2 compositions cannot be paired with 1"),
    ],
)
def test_what_is_no_composition_is_refused(first: list, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        total_variation(first, [[25] * 4])
