"""Cusum and EWMA, against Montgomery and the NIST handbook."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qc.charts.cusum import cusum
from qc.charts.ewma import ewma

# Montgomery, Introduction to Statistical Quality Control, table 9.1: mean 10, sd 1; 11 from the
# 21st on.
SHIFTED = (
    9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51, 9.40,
    10.08, 9.37, 10.62, 10.31, 8.52, 10.84, 10.90, 9.33, 12.29, 11.50, 10.60, 11.08,
    10.38, 11.62, 11.31, 10.52,
)  # fmt: skip
# NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.4.
NIST = (
    52.0, 47.0, 53.0, 49.3, 50.1, 47.0, 51.0, 50.1, 51.2, 50.5, 49.6, 47.6, 49.9, 51.3, 47.8, 51.2,
    52.6, 52.4, 53.6, 52.1,
)  # fmt: skip
NIST_EWMA = (
    50.60, 49.52, 50.56, 50.18, 50.16, 49.21, 49.75, 49.85, 50.26, 50.33, 50.11, 49.36, 49.52,
    50.05, 49.38, 49.92, 50.73, 51.23, 51.94, 51.99,
)  # fmt: skip

readings = st.lists(st.floats(0, 100), min_size=1, max_size=40)


def test_montgomerys_cusum_finds_the_shift_at_the_29th() -> None:
    found = cusum(SHIFTED, 10, 1)
    # C+ = 5.28 after 7 readings above 0: the mean is now about 10 + 0.5 + 5.28 / 7 = 11.25.
    assert found.signals == (28, 29)
    point = found.points[28]
    assert round(point.high, 2) == 5.28
    assert point.high_for == 7
    assert round(found.shifts[28], 2) == 11.25
    assert [round(p.low, 2) for p in found.points[:4]] == [0.05, 1.56, 1.77, 0]
    assert [round(p.high, 2) for p in found.points[3:6]] == [1.16, 2.82, 2.5]


def test_the_ewmas_limits_widen_from_the_first_reading_on() -> None:
    found = ewma(SHIFTED, 10, 1, weight=0.1, width=2.7)
    assert found.points[0].value == pytest.approx(9.945)
    assert found.points[0].limits == pytest.approx((9.73, 10.27))
    assert found.steady_limits == pytest.approx((10 - 2.7 / 19**0.5, 10 + 2.7 / 19**0.5))
    widths = [np.ptp(point.limits) for point in found.points]
    assert widths == sorted(widths)
    assert widths[-1] == pytest.approx(np.ptp(found.steady_limits), rel=0.002)
    assert found.signals == (28, 29)


def test_the_nist_handbooks_ewma() -> None:
    found = ewma(NIST, 50, 2.0539, weight=0.3)
    assert [round(point.value, 2) for point in found.points] == list(NIST_EWMA)
    # The page prints 52.5884 and 47.4115, from a factor cut to 0.4201.
    assert found.steady_limits == pytest.approx((47.4115, 52.5884), abs=4e-4)
    assert found.signals == ()


def _sums(values: list, k: float) -> tuple[float, float]:
    """Return the cusums after all values, as the range of the plain sums (Page 1954)."""
    walk = [0.0, *np.cumsum(np.array(values) - k).tolist()]
    down = [0.0, *np.cumsum(-np.array(values) - k).tolist()]
    return walk[-1] - min(walk), down[-1] - min(down)


@settings(deadline=None)
@given(readings)
def test_the_cusum_is_pages(values: list) -> None:
    last = cusum(values, 50, 10).points[-1]
    expected = _sums([(value - 50) / 10 for value in values], 0.5)
    assert (last.high, last.low) == pytest.approx(expected, abs=1e-6)


@settings(deadline=None)
@given(readings, st.sampled_from([0.1, 0.2, 1.0]))
def test_the_ewma_is_its_weights(values: list, weight: float) -> None:
    found = ewma(values, 50, 10, weight=weight)
    weights = weight * (1 - weight) ** np.arange(len(values))[::-1]
    expected = float(weights @ np.array(values)) + (1 - weight) ** len(values) * 50
    assert found.points[-1].value == pytest.approx(expected, abs=1e-9)
    half = 3 * 10 * float(np.sqrt(np.square(weights).sum()))
    assert found.points[-1].limits == pytest.approx((50 - half, 50 + half), abs=1e-9)


@settings(deadline=None)
@given(readings)
def test_mirrored_readings_mirror_both(values: list) -> None:
    mirrored = [100 - value for value in values]
    one, other = cusum(values, 50, 10), cusum(mirrored, 50, 10)
    assert [p.high for p in one.points] == pytest.approx([p.low for p in other.points], abs=1e-9)
    two, three = ewma(values, 50, 10), ewma(mirrored, 50, 10)
    assert two.points[-1].value == pytest.approx(100 - three.points[-1].value, abs=1e-9)


def test_a_downward_shift_tells_a_lower_mean() -> None:
    found = cusum([20 - value for value in SHIFTED], 10, 1)
    assert round(found.shifts[28], 2) == 8.75


def test_a_head_start_finds_a_shift_at_the_start_sooner() -> None:
    high = [11.5] * 10
    assert cusum(high, 10, 1, head_start=2.5).signals[0] < cusum(high, 10, 1).signals[0]
    assert cusum([10] * 10, 10, 1, head_start=2.5).signals == ()


def test_readings_on_target_gather_nothing() -> None:
    assert all(p.high == p.low == 0 for p in cusum([50] * 30, 50, 2).points)
    assert all(p.value == 50 and not p.signal for p in ewma([50] * 30, 50, 2).points)


def test_the_cusum_runs_as_long_as_the_tables_say() -> None:
    # Montgomery, table 9.3: k = 0.5, h = 4: a run of 8.38 after a shift of 1 sd.
    source = np.random.default_rng(9)
    runs = [cusum(source.normal(1, 1, 100), 0, 1, h=4).signals[0] + 1 for _ in range(1500)]
    assert np.mean(runs) == pytest.approx(8.38, abs=0.5)


@pytest.mark.parametrize("bad", [[], [1, float("nan")]])
def test_what_is_no_series_is_refused(bad: list) -> None:
    with pytest.raises(ValueError, match="readings"):
        cusum(bad, 0, 1)
    with pytest.raises(ValueError, match="readings"):
        ewma(bad, 0, 1)


def test_settings_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        cusum([1], 0, 0)
    with pytest.raises(ValueError, match="above 0"):
        ewma([1], 0, -1)
    with pytest.raises(ValueError, match="weight of 0"):
        ewma([1], 0, 1, weight=0)
