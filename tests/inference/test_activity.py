"""The tail's beat, told from drift, shaking and noise on drawn cells."""

import cv2
import numpy as np
import pytest

from inference.activity import PERIOD_S, ActivityMeter, picture_change

UM_PER_PX = 0.5


def drawn(x: float, y: float, tail_angle: float, rng: np.random.Generator) -> np.ndarray:
    """A bright head with a dark tail at an angle, on noise of 2 grey values."""
    picture = np.full((120, 160), 90, np.float32)
    at = (round(x * 16), round(y * 16))
    tip = (round((x + 30 * np.cos(tail_angle)) * 16), round((y + 30 * np.sin(tail_angle)) * 16))
    cv2.line(picture, at, tip, 60.0, 2, cv2.LINE_AA, shift=4)
    cv2.circle(picture, at, 4 * 16, 230.0, -1, cv2.LINE_AA, shift=4)
    noisy = cv2.GaussianBlur(picture, (0, 0), 1.0) + rng.normal(0, 2, picture.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("shift_px", [(0.0, 0.0), (1.4, -0.7), (3.0, 2.0)])
def test_a_dead_cell_that_drifts_shows_only_noise(shift_px):
    rng = np.random.default_rng(0)
    before = drawn(60.0, 60.0, 0.3, rng)
    now = drawn(60.0 + shift_px[0], 60.0 + shift_px[1], 0.3, rng)
    here = np.array([[60.0 + shift_px[0], 60.0 + shift_px[1]]])
    assert picture_change([before], now, here, UM_PER_PX)[0] < 2.0


def test_a_sharp_picture_of_a_dead_cell_shows_no_more():
    """Heads and grains of half a µm cannot be laid over themselves between pixels."""

    def sharp(x: float, y: float) -> np.ndarray:
        fine = np.full((960, 1280), 90, np.uint8)
        grains = np.random.default_rng(0).uniform(-12, 12, (60, 2))
        for dx, dy in ((0.0, 0.0), *grains):
            at = (round((x + dx) * 8), round((y + dy) * 8))
            cv2.circle(fine, at, 4 if dx else 24, 150 if dx else 230, -1)
        return cv2.resize(fine, (160, 120), interpolation=cv2.INTER_AREA)

    before, now = sharp(60.0, 60.0), sharp(60.5, 60.5)
    assert picture_change([before], now, np.array([[60.5, 60.5]]), UM_PER_PX)[0] < 1.5


def test_noise_that_stays_while_the_field_drifts_is_no_motion():
    rng = np.random.default_rng(0)
    held = rng.normal(0, 8, (120, 160))
    heads = [(40.0, 40.0), (110.0, 45.0), (75.0, 85.0)]

    def field(shift: float) -> np.ndarray:
        faint = [drawn(x + shift, y, 0.3, rng).astype(float) - 90 for x, y in heads]
        return np.clip(90 + sum(faint) / 4 + held, 0, 255).astype(np.uint8)

    here = np.add(heads, (2.0, 0.0))
    assert picture_change([field(0.0)], field(2.0), here, UM_PER_PX).max() < 2.0


@pytest.mark.parametrize("shift_px", [9.0, 14.0])
def test_dead_cells_on_a_stage_that_shakes_show_only_noise(shift_px):
    rng = np.random.default_rng(0)
    heads = [(30.0, 40.0), (70.0, 45.0), (110.0, 35.0), (40.0, 90.0), (90.0, 85.0)]

    def field(shift: float) -> np.ndarray:
        return np.max([drawn(x + shift, y, 0.3, rng) for x, y in heads], axis=0)

    here = np.add(heads, (shift_px, 0.0))
    assert picture_change([field(0.0)], field(shift_px), here, UM_PER_PX).max() < 2.0


def test_a_beating_tail_shows_though_the_head_stays():
    rng = np.random.default_rng(0)
    before, now = drawn(60, 60, 0.3, rng), drawn(60, 60, 1.5, rng)
    assert picture_change([before], now, np.array([[60.0, 60.0]]), UM_PER_PX)[0] > 2.0


def test_a_cell_at_the_very_edge_can_be_measured():
    rng = np.random.default_rng(0)
    before, now = drawn(0, 0, 0.7, rng), drawn(0, 0, 0.7, rng)
    assert np.isfinite(picture_change([before], now, np.array([[0.0, 0.0]]), UM_PER_PX)).all()


def test_a_flat_picture_without_noise_does_not_divide_by_nothing():
    flat = np.full((60, 60), 90, np.uint8)
    assert picture_change([flat], flat, np.array([[30.0, 30.0]]), UM_PER_PX)[0] == 0.0


def test_no_heads_have_no_activity():
    flat = np.full((60, 60), 90, np.uint8)
    assert picture_change([flat, flat], flat, np.empty((0, 2)), UM_PER_PX).shape == (0,)


def test_the_meter_measures_once_a_period_and_is_silent_between():
    rng = np.random.default_rng(0)
    meter = ActivityMeter(UM_PER_PX)
    here = np.array([[60.0, 60.0]])
    measured = [
        bool(np.isfinite(meter.measure(drawn(60, 60, 0.3, rng), frame / 50, here)).all())
        for frame in range(51)
    ]
    assert not any(measured[: round(PERIOD_S * 50)])
    assert sum(measured) == 5
    assert len(meter.measure(drawn(60, 60, 0.3, rng), 51 / 50, np.empty((0, 2)))) == 0


def measured_at(times_s):
    """Times at which a dead cell is measured, of those at which there is a picture."""
    rng = np.random.default_rng(0)
    meter = ActivityMeter(UM_PER_PX)
    here = np.array([[60.0, 60.0]])
    return [
        time_s
        for time_s in times_s
        if np.isfinite(meter.measure(drawn(60, 60, 0.3, rng), time_s, here)).all()
    ]


def test_a_later_field_is_measured_as_the_first_one_is():
    times_s = np.arange(51) / 50
    later = measured_at(7.3 + times_s)
    assert np.allclose(later, 7.3 + np.array(measured_at(times_s)))


def test_after_frames_were_lost_nothing_is_measured_until_there_is_what_to_compare_with():
    times_s = np.arange(60) / 50
    kept = times_s[(times_s <= 0.3) | (times_s > 0.7)]
    measured = np.array(measured_at(kept))
    assert len(measured[measured < 0.7]) == 1
    after = measured[measured > 0.7]
    assert len(after) and after.min() >= 0.72 + PERIOD_S - 1e-6


def test_pictures_that_come_slowly_are_measured():
    assert len(measured_at(np.arange(20) / 5)) == 19
