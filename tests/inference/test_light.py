"""Heads shine in phase contrast and are dark in bright field; the least score goes by that."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit, logit

from acquisition.specimen import FieldView, OpticsSettings, Specimen, SpecimenSettings
from acquisition.specimen.settings import Illumination
from acquisition.video import open_video
from calibration.scale import Scale
from inference.evaluation.recordings import BRIGHT_FIELD, RECORDINGS, BrightFieldClip, Recording
from inference.light import heads_are_dark
from inference.linker import link
from inference.looks import LOOKS
from inference.sieve import CellSettings
from inference.tracks import Detections
from tests.inference.scenes import WIDE_UM


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("light", Illumination)
def test_the_light_is_told_from_one_picture(light: Illumination, seed: int) -> None:
    specimen = Specimen(SpecimenSettings(seed=seed, cells_per_mm2=400, extent_um=1_600))
    optics = OpticsSettings(illumination=light, unevenness=0.2, seed=seed)
    grey = FieldView(specimen, optics, 640, 480).render(1.0)
    assert heads_are_dark(grey) is (light is Illumination.BRIGHT_FIELD)


@pytest.mark.real
@pytest.mark.parametrize(
    "one", [*RECORDINGS.values(), *BRIGHT_FIELD], ids=lambda one: str(one.video)
)
def test_the_light_of_recordings_is_told(data_dir: Path, one: Recording | BrightFieldClip) -> None:
    rate_hz = one.frame_rate_hz if isinstance(one, Recording) else None
    grey = next(open_video(data_dir / one.video, rate_hz).frames()).pixels
    assert heads_are_dark(grey) is (one in BRIGHT_FIELD)


def test_an_empty_field_is_not_taken_for_bright_field() -> None:
    assert not heads_are_dark(np.full((480, 640), 100, np.uint8))


def test_doubtful_heads_count_sooner_where_heads_are_dark() -> None:
    one = np.ones(1)
    shining = [
        Detections(
            i, i / 50, np.full((1, 2), 100.0), np.full((1, 2), 16.0), 0.65 * one, one, 0 * one,
            np.nan * one, np.full((1, LOOKS), np.nan), np.empty((0, 2)),
        )
        for i in range(50)
    ]  # fmt: skip
    scale, settings = Scale(0.5, 0.5, "given"), CellSettings()
    offset, weight = settings.unlooked
    probability = expit(offset + weight * logit(0.65))
    assert settings.min_probability_dark < probability < settings.min_probability
    assert link(shining, scale, WIDE_UM) == ()
    assert len(link([replace(each, dark_heads=True) for each in shining], scale, WIDE_UM)) == 1
