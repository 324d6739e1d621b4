"""Kinematics against paths whose measures are known."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from inference.drift import FieldMotion
from inference.kinematics import MEASURES, Kinematics, measure
from inference.measured import Measured, Withheld
from inference.path_noise import BETWEEN_CELLS, Noise
from inference.tracks import Track

NO_NOISE = Noise(0, 0)


def known(noise_um: float) -> Noise:
    return Noise(noise_um, BETWEEN_CELLS * noise_um)


def track(
    xy_um: NDArray[np.floating], rate_hz: float, kept: NDArray[np.bool_] | None = None
) -> Track:
    frame = np.arange(len(xy_um)) if kept is None else np.flatnonzero(kept)
    n = len(frame)
    return Track(
        track_id=1,
        frame=frame,
        time_s=frame / rate_hz,
        xy_um=np.asarray(xy_um, float)[frame],
        size_um=np.full((n, 2), 5.0),
        score=np.ones(n),
        activity=np.ones(n),
        moves=np.full(n, np.nan),
        interpolated=np.zeros(n, bool),
    )


def value(found: Measured) -> float:
    assert not isinstance(found, Withheld), found.reason
    return found.value


def times(seconds: float, rate_hz: float) -> NDArray[np.float64]:
    return np.arange(round(seconds * rate_hz) + 1) / rate_hz


def straight(speed_um_s: float, seconds: float = 3, rate_hz: float = 60) -> Track:
    time_s = times(seconds, rate_hz)
    return track(speed_um_s * time_s[:, None] * (0.6, 0.8), rate_hz)


def circle(radius_um: float, speed_um_s: float, seconds: float = 4, rate_hz: float = 60) -> Track:
    angle = times(seconds, rate_hz) * speed_um_s / radius_um
    return track(radius_um * np.stack([np.cos(angle), np.sin(angle)], axis=1), rate_hz)


def weaving(
    rate_hz: float, *, speed: float = 50, amplitude: float = 3, beat_hz: float = 8
) -> Track:
    time_s = times(4, rate_hz)
    across = amplitude * np.sin(2 * np.pi * beat_hz * time_s + 0.3)
    return track(np.stack([speed * time_s, across], axis=1), rate_hz)


def lying(noise_um: float, seconds: float = 4, rate_hz: float = 50, seed: int = 0) -> Track:
    rng = np.random.default_rng(seed)
    return track(rng.normal(0, noise_um, (round(seconds * rate_hz), 2)), rate_hz)


def test_a_straight_line_has_one_speed_and_all_ratios_are_one() -> None:
    found = measure(straight(40))
    assert found.progress_um_s == pytest.approx(40)
    for speed in (found.vcl_um_s, found.vsl_um_s, found.vap_um_s):
        assert value(speed) == pytest.approx(40)
    for ratio in (found.linearity, found.straightness, found.wobble_ratio):
        assert value(ratio) == pytest.approx(1)
    assert value(found.mad_deg) == pytest.approx(0, abs=1e-4)
    assert found.wobble_um == pytest.approx(0, abs=1e-6)


def test_a_large_circle_is_progress_by_its_diameter() -> None:
    # Once round in a second: the net way is nothing, the farthest way is the diameter.
    found = measure(circle(radius_um=10, speed_um_s=2 * np.pi * 10))
    assert value(found.vap_um_s) == pytest.approx(2 * np.pi * 10, rel=0.03)
    assert value(found.vsl_um_s) == pytest.approx(0, abs=1e-6)
    assert found.progress_um_s == pytest.approx(20, rel=0.03)


def test_a_very_large_circle_is_progress_by_its_chord() -> None:
    found = measure(circle(radius_um=60, speed_um_s=50))
    assert found.progress_um_s == pytest.approx(120 * np.sin(50 / 120), rel=0.01)


def test_a_tiny_circle_is_no_progress() -> None:
    assert measure(circle(radius_um=1.5, speed_um_s=2 * np.pi * 1.5)).progress_um_s < 1


def test_wobble_in_place_is_no_progress_however_fast() -> None:
    found = measure(weaving(60, speed=0, amplitude=2.5))
    assert found.progress_um_s < 5
    assert value(found.vcl_um_s) > 50
    assert found.wobble_um == pytest.approx(2.5 / 2, rel=0.1)  # rms 2.5 / √2 on one axis of two


def test_a_weaving_swimmer_shows_its_beat() -> None:
    found = measure(weaving(200), noise=NO_NOISE)
    assert value(found.bcf_hz) == pytest.approx(16, rel=0.05)  # two crossings a wave
    assert value(found.alh_um) == pytest.approx(6, rel=0.35)  # the average path follows a little
    assert value(found.vsl_um_s) == pytest.approx(50, rel=0.01)
    assert value(found.vap_um_s) == pytest.approx(50, rel=0.15)
    assert value(found.linearity) < 0.7


@pytest.mark.parametrize("noise_um", [0.1, 0.3, 0.5])
@pytest.mark.parametrize("rate_hz", [25, 50, 100])
def test_noise_alone_is_no_speed(noise_um: float, rate_hz: float) -> None:
    found = measure(lying(noise_um, rate_hz=rate_hz))
    assert found.noise_um == pytest.approx(noise_um, rel=0.25)
    assert found.progress_um_s < 2 * noise_um
    # Uncorrected, noise alone would give √π σ rate: 44 µm/s for 0.5 µm at 50 Hz.
    assert value(found.vcl_um_s) < 0.6 * np.sqrt(np.pi) * noise_um * rate_hz
    assert found.wobble_um < 0.6 * noise_um


def test_noise_hardly_changes_what_a_swimmer_shows() -> None:
    rng = np.random.default_rng(3)
    clean = weaving(60)
    noisy = track(clean.xy_um + rng.normal(0, 0.25, clean.xy_um.shape), 60)
    one, other = measure(clean, noise=NO_NOISE), measure(noisy, noise=known(0.25))
    assert value(other.vcl_um_s) == pytest.approx(value(one.vcl_um_s), rel=0.05)
    assert value(other.vap_um_s) == pytest.approx(value(one.vap_um_s), rel=0.03)
    assert other.progress_um_s == pytest.approx(one.progress_um_s, rel=0.01)


def test_lost_frames_do_not_make_a_cell_faster() -> None:
    whole = straight(40)
    kept = np.random.default_rng(1).random(len(whole)) > 0.3
    kept[[0, -1]] = True
    found = measure(track(whole.xy_um, 60, kept))
    assert found.progress_um_s == pytest.approx(40, rel=1e-6)
    for speed in (found.vcl_um_s, found.vap_um_s, found.vsl_um_s):
        assert value(speed) == pytest.approx(40, rel=1e-6)


def test_bridged_points_are_left_out() -> None:
    known = straight(40)
    bent = known.xy_um.copy()
    bent[50:70] += 30
    bridged = np.zeros(len(known), bool)
    bridged[50:70] = True
    odd = replace(known, xy_um=bent, interpolated=bridged)
    assert value(measure(odd).vcl_um_s) == pytest.approx(40)


@pytest.mark.parametrize(
    "draw",
    [lambda rate: straight(30, rate_hz=rate), lambda rate: circle(40, 45, rate_hz=rate), weaving],
)
def test_two_frame_rates_give_the_same_answer(draw: object) -> None:
    assert callable(draw)
    slow, fast = measure(draw(50), noise=NO_NOISE), measure(draw(100), noise=NO_NOISE)
    assert slow.progress_um_s == pytest.approx(fast.progress_um_s, rel=0.02)
    assert value(slow.vsl_um_s) == pytest.approx(value(fast.vsl_um_s), rel=0.02)
    assert value(slow.vap_um_s) == pytest.approx(value(fast.vap_um_s), rel=0.05)


def test_drift_is_taken_off() -> None:
    moved = straight(40)
    drift = np.array([12.0, -7.0])
    drifting = track(moved.xy_um + moved.time_s[:, None] * drift, 60)
    field = FieldMotion(drift, moved.time_s, np.zeros((len(moved), 2)))
    assert value(measure(field.steadied(drifting)).vsl_um_s) == pytest.approx(40)
    assert value(measure(drifting).vsl_um_s) != pytest.approx(40, abs=2)


def withheld(found: Kinematics) -> dict[str, str]:
    every = {name: getattr(found, name) for name in MEASURES}
    return {name: one.reason for name, one in every.items() if isinstance(one, Withheld)}


@pytest.mark.parametrize("rate_hz", [25, 49])
def test_what_the_frame_rate_cannot_show_is_withheld(rate_hz: float) -> None:
    fine = {"linearity", "wobble_ratio", "alh_um", "bcf_hz", "mad_deg"}
    reason = f"the frame rate is {rate_hz} Hz and this needs 50 Hz"
    assert withheld(measure(weaving(rate_hz))) == dict.fromkeys(fine, reason)


def test_a_clock_that_is_not_quite_true_is_let_pass() -> None:
    assert withheld(measure(weaving(49.9), noise=known(0.05))) == {}


def test_a_short_track_has_progress_alone() -> None:
    found = measure(straight(40, seconds=0.4))
    assert found.progress_um_s == pytest.approx(40)
    assert withheld(found) == dict.fromkeys(MEASURES, "seen for 0.4 s and this needs 0.5 s")


def test_half_a_second_is_long_enough() -> None:
    assert "vcl_um_s" not in withheld(measure(straight(40, seconds=0.5, rate_hz=50)))


def test_a_cell_that_lies_still_has_no_shape() -> None:
    found = withheld(measure(lying(0.1)))
    assert set(found) == set(MEASURES[3:])
    assert all("this needs 5 µm/s" in reason for reason in found.values())


def test_a_head_that_swings_no_more_than_the_noise_has_no_beat() -> None:
    noisy = straight(60).xy_um + np.random.default_rng(4).normal(0, 0.2, (181, 2))
    found = withheld(measure(track(noisy, 60), noise=known(0.2)))
    assert set(found) == {"alh_um", "bcf_hz", "mad_deg"}
    assert "the noise of a place is 0.2 µm" in found["alh_um"]


@pytest.mark.parametrize("points", [2, 3, 4])
def test_the_shortest_tracks_do_not_fail(points: int) -> None:
    assert measure(
        track(np.arange(points)[:, None] * (1.0, 0.0), 50)
    ).progress_um_s == pytest.approx(50)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0, np.pi), st.floats(0.2, 3))
def test_turning_the_picture_changes_nothing_and_speeds_scale(
    seed: int, angle: float, factor: float
) -> None:
    rng = np.random.default_rng(seed)
    path = np.cumsum(rng.normal(0, 1, (120, 2)), axis=0) + 50
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    one = measure(track(path, 50), noise=NO_NOISE)
    other = measure(track(factor * path @ turn.T, 50), noise=NO_NOISE)
    assert value(other.vcl_um_s) == pytest.approx(factor * value(one.vcl_um_s))
    assert value(other.vsl_um_s) == pytest.approx(factor * value(one.vsl_um_s))
    assert value(other.vap_um_s) == pytest.approx(factor * value(one.vap_um_s))
