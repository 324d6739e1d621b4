"""Axes: round numbers, ranges with room, lines within their frame, short names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qc.plots.axes import clipped, nice_ticks, padded, shortened

numbers = st.floats(-1e3, 1e3)


@given(numbers, st.floats(1e-3, 1e3), st.integers(1, 20))
def test_ticks_are_few_round_and_within(low, width, most):
    ticks = nice_ticks((low, low + width), most)
    assert len(ticks) <= most + 1
    assert all(low - 1e-6 * width <= at <= low + width * (1 + 1e-6) for at, _ in ticks)


def test_ticks_are_written_as_short_as_they_can_be():
    assert nice_ticks((-3.5, 3.5), 7) == tuple(
        (float(n), str(n).replace("-", "−")) for n in range(-3, 4)
    )
    assert [text for _, text in nice_ticks((0, 1), 5)] == ["0", "0.2", "0.4", "0.6", "0.8", "1"]


@given(st.lists(numbers, min_size=1))
def test_a_range_holds_its_values_and_has_a_width(values):
    low, high = padded(values)
    assert low <= min(values) <= max(values) <= high
    assert high - low >= 1 - 1e-9


@given(st.floats(-50, 50), st.floats(-200, 200))
def test_a_clipped_line_stays_within_its_frame(slope, intercept):
    found = clipped(slope, intercept, (0, 100), (0, 100))
    if found is not None:
        for x, y in zip(*found, strict=True):
            assert 0 <= x <= 100
            assert -1e-6 <= y <= 100 + 1e-6
            assert y == pytest.approx(intercept + slope * x, abs=1e-6)


def test_a_line_beside_the_frame_is_none():
    assert clipped(0, 120, (0, 100), (0, 100)) is None
    assert clipped(1, 150, (0, 100), (0, 100)) is None


def test_a_long_name_keeps_begin_and_end():
    assert shortened("anna") == "anna"
    assert shortened("technician at bench number twelve") == "technician at b…r twelve"
    assert len(shortened("x" * 99, 10)) == 10
