"""Shares and intervals on their axis."""

from hypothesis import given
from hypothesis import strategies as st

from inference.counting import GradeCounts, Share, shares
from tui.widgets.shares import axis_text, interval_bar, shares_chart

percents = st.floats(0, 100)


@given(st.tuples(percents, percents, percents), st.integers(21, 120))
def test_marks_stand_on_the_nearest_column(values, axis):
    low, middle, high = sorted(values)
    text = interval_bar(middle, (low, high), axis).plain
    assert len(text) <= axis
    assert text.count("●") == 1
    assert abs(text.index("●") / (axis - 1) * 100 - middle) <= 50 / (axis - 1) + 1e-9
    assert abs((len(text) - 1) / (axis - 1) * 100 - high) <= 50 / (axis - 1) + 1e-9


def test_axis_names_its_ends():
    text = axis_text(41)
    assert text.startswith("0")
    assert text.index("5", 12) == 20
    assert text.index("100 %") == 39


def test_chart_writes_cells_percent_and_interval():
    lines = shares_chart(shares([GradeCounts(80, 40, 20, 60)]), 74).plain.splitlines()
    assert lines[1].split()[:7] == ["a", "▲", "rapid", "80", "40", "%", "33–47"]
    assert lines[5].startswith("PR (a + b)       120   60 %")
    assert max(map(len, lines)) <= 74


def test_nothing_counted_is_a_dash_not_a_zero():
    chart = shares_chart({"a": Share(0, None, (0.0, 100.0))}, 74).plain
    assert "– %" in chart
    assert "●" not in chart
