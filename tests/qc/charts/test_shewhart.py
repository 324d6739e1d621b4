"""X-bar, S and Levey-Jennings charts, against printed tables and simulated readings."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qc.charts.factors import a3, b3_b4, c4, s_probability_factors
from qc.charts.levey_jennings import LeveyJennings, levey_jennings
from qc.charts.xbar_s import SpreadLimits, limits_from, xbar_s

# Montgomery, Introduction to Statistical Quality Control, appendix VI: n, c4, A3, B3, B4.
MONTGOMERY = [
    (2, 0.7979, 2.659, 0.000, 3.267),
    (3, 0.8862, 1.954, 0.000, 2.568),
    (4, 0.9213, 1.628, 0.000, 2.266),
    (5, 0.9400, 1.427, 0.000, 2.089),
    (6, 0.9515, 1.287, 0.030, 1.970),
    (7, 0.9594, 1.182, 0.118, 1.882),
    (8, 0.9650, 1.099, 0.185, 1.815),
    (9, 0.9693, 1.032, 0.239, 1.761),
    (10, 0.9727, 0.975, 0.284, 1.716),
    (25, 0.9896, 0.606, 0.565, 1.435),
]
# The WHO manual's factors (DOMAIN.md, 6.3): n, C_n, A2, A3, s 0.001, 0.025, 0.975, 0.999.
WHO = [
    (2, 1.253, 1.772, 2.659, 0.002, 0.039, 2.809, 4.124),
    (3, 1.128, 1.303, 1.954, 0.036, 0.180, 2.167, 2.966),
    (5, 1.064, 0.952, 1.427, 0.160, 0.370, 1.776, 2.286),
    (10, 1.028, 0.650, 0.975, 0.368, 0.563, 1.495, 1.809),
]


@pytest.mark.parametrize(("n", "c", "a", "low", "high"), MONTGOMERY)
def test_the_factors_are_the_printed_ones(
    n: int, c: float, a: float, low: float, high: float
) -> None:
    # 0.001 where the table was made from rounded factors.
    assert round(c4(n), 4) == c
    assert a3(n) == pytest.approx(a, abs=0.0006)
    assert b3_b4(n) == pytest.approx((low, high), abs=0.0011)


@pytest.mark.parametrize("row", WHO)
def test_the_who_factors_are_the_printed_ones(row: tuple) -> None:
    n, to_sd, a2, action, *tails = row
    assert 1 / c4(n) == pytest.approx(to_sd, abs=0.001)
    assert a3(n, 2) == pytest.approx(a2, abs=0.0011)
    assert a3(n) == pytest.approx(action, abs=0.0006)
    found = (*s_probability_factors(n, 0.001), *s_probability_factors(n, 0.025))
    assert (found[0], found[2], found[3], found[1]) == pytest.approx(tails, abs=0.0011)


def test_montgomerys_piston_rings() -> None:
    # Grand mean 74.001, mean s 0.0094 over 25 groups of 5: 74.014, 73.988 and 0.0196.
    found = limits_from(74.001, 0.0094, 5, 25, SpreadLimits.SIGMA)
    assert [round(limit, 3) for limit in found.mean.action] == [73.988, 74.014]
    assert found.spread.action[0] == 0
    assert round(found.spread.action[1], 4) == 0.0196
    assert found.enough


def test_groups_in_control_are_seldom_outside() -> None:
    source = np.random.default_rng(1)
    found = xbar_s(source.normal(40, 3, (500, 4)))
    new = source.normal(40, 3, (20_000, 4))
    means, spreads = new.mean(1), new.std(axis=1, ddof=1)
    assert len(found.mean.outside_warning(means)) / 20_000 == pytest.approx(0.0455, abs=0.01)
    assert len(found.mean.outside_action(means)) / 20_000 == pytest.approx(0.0027, abs=0.0015)
    assert len(found.spread.outside_warning(spreads)) / 20_000 == pytest.approx(0.05, abs=0.01)
    assert len(found.spread.outside_action(spreads)) / 20_000 == pytest.approx(0.002, abs=0.0015)


@settings(deadline=None)
@given(st.floats(-50, 50), st.floats(0.1, 10))
def test_limits_move_and_stretch_with_the_readings(shift: float, scale: float) -> None:
    groups = np.random.default_rng(2).normal(40, 3, (6, 3))
    plain, moved = xbar_s(groups), xbar_s(scale * groups + shift)
    expected = tuple(scale * limit + shift for limit in plain.mean.action)
    assert moved.mean.action == pytest.approx(expected, abs=1e-6)
    assert moved.spread.action[1] == pytest.approx(scale * plain.spread.action[1])
    assert not plain.enough


def test_a_point_on_a_limit_is_inside() -> None:
    limits = LeveyJennings(40, 3, 20).limits
    assert limits.warning == (34, 46)
    assert limits.action == (31, 49)
    assert limits.outside_warning([34, 46, 46.1, 33.9]) == (2, 3)
    assert limits.outside_action([31, 49, 30.9]) == (2,)


def test_levey_jennings_takes_mean_and_sd_of_the_baseline() -> None:
    chart = levey_jennings([38, 40, 42])
    assert (chart.mean, chart.sd, chart.readings, chart.enough) == (40, 2, 3, False)
    assert chart.z([44, 37]) == (2, -1.5)


def test_readings_that_happened_to_agree_get_the_scatter_of_counting() -> None:
    assert levey_jennings([40, 40, 40], least_sd=2.5).sd == 2.5
    with pytest.raises(ValueError, match="standard deviation above 0"):
        levey_jennings([40, 40, 40])


def test_what_has_no_limits_is_refused() -> None:
    with pytest.raises(ValueError, match="group of 1"):
        c4(1)
    with pytest.raises(ValueError, match=r"probability of 0\.5"):
        s_probability_factors(5, 0.5)
    with pytest.raises(ValueError, match="of 3 x 1 are too few"):
        xbar_s([[1], [2], [3]])
    with pytest.raises(ValueError, match="must be numbers"):
        xbar_s([[1.0, 2.0], [3.0, float("nan")]])
    with pytest.raises(ValueError, match="deviation of nan"):
        limits_from(40, float("nan"), 5, 20)
