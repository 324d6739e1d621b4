"""The smoothing as a map: what it keeps, and that its transpose is one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.smoothing import Smoother


def clock(seed: int, rate_hz: float, points: int = 90):
    rng = np.random.default_rng(seed)
    kept = np.sort(rng.choice(points, points - points // 5, replace=False))
    return kept / rate_hz, rng


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([25, 60, 75, 150]), st.floats(0.02, 0.5))
def test_the_way_back_is_the_transposed_map(seed: int, rate_hz: float, width_s: float) -> None:
    time_s, rng = clock(seed, rate_hz)
    smoother = Smoother.of(time_s, width_s)
    places, slopes = rng.normal(size=(2, len(time_s), 2))
    there = (smoother.smooth(places) * slopes).sum()
    assert (smoother.back(slopes) * places).sum() == pytest.approx(there, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("rate_hz", [25, 60, 150])
def test_even_motion_stays_as_it_is(rate_hz: float) -> None:
    time_s, _ = clock(5, rate_hz)
    line = 300 + time_s[:, None] * (40, -9)
    assert Smoother.of(time_s, 0.1).smooth(line) == pytest.approx(line)


@pytest.mark.parametrize("rate_hz", [25, 60, 75, 150])
def test_the_shares_of_the_noise_are_those_of_smoothed_noise(rate_hz: float) -> None:
    time_s = np.arange(4000) / rate_hz
    smoother = Smoother.of(time_s, 0.1)
    noise = np.random.default_rng(2).normal(size=(4000, 2))
    smooth = smoother.smooth(noise)
    window = smoother.window
    assert smooth.std() == pytest.approx(window.noise_share, rel=0.05)
    assert (noise - smooth).std() == pytest.approx(window.off_noise_share, rel=0.05)
    step = np.diff(smooth, axis=0).std()
    assert step == pytest.approx(np.sqrt(2) * window.step_noise_share, rel=0.05)
