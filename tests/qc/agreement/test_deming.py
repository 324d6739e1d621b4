"""Deming's line, against SAS and a fit that is found by search."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from qc.agreement.deming import deming
from tests.qc.agreement.published import DEVICE, LABORATORY, MINI, WRIGHT
from tests.qc.agreement.strategies import related


def test_the_blood_test_in_sas() -> None:
    # SAS draws the line -10.56415 + 0.354463 x, with the ratio taken as s²(x) / s²(y).
    ratio = float(np.var(LABORATORY, ddof=1) / np.var(DEVICE, ddof=1))
    found = deming(LABORATORY, DEVICE, ratio)
    assert round(found.intercept.value, 5) == -10.56415
    assert round(found.slope.value, 6) == 0.354463


@pytest.mark.parametrize("ratio", [0.25, 1.0, 3.0])
def test_no_other_line_is_nearer(ratio: float) -> None:
    x, y = np.array(WRIGHT, float), np.array(MINI, float)

    def far(line: np.ndarray) -> float:
        slope, intercept = line
        return float(np.square(y - intercept - slope * x).sum() / (ratio + slope**2))

    searched = optimize.minimize(far, [1, 0], method="Nelder-Mead", options={"xatol": 1e-9})
    found = deming(x, y, ratio)
    assert found.slope.value == pytest.approx(searched.x[0], rel=1e-5)
    assert found.intercept.value == pytest.approx(searched.x[1], abs=1e-2)


def test_equal_errors_make_it_the_long_axis_of_the_points() -> None:
    _, axes = np.linalg.eigh(np.cov(WRIGHT, MINI))
    assert deming(WRIGHT, MINI).slope.value == pytest.approx(axes[1, 1] / axes[0, 1], rel=1e-10)


def test_the_errors_are_the_jackknifes() -> None:
    x, y = np.array(WRIGHT, float), np.array(MINI, float)
    keep = ~np.eye(17, dtype=bool)
    lines = [deming(x[k], y[k]) for k in keep]
    slopes = np.array([line.slope.value for line in lines])
    found = deming(x, y).slope
    # The standard deviation of Tukey's pseudovalues, over √n.
    pseudo = 17 * found.value - 16 * slopes
    assert found.standard_error == pytest.approx(stats.sem(pseudo), rel=1e-9)
    half = stats.t.ppf(0.975, 15) * found.standard_error
    assert found.ci95 == pytest.approx((found.value - half, found.value + half))


def test_the_interval_holds_the_true_slope_in_95_of_100() -> None:
    source, hits = np.random.default_rng(4), 0
    for _ in range(200):
        truth = source.uniform(5, 90, 40)
        found = deming(truth + source.normal(0, 5, 40), truth + source.normal(0, 5, 40)).slope
        hits += found.ci95[0] <= 1 <= found.ci95[1]
    assert hits / 200 == pytest.approx(0.95, abs=0.04)


@settings(deadline=None)
@given(related(), st.sampled_from([0.5, 1.0, 2.0]))
def test_swapping_the_readers_inverts_the_slope(two: tuple, ratio: float) -> None:
    x, y = two
    forth, back = deming(x, y, ratio), deming(y, x, 1 / ratio)
    assert back.slope.value == pytest.approx(1 / forth.slope.value, rel=1e-6)
    expected = -forth.intercept.value / forth.slope.value
    assert back.intercept.value == pytest.approx(expected, abs=1e-4)


@settings(deadline=None)
@given(related(), st.floats(-50, 50))
def test_a_constant_moves_the_intercept_alone(two: tuple, constant: float) -> None:
    plain, moved = deming(*two), deming(two[0], two[1] + constant)
    assert moved.slope.value == pytest.approx(plain.slope.value, rel=1e-6)
    assert moved.slope.standard_error == pytest.approx(plain.slope.standard_error, rel=1e-4)
    assert moved.intercept.value == pytest.approx(plain.intercept.value + constant, abs=1e-4)


@settings(deadline=None)
@given(related())
def test_identical_readings_lie_on_the_line_of_identity(two: tuple) -> None:
    found = deming(two[0], two[0])
    assert found.slope.value == pytest.approx(1)
    assert found.slope.standard_error == pytest.approx(0, abs=1e-9)


def test_what_has_no_line_is_refused() -> None:
    with pytest.raises(ValueError, match="not correlated"):
        deming([1, 2, 3, 4], [5, 5, 5, 5])
    with pytest.raises(ValueError, match="too few"):
        deming([1, 2, 3], [1, 2, 3])
    with pytest.raises(ValueError, match="variance ratio of 0"):
        deming(WRIGHT, MINI, 0)
