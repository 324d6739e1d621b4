"""Auto-exposure: the light that a picture needs, and how a camera gets there."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquisition.auto_exposure import (
    BACKGROUND_GREY,
    BRIGHT_GREY,
    LONGEST_US,
    MOST_GAIN_DB,
    ExposureError,
    expose,
    light_factor,
    relit,
)
from tests.acquisition.lamp_camera import SETTINGS, LampCamera, scene


def test_bright_heads_set_the_light_in_phase_contrast() -> None:
    assert light_factor(scene(40, 115)) == pytest.approx(BRIGHT_GREY / 115)


def test_the_background_sets_the_light_in_bright_field() -> None:
    assert light_factor(scene(100, 60)) == pytest.approx(BACKGROUND_GREY / 100)


def test_a_saturated_picture_is_darkened_and_a_black_one_brightened() -> None:
    assert light_factor(scene(255, 255)) < 0.5
    assert light_factor(scene(90, 255)) < 0.5
    assert light_factor(np.zeros((9, 9), np.uint8)) > 100


@given(
    exposure_us=st.floats(20, 20_000),
    gain_db=st.floats(0, 12),
    factor=st.floats(0.05, 20),
)
def test_relit_settings_give_the_light_within_their_limits(
    exposure_us: float, gain_db: float, factor: float
) -> None:
    settings = replace(SETTINGS, exposure_us=exposure_us, gain_db=gain_db)
    new = relit(settings, factor)
    assert new.exposure_us <= LONGEST_US
    assert 0 <= new.gain_db <= MOST_GAIN_DB + 1e-9
    wanted = exposure_us * 10 ** (gain_db / 20) * factor
    given_us = new.exposure_us * 10 ** (new.gain_db / 20)
    if new.gain_db < MOST_GAIN_DB:
        assert given_us == pytest.approx(wanted)
    assert replace(new, exposure_us=0, gain_db=0) == replace(settings, exposure_us=0, gain_db=0)


@pytest.mark.parametrize("grey_per_ms", [3.0, 8.0, 40.0, 700.0, 3_000.0])
def test_any_lamp_within_reach_is_met(grey_per_ms: float) -> None:
    camera = LampCamera(grey_per_ms)
    accepted = expose(camera, SETTINGS)
    assert accepted == camera.settings
    light = accepted.exposure_us / 1_000 * 10 ** (accepted.gain_db / 20)
    assert 2 * grey_per_ms * light == pytest.approx(BRIGHT_GREY, rel=0.1)
    assert len(camera.asked) <= 9


@pytest.mark.parametrize(("grey_per_ms", "word"), [(0.01, "dark"), (60_000.0, "bright")])
def test_a_lamp_out_of_reach_is_told(grey_per_ms: float, word: str) -> None:
    with pytest.raises(ExposureError, match=f"too {word} whatever the exposure"):
        expose(LampCamera(grey_per_ms), SETTINGS)
