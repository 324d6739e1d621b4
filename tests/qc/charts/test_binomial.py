"""Charts of counted percentages: the scatter of counting, and what goes beyond it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qc.charts.binomial import counting_sd, proportion_chart


def test_the_scatter_of_counting_is_the_binomials() -> None:
    # DOMAIN.md 4.4: 1.96 sd is 6.9 points at 50 % of 200, 4.2 at 10 %.
    assert round(1.96 * counting_sd(50, 200), 1) == 6.9
    assert round(1.96 * counting_sd(10, 200), 1) == 4.2
    assert counting_sd(0, 200) == counting_sd(100, 200) == 0


def test_independent_cells_make_a_p_chart() -> None:
    source = np.random.default_rng(1)
    counted = source.integers(180, 420, 3000)
    found = proportion_chart(source.binomial(counted, 0.4), counted)
    assert found.centre == pytest.approx(40, abs=0.3)
    assert found.beyond_counting == pytest.approx(1, abs=0.04)
    assert len(found.outside_action) / 3000 == pytest.approx(0.0027, abs=0.0025)


def test_a_hand_that_is_not_steady_widens_the_limits() -> None:
    source = np.random.default_rng(2)
    shares = source.normal(0.4, 0.06, 3000).clip(0, 1)
    counted = np.full(3000, 400)
    found = proportion_chart(source.binomial(counted, shares), counted)
    expected = np.sqrt(1 + 0.06**2 * 400 / (0.4 * 0.6))
    assert found.beyond_counting == pytest.approx(expected, rel=0.06)
    assert len(found.outside_action) / 3000 < 0.008


def test_by_hand() -> None:
    found = proportion_chart([80, 120, 80, 120], [200] * 4)
    # z is ±2.83, every range 5.66, over 1.128: 5.01 times more than by counting.
    assert found.centre == 50
    assert found.beyond_counting == pytest.approx(np.sqrt(32) * np.sqrt(np.pi) / 2)
    assert found.points[0].percent == 40
    half = 2 * found.beyond_counting * counting_sd(50, 200)
    assert found.points[0].warning == pytest.approx((50 - half, 50 + half))
    assert found.points[0].action == (0, 100)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 300), st.integers(1, 300)), min_size=2, max_size=20))
def test_more_cells_never_widen_the_limits_and_all_are_percentages(counts: list) -> None:
    hits = [a for a, _ in counts]
    total = [a + b for a, b in counts]
    found = proportion_chart(hits, total)
    widths = [np.ptp(point.action) for point in found.points]
    order = np.argsort(total)
    assert (np.diff(np.array(widths)[order]) <= 1e-9).all()
    for point in found.points:
        assert 0 <= point.action[0] <= point.warning[0] <= found.centre
        assert found.centre <= point.warning[1] <= point.action[1] <= 100


@pytest.mark.parametrize(
    ("hits", "counted", "why"),
    [
        ([1], [2], "too few"),
        ([1, 2], [3, 4, 5], "2 counts cannot be shares of 3"),
        ([1, 5], [3, 4], "between 0 and what was counted"),
        ([0, 0], [0, 4], "between 0 and what was counted"),
        ([0, 0], [3, 4], "undefined"),
        ([3, 4], [3, 4], "undefined"),
    ],
)
def test_what_has_no_chart_is_refused(hits: list, counted: list, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        proportion_chart(hits, counted)


def test_what_has_no_scatter_is_refused() -> None:
    with pytest.raises(ValueError, match="no percentage"):
        counting_sd(101, 200)
    with pytest.raises(ValueError, match="0 cells"):
        counting_sd(50, 0)
