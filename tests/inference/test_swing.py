"""How far a head swings at each pace, on paths whose swing is known."""

import numpy as np
import pytest

from inference.swing import BANDS, BANDS_HZ, swings_um


def times(rate_hz: float, seconds: float = 5.0) -> np.ndarray:
    return np.arange(round(rate_hz * seconds)) / rate_hz


def sine(time_s: np.ndarray, size_um: float, pace_hz: float, angle: float = 0.4) -> np.ndarray:
    swing_um = size_um * np.sin(2 * np.pi * pace_hz * time_s + 1.0)
    return np.outer(swing_um, [np.cos(angle), np.sin(angle)])


@pytest.mark.parametrize("rate_hz", [25.0, 49.0, 150.0])
@pytest.mark.parametrize("pace_hz", [1.6, 2.7, 4.7, 8.0, 11.0])
@pytest.mark.parametrize("angle", [0.0, 0.8, 2.2])
def test_a_swing_is_found_in_its_band_at_its_size(rate_hz, pace_hz, angle):
    found = swings_um(times(rate_hz), sine(times(rate_hz), 0.4, pace_hz, angle))
    band = np.searchsorted(BANDS_HZ, pace_hz) - 1
    assert found[band] == pytest.approx(0.4, rel=0.05)
    farther = np.abs(np.arange(BANDS) - band) > 1
    assert (found[farther] < 0.04).all()


@pytest.mark.parametrize("seconds", [2.0, 5.0, 10.0])
def test_the_way_of_a_swimmer_is_no_swing(seconds):
    time_s = times(50.0, seconds)
    straight = np.outer(time_s, [60.0, -25.0])
    circle = 40 * np.stack([np.cos(0.9 * time_s), np.sin(0.9 * time_s)], axis=1)
    for path in (straight, circle):
        assert (swings_um(time_s, path)[1:] < 0.1).all()


def test_noise_averages_out_over_a_track():
    rng = np.random.default_rng(0)
    time_s = times(50.0)
    noise = rng.normal(0, 0.2, (len(time_s), 2))
    assert (swings_um(time_s, noise) < 0.1).all()
    found = swings_um(time_s, noise + sine(time_s, 0.25, 4.7))
    assert found[2] == pytest.approx(0.25, abs=0.06)
    assert (np.delete(found, 2) < 0.1).all()


def test_lost_frames_are_elapsed_time():
    rng = np.random.default_rng(1)
    time_s = times(50.0)
    kept = np.sort(rng.permutation(len(time_s))[: int(0.85 * len(time_s))])
    found = swings_um(time_s[kept], sine(time_s, 0.4, 2.7)[kept])
    assert found[1] == pytest.approx(0.4, rel=0.1)


def test_the_swing_of_a_long_track_is_that_of_its_pieces():
    time_s = times(50.0, 600.0)
    swinging = (time_s < 300)[:, None] * sine(time_s, 0.4, 4.7)
    assert swings_um(time_s, swinging)[2] == pytest.approx(0.4 / np.sqrt(2), rel=0.05)


def test_way_and_swing_part_at_the_slow_limit():
    time_s = times(50.0)
    assert swings_um(time_s, sine(time_s, 0.4, 1.0)).max() < 0.05
    assert swings_um(time_s, sine(time_s, 0.4, 1.5))[0] == pytest.approx(0.4, rel=0.1)


@pytest.mark.parametrize("seconds", [2.0, 10.0, 30.0])
def test_the_size_of_a_swing_does_not_hang_on_the_length_of_the_track(seconds):
    time_s = times(50.0, seconds)
    assert swings_um(time_s, sine(time_s, 0.4, 4.7))[2] == pytest.approx(0.4, rel=0.05)


def test_what_a_track_cannot_show_is_not_known():
    assert np.isnan(swings_um(np.empty(0), np.empty((0, 2)))).all()
    short, enough = times(50.0, 1.0), times(50.0, 1.04)
    assert np.isnan(swings_um(short, sine(short, 0.4, 4.7))).all()
    assert np.isfinite(swings_um(enough, sine(enough, 0.4, 4.7))).all()
    twice = np.repeat(times(50.0), 2)
    assert np.isnan(swings_um(twice, sine(twice, 0.4, 4.7))).all()
    hole = np.concatenate([times(50.0, 0.6), 4 + times(50.0, 0.6)])
    assert np.isnan(swings_um(hole, sine(hole, 0.4, 4.7))).all()
    few = times(4.0, 2.0)
    assert np.isnan(swings_um(few, sine(few, 0.4, 1.5))).all()
    slow = times(15.0)
    assert np.isfinite(swings_um(slow, sine(slow, 0.4, 2.7))).tolist() == [True] * 4 + [False]
