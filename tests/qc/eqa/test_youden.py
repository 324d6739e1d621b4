"""Youden's plot: the parts of the error against what was drawn, and the ellipse against scipy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from qc.eqa.scores.youden import youden

pairs = st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=4, max_size=20)


def _named(values: list) -> dict[str, tuple[float, float]]:
    return {str(index): (x, y) for index, (x, y) in enumerate(values)}


def _drawn(count: int, systematic: float, random: float) -> np.ndarray:
    source = np.random.default_rng(11)
    return (
        np.array([40, 60])
        + source.normal(0, systematic, (count, 1))
        + source.normal(0, random, (count, 2))
    )


def test_the_parts_are_those_that_were_drawn() -> None:
    found = youden(_named(_drawn(20_000, 4, 2).tolist()))
    assert found.medians == pytest.approx((40, 60), abs=0.1)
    assert found.random_sd == pytest.approx(2, rel=0.02)
    assert found.systematic_sd == pytest.approx(4, rel=0.02)
    # T = x + y carries twice the systematic error, so its sd / √2 is √(2 · 16 + 4).
    assert found.total_sd == pytest.approx(6, rel=0.02)


def test_the_circle_holds_95_of_100_where_errors_are_random() -> None:
    found = youden(_named(_drawn(20_000, 0, 3).tolist()))
    assert found.circle_radius == pytest.approx(2.4477 * found.random_sd, rel=1e-4)
    inside = np.mean([not point.outside for point in found.points.values()])
    assert inside == pytest.approx(0.95, abs=0.01)


def test_the_ellipse_is_hotellings() -> None:
    values = _drawn(12, 4, 2)
    found = youden(_named(values.tolist())).ellipse
    turn = np.array(
        [[np.cos(found.angle), -np.sin(found.angle)], [np.sin(found.angle), np.cos(found.angle)]]
    )
    scale = 2 * 11 / 10 * stats.f.ppf(0.95, 2, 10)
    expected = scale * np.cov(values.T)
    assert turn @ np.diag(np.square(found.semi_axes)) @ turn.T == pytest.approx(expected)
    assert found.centre == pytest.approx(tuple(values.mean(0)))


@settings(deadline=None)
@given(pairs)
def test_the_parts_of_each_point_make_up_its_error(values: list) -> None:
    found = youden(_named(values))
    for point in found.points.values():
        assert np.hypot(point.systematic, point.random) == pytest.approx(point.total_error)
        assert point.outside == (point.total_error > found.circle_radius)


@settings(deadline=None)
@given(pairs)
def test_swapping_the_items_mirrors_the_plot(values: list) -> None:
    forth, back = youden(_named(values)), youden(_named([(y, x) for x, y in values]))
    assert back.medians == forth.medians[::-1]
    assert back.random_sd == pytest.approx(forth.random_sd)
    for name, point in forth.points.items():
        assert back.points[name].systematic == pytest.approx(point.systematic)
        assert back.points[name].random == pytest.approx(-point.random)


@pytest.mark.parametrize("bad", [[], [(1, 2)] * 3, [(1, 2)] * 3 + [(1, float("nan"))]])
def test_what_makes_no_plot_is_refused(bad: list) -> None:
    with pytest.raises(ValueError, match="Youden pairs"):
        youden(_named(bad))
