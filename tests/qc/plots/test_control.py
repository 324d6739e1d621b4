"""Control charts: lines where the limits are, and signs where a rule is broken."""

import pytest

from qc.charts.cusum import cusum
from qc.charts.ewma import ewma
from qc.charts.levey_jennings import LeveyJennings
from qc.charts.westgard import westgard
from qc.charts.xbar_s import limits_from
from qc.plots.chart import Level, Line, Points, Role
from qc.plots.control import cusum_chart, ewma_chart, levey_jennings_chart, xbar_s_charts

CONTROL = LeveyJennings(50.0, 2.0, 24)
DAYS = [f"2026-03-{day:02}" for day in range(1, 32)]


def levels(chart):
    return [(m.value, m.role) for m in chart.marks if isinstance(m, Level)]


def points(chart):
    return {
        m.role: list(zip(m.x, m.y, m.names or [""] * len(m.x), strict=True))
        for m in chart.marks
        if isinstance(m, Points)
    }


def test_levey_jennings_has_its_limits_and_names_the_broken_rules():
    readings = [50.0, 54.6, 55.0, 51.0, 43.0]
    violations = westgard(CONTROL.z(readings))
    chart = levey_jennings_chart("d", CONTROL, readings, DAYS[:5], violations)
    assert levels(chart) == [
        (50, Role.CENTRE), (46, Role.WARNING), (54, Role.WARNING), (44, Role.ACTION),
        (56, Role.ACTION),
    ]  # fmt: skip
    assert points(chart) == {
        Role.READING: [(0, 50, ""), (3, 51, "")],
        Role.WARNING: [(1, 54.6, "1_2s")],
        Role.ACTION: [(2, 55, "2_2s"), (4, 43, "1_3s")],
    }
    assert chart.x_ticks == tuple(enumerate(DAYS[:5]))
    assert chart.notes == ()
    assert chart.y_range[0] < 43
    assert chart.y_range[1] > 56


def test_of_several_controls_each_shows_what_it_broke_itself():
    violations = westgard([[2.5, 0.1], [0.1, 3.5]])
    first, second = (
        levey_jennings_chart("d", CONTROL, readings, DAYS[:2], violations, material=number)
        for number, readings in enumerate(([55.0, 50.2], [50.2, 57.0]))
    )
    assert points(first)[Role.WARNING] == [(0, 55, "1_2s")]
    assert Role.ACTION not in points(first)
    assert points(second)[Role.ACTION] == [(1, 57, "1_3s")]


def test_a_control_that_was_not_read_yet_shows_its_limits_alone():
    chart = levey_jennings_chart("d", LeveyJennings(50, 2, 7), [], [], [])
    assert points(chart) == {}
    assert len(levels(chart)) == 5
    assert chart.x_ticks == ((0.0, ""),)
    assert chart.notes == ("limits from 7 readings: too few yet",)


def test_means_and_scatter_are_held_against_their_own_limits():
    limits = limits_from(50.0, 1.0, 2, 20)
    groups = [[50, 51], [54, 53], [50, 60]]
    means, scatter = xbar_s_charts("d", limits, groups, DAYS[:3])
    assert points(means) == {
        Role.READING: [(0, 50.5, "")], Role.ACTION: [(1, 53.5, ""), (2, 55, "")]
    }  # fmt: skip
    assert points(scatter)[Role.ACTION] == [(2, pytest.approx(50**0.5), "")]
    assert levels(means)[0] == (50, Role.CENTRE)
    assert levels(scatter)[0] == (1, Role.CENTRE)
    with pytest.raises(ValueError, match="no scatter"):
        xbar_s_charts("d", limits, [[50]], DAYS[:1])


def test_both_sums_are_shown_and_the_signal():
    sums = cusum([50, 53, 53, 53, 53, 53], 50, 1, h=4)
    chart = cusum_chart("d", sums, DAYS[:6], 4)
    assert levels(chart) == [(0, Role.CENTRE), (4, Role.ACTION), (-4, Role.ACTION)]
    assert [x for x, *_ in points(chart)[Role.ACTION]] == list(map(float, sums.signals))
    upper, lower = [m for m in chart.marks if isinstance(m, Line)]
    assert upper.y == tuple(one.high for one in sums.points)
    assert lower.y == tuple(-one.low for one in sums.points)


def test_the_average_runs_between_its_limits():
    averages = ewma([50, 50, 58, 58], 50, 1)
    chart = ewma_chart("d", averages, DAYS[:4])
    low, high, joined = [m for m in chart.marks if isinstance(m, Line)]
    assert list(zip(low.y, high.y, strict=True)) == [one.limits for one in averages.points]
    assert joined.y == tuple(one.value for one in averages.points)
    assert levels(chart) == [(50, Role.CENTRE)]
    assert [x for x, *_ in points(chart)[Role.ACTION]] == list(map(float, averages.signals))


def test_a_label_that_is_missing_is_refused():
    with pytest.raises(ValueError, match="labels do not fit"):
        levey_jennings_chart("d", CONTROL, [50.0], [], [])
