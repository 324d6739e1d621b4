"""Passing and Bablok's line, against R's mcr and the paper's rules in exact fractions."""

import math
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from qc.agreement.passing_bablok import passing_bablok
from tests.qc.agreement.published import COUNTED, COUNTED_AGAIN
from tests.qc.agreement.strategies import related


def test_the_line_is_that_of_mcr() -> None:
    # mcr: slope 1.0050 (0.9848077, 1.0265805), intercept 0.0125 (-0.2975146, 0.1393271). It puts
    # each end midway between two slopes; the paper takes the outer one, so ours just hold its.
    found = passing_bablok(COUNTED, COUNTED_AGAIN)
    assert round(found.slope.value, 4) == 1.0050
    assert round(found.intercept.value, 4) == 0.0125
    assert found.slope.ci95[0] < 0.9848077
    assert found.slope.ci95[1] > 1.0265805
    assert found.slope.ci95 == pytest.approx((0.9848077, 1.0265805), abs=0.0013)
    assert found.intercept.ci95 == pytest.approx((-0.2975146, 0.1393271), abs=0.012)


def _paper(x: list[int], y: list[int]) -> tuple[float, float, float]:
    """Slope and its interval by the rules of the paper of 1983, in exact fractions."""
    slopes: list[Fraction | float] = []
    for i, j in combinations(range(len(x)), 2):
        over, up = x[i] - x[j], y[i] - y[j]
        if over:
            slopes.append(Fraction(up, over))
        elif up:
            slopes.append(math.copysign(math.inf, up))
    slopes = sorted(s for s in slopes if s != -1)
    n, count, k = len(x), len(slopes), sum(s < -1 for s in slopes)
    if count % 2:
        slope = float(slopes[(count + 1) // 2 + k - 1])
    else:
        slope = float(slopes[count // 2 + k - 1] + slopes[count // 2 + k]) / 2
    width = stats.norm.ppf(0.975) * math.sqrt(n * (n - 1) * (2 * n + 5) / 18)
    m1 = round((count - width) / 2)
    m2 = count - m1 + 1
    return slope, float(slopes[m1 + k - 1]), float(slopes[m2 + k - 1])


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(10, 30))
def test_ties_and_all_it_is_the_papers(seed: int, count: int) -> None:
    source = np.random.default_rng(seed)
    truth = source.integers(0, 40, count)
    x, y = (truth + source.integers(-2, 3, count) for _ in range(2))
    try:
        found = passing_bablok(x, y).slope
    except ValueError as refused:
        assert "unbounded" in str(refused) or "rise together" in str(refused)
        return
    assert (found.value, *found.ci95) == pytest.approx(_paper(x.tolist(), y.tolist()), rel=1e-12)


def test_the_interval_holds_the_true_slope_in_95_of_100() -> None:
    source, hits = np.random.default_rng(6), 0
    for _ in range(400):
        truth = source.uniform(5, 90, 40)
        x, y = (truth + source.normal(0, 5, 40) for _ in range(2))
        low, high = passing_bablok(x, y).slope.ci95
        hits += low <= 1 <= high
    assert hits / 400 == pytest.approx(0.95, abs=0.035)


def test_a_bend_is_found_and_a_line_is_none() -> None:
    source = np.random.default_rng(8)
    truth = np.linspace(0, 100, 60)
    bent = passing_bablok(truth, 0.01 * truth**2 + source.normal(0, 1, 60))
    assert bent.linearity.p < 0.01
    ps = [
        passing_bablok(truth + source.normal(0, 2, 60), truth + source.normal(0, 2, 60)).linearity.p
        for _ in range(200)
    ]
    assert np.mean(np.array(ps) < 0.05) < 0.08


@settings(deadline=None)
@given(related(least=10))
def test_swapping_the_readers_inverts_the_interval(two: tuple) -> None:
    forth, back = passing_bablok(*two).slope, passing_bablok(*two[::-1]).slope
    assert back.ci95 == pytest.approx((1 / forth.ci95[1], 1 / forth.ci95[0]), rel=1e-9)
    if (len(two[0]) * (len(two[0]) - 1) // 2) % 2:  # of an even number of slopes it is a mean
        assert back.value == pytest.approx(1 / forth.value, rel=1e-9)


@settings(deadline=None)
@given(related(least=10), st.floats(-50, 50))
def test_a_constant_moves_the_intercept_alone(two: tuple, constant: float) -> None:
    plain, moved = passing_bablok(*two), passing_bablok(two[0], two[1] + constant)
    assert moved.slope.value == pytest.approx(plain.slope.value, rel=1e-9)
    assert moved.slope.ci95 == pytest.approx(plain.slope.ci95, rel=1e-9)
    assert moved.intercept.value == pytest.approx(plain.intercept.value + constant, abs=1e-9)


@settings(deadline=None)
@given(related(least=10))
def test_identical_readings_lie_on_the_line_of_identity(two: tuple) -> None:
    found = passing_bablok(two[0], two[0])
    assert found.slope.value == 1
    assert found.slope.ci95 == (1, 1)
    assert found.intercept.value == 0
    assert found.linearity.p == 1


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (range(8), range(8, 0, -1), "do not rise together"),
        ([5] * 8, range(8), "do not rise together"),
        ([1, 1, 1, 1, 2], [1, 1, 1, 1, 2], "tell too little"),
        ([1, 2, 3], [1, 2, 3], "too few"),
    ],
)
def test_what_has_no_line_is_refused(first: list, second: list, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        passing_bablok(list(first), list(second))
