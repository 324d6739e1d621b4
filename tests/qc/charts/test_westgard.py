"""Westgard's rules: each alone, at its limits, and with the points that broke it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qc.charts.westgard import Rule, westgard

series = st.lists(st.floats(-4, 4), min_size=1, max_size=25)


def _found(z: list, **options: int) -> list[tuple[str, tuple]]:
    return [(v.rule.value, tuple(run for run, _ in v.points)) for v in westgard(z, **options)]


@pytest.mark.parametrize(
    ("z", "expected"),
    [
        ([0.5, 2.5, 0.1], [("1_2s", (1,))]),
        ([0.5, -2.5, 0.1], [("1_2s", (1,))]),
        ([3.5], [("1_2s", (0,)), ("1_3s", (0,))]),
        ([2.1, 2.2], [("1_2s", (0,)), ("1_2s", (1,)), ("2_2s", (0, 1))]),
        ([-2.1, 2.2], [("1_2s", (0,)), ("1_2s", (1,)), ("R_4s", (0, 1))]),
        ([2.1, 0.3, 2.2], [("1_2s", (0,)), ("1_2s", (2,))]),
        ([1.1, 1.2, 1.3, 1.4], [("4_1s", (0, 1, 2, 3))]),
        ([1.1, 1.2, -1.3, 1.4], []),
        ([0.1] * 9, []),
        ([0.1] * 10, [("10_x", tuple(range(10)))]),
        ([-0.1] * 11, [("10_x", tuple(range(10))), ("10_x", tuple(range(1, 11)))]),
        ([2.0, 2.0], []),
        ([3.0], [("1_2s", (0,))]),
        ([1.0] * 4, []),
        ([0.0] * 12, []),
    ],
)
def test_each_rule_and_its_points(z: list, expected: list) -> None:
    assert _found(z) == expected


def test_the_row_on_one_side_may_be_shorter() -> None:
    assert _found([0.1] * 8, consecutive=8) == [("10_x", tuple(range(8)))]


def test_several_materials_break_rules_within_and_across() -> None:
    high_both = westgard([[2.1, 2.3]])
    assert [v.rule for v in high_both] == [Rule.ONE_2S, Rule.ONE_2S, Rule.TWO_2S]
    assert high_both[-1].points == ((0, 0), (0, 1))
    apart = westgard([[2.1, -2.3]])
    assert apart[-1].rule is Rule.R_4S
    assert apart[-1].points == ((0, 0), (0, 1))
    one_material = westgard([[2.1, 0.1], [2.2, 0.2]])
    assert one_material[-1].points == ((0, 0), (1, 0))
    assert one_material[-1].run == 1


def test_opposite_controls_of_two_runs_are_no_range_within_a_run() -> None:
    assert Rule.R_4S not in {v.rule for v in westgard([[2.1, 0.0], [-2.1, 0.0]])}


def test_four_of_two_materials_over_two_runs() -> None:
    found = [v for v in westgard([[1.1, 1.2], [1.3, 1.4]]) if v.rule is Rule.FOUR_1S]
    assert [v.points for v in found] == [((0, 0), (0, 1), (1, 0), (1, 1))]


def test_only_the_warning_does_not_reject() -> None:
    assert [rule for rule in Rule if not rule.rejects] == [Rule.ONE_2S]


@settings(deadline=None)
@given(series)
def test_the_mirrored_series_breaks_the_same_rules(z: list) -> None:
    assert _found(z) == _found([-value for value in z])


@settings(deadline=None)
@given(series)
def test_what_broke_a_rule_did_break_it(z: list) -> None:
    limits = {"1_2s": 2, "1_3s": 3, "2_2s": 2, "4_1s": 1, "10_x": 0}
    for rule, runs in _found(z):
        values = np.array(z)[list(runs)]
        if rule == "R_4s":
            assert np.ptp(values) > 4
        else:
            assert len(set(np.sign(values))) == 1
            assert (np.abs(values) > limits[rule]).all()


def test_runs_in_control_are_seldom_rejected() -> None:
    z = np.random.default_rng(3).normal(0, 1, 5000)
    alone = sum(v.rule is Rule.ONE_3S for v in westgard(z)) / 5000
    warned = sum(v.rule is Rule.ONE_2S for v in westgard(z)) / 5000
    assert alone == pytest.approx(0.0027, abs=0.002)
    assert warned == pytest.approx(0.0455, abs=0.01)


def test_what_is_no_series_is_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        westgard([])
    with pytest.raises(ValueError, match="must be numbers"):
        westgard([0, float("nan")])
    with pytest.raises(ValueError, match="no row"):
        westgard([0], consecutive=1)
