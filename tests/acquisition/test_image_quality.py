"""Focus, exposure, even light and shift, on pictures whose answer is known."""

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from acquisition.image_quality import (
    assess,
    focus_score,
    mean_exposure,
    measure_shift,
    saturated_share,
    unevenness,
)
from acquisition.specimen.bench import BenchSettings, Geometry, SimulatedMicroscope
from acquisition.specimen.settings import OpticsSettings, SpecimenSettings
from acquisition.video import open_video

Grey = NDArray[np.uint8]


def heads(
    seed: int = 3,
    count: int = 30,
    shift: tuple[float, float] = (0.0, 0.0),
    noise: float = 2.0,
    contrast: float = 90.0,
) -> Grey:
    """Draw bright heads of 5 x 9 px on grey, moved by a part of a pixel."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:240, 0:320].astype(float)
    image = np.full(x.shape, 90.0)
    for cx, cy, angle in rng.random((count, 3)) * (320, 240, np.pi):
        dx, dy = x - cx - shift[0], y - cy - shift[1]
        along = dx * np.cos(angle) + dy * np.sin(angle)
        across = -dx * np.sin(angle) + dy * np.cos(angle)
        image += contrast * np.exp(-(((along / 4.5) ** 2 + (across / 2.5) ** 2) ** 2))
    image += np.random.default_rng([seed, abs(hash(shift))]).normal(0, noise, x.shape)
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def blurred(image: Grey, sigma_px: float) -> Grey:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma_px), np.uint8)


def test_every_step_of_blur_lowers_the_focus() -> None:
    sharp = heads(noise=0.0)
    scores = [focus_score(sharp), *(focus_score(blurred(sharp, s)) for s in (0.7, 1.0, 1.5, 2, 3))]
    assert all(after < 0.9 * before for before, after in pairwise(scores))


def test_defocus_lowers_the_focus_though_its_rings_are_sharp() -> None:
    def at(focus_um: float) -> float:
        bench = BenchSettings(
            sample=SpecimenSettings(seed=3, extent_um=1_000),
            optics=OpticsSettings(focus_um=focus_um),
        )
        return focus_score(SimulatedMicroscope(bench).render(0.0, Geometry(), 1.0))

    scores = [at(focus_um) for focus_um in (0.0, 3.0, 12.0)]
    assert all(after < 0.92 * before for before, after in pairwise(scores))


def test_sensor_noise_is_not_taken_for_focus() -> None:
    clean = blurred(heads(noise=0.0), 2.0)
    noisy = clean + np.random.default_rng(5).normal(0, 5, clean.shape)
    assert focus_score(np.clip(noisy, 0, 255).astype(np.uint8)) == pytest.approx(
        focus_score(clean), abs=0.06
    )
    assert focus_score(heads(noise=0.0)) > 2 * focus_score(clean)


def test_focus_does_not_count_cells_or_light() -> None:
    few, many = focus_score(heads(count=8)), focus_score(heads(count=60))
    assert few == pytest.approx(many, rel=0.2)
    assert focus_score(heads(contrast=40)) == pytest.approx(focus_score(heads()), rel=0.2)


@pytest.mark.parametrize("noise", [0.0, 3.0])
def test_an_empty_field_has_no_focus(noise: float) -> None:
    assert focus_score(heads(count=0, noise=noise)) == 0.0


def test_exposure_and_saturation_of_a_known_picture() -> None:
    image = np.zeros((10, 20), np.uint8)
    image[:5] = 255
    image[0, :4] = 254
    assert saturated_share(image) == (100 - 4) / 200
    assert mean_exposure(image) == pytest.approx((96 * 255 + 4 * 254) / 200 / 255)


def test_unevenness_of_a_ramp_is_its_rise_between_the_outer_blocks() -> None:
    ramp = np.tile(np.linspace(80, 120, 600), (480, 1))
    image = np.rint(ramp).astype(np.uint8)
    assert unevenness(image) == pytest.approx(40 * (5 / 6) / 100, abs=0.011)


def test_cells_do_not_make_the_light_uneven() -> None:
    assert unevenness(heads(count=40)) < 0.03


def test_a_black_picture_is_judged_without_a_fault() -> None:
    quality = assess(np.zeros((48, 64), np.uint8))
    assert (quality.focus, quality.saturated_share, quality.unevenness) == (0.0, 0.0, 0.0)


@given(st.floats(-12, 12), st.floats(-12, 12))
@settings(max_examples=10, deadline=None)
def test_a_shift_is_measured_to_a_tenth_of_a_pixel(x_px: float, y_px: float) -> None:
    shift = measure_shift(heads(), heads(shift=(x_px, y_px)))
    assert shift.x_px == pytest.approx(x_px, abs=0.1)
    assert shift.y_px == pytest.approx(y_px, abs=0.1)


def test_a_shift_of_2_3_px_to_the_right_is_2_3() -> None:
    shift = measure_shift(heads(), heads(shift=(2.3, 0.0)))
    assert shift.x_px == pytest.approx(2.3, abs=0.05)
    assert shift.y_px == pytest.approx(0.0, abs=0.05)


def test_the_same_picture_has_not_moved() -> None:
    shift = measure_shift(heads(), heads())
    assert (shift.x_px, shift.y_px) == pytest.approx((0.0, 0.0), abs=1e-4)
    assert shift.certainty == pytest.approx(1.0, abs=1e-3)


def test_other_cells_give_no_certainty() -> None:
    assert measure_shift(heads(seed=1), heads(seed=2)).certainty < 0.25


def test_pictures_of_other_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be compared"):
        measure_shift(np.zeros((10, 10), np.uint8), np.zeros((10, 11), np.uint8))


@pytest.mark.real
def test_a_real_picture_that_is_blurred_and_moved(data_dir: Path) -> None:
    frame = next(open_video(data_dir / "visem-tracking/52/52.mp4").frames()).pixels
    sharp, soft = focus_score(frame), focus_score(blurred(frame, 1.5))
    assert soft < 0.5 * sharp
    assert measure_shift(frame[:-5, :-3], frame[5:, 3:]).x_px == pytest.approx(-3, abs=0.1)
