"""The stage micrometer is drawn to a fraction of a pixel."""

from dataclasses import replace

import numpy as np
import pytest

from acquisition.specimen.micrometer import MicrometerSettings, MicrometerView
from acquisition.specimen.settings import OpticsSettings, SpecimenError
from acquisition.stage import Position
from calibration.micrometer import measure

OPTICS = OpticsSettings(noise=0.0, texture=0.0, dirt=0, unevenness=0.0, background=180.0)


@pytest.mark.parametrize("um_per_px", [0.3, 0.497, 0.5, 0.8])
@pytest.mark.parametrize("x_um", [0.0, 0.13])
def test_lines_are_centred_on_their_true_places(um_per_px: float, x_um: float) -> None:
    optics = replace(OPTICS, um_per_px_x=um_per_px, um_per_px_y=um_per_px)
    row = MicrometerView(MicrometerSettings(), optics).coverage(Position(x_um, 0.0))[200]
    x_true = (np.arange(-3, 4) * 10 - x_um) / um_per_px + 319.5
    reach = round(4 / um_per_px)
    for true in x_true:
        columns = np.arange(round(true) - reach, round(true) + reach + 1)
        weight = row[columns]
        # A pixel averages over its area, so a centroid may be off by a few hundredths of a px.
        assert (columns * weight).sum() / weight.sum() == pytest.approx(true, abs=0.05)
        assert weight.sum() * um_per_px == pytest.approx(2.0, abs=1e-3)


def test_the_scale_has_101_lines_and_then_ends() -> None:
    optics = replace(OPTICS, um_per_px_x=0.8, um_per_px_y=0.8)
    view = MicrometerView(MicrometerSettings(), optics, 1_400, 64)
    row = view.coverage()[20] > 0.5
    assert np.count_nonzero(row[1:] & ~row[:-1]) == 101


def test_every_fifth_line_is_longer_and_every_tenth_longest() -> None:
    cover = MicrometerView(MicrometerSettings(), OPTICS).coverage()
    lengths = [0.5 * cover[:, round(319.5 + 20 * k)].sum() for k in (0, 1, 5, 10)]
    assert lengths[0] == lengths[3] > lengths[2] > lengths[1]


def test_light_lines_on_a_dark_field_are_the_other_way_round() -> None:
    dark = MicrometerView(MicrometerSettings(), OPTICS).render(0.0)
    light = MicrometerView(MicrometerSettings(dark_lines=False), OPTICS).render(0.0)
    assert dark[200, 319] < 100 < dark[200, 310]
    assert light[200, 319] > 100 > light[200, 310]


@pytest.mark.parametrize("angle_deg", [0.0, 7.0, 45.0, 90.0, -30.0])
def test_the_calibration_reads_the_true_pitch(angle_deg: float) -> None:
    optics = OpticsSettings(background=170, um_per_px_x=0.47, um_per_px_y=0.47)
    settings = MicrometerSettings(angle_rad=np.radians(angle_deg))
    reading = measure(MicrometerView(settings, optics).render(0.0))
    assert reading.pitch_px == pytest.approx(10 / 0.47, rel=2e-3)


def test_lines_too_wide_for_their_pitch_are_refused() -> None:
    with pytest.raises(SpecimenError, match="pitch"):
        MicrometerSettings(line_width_um=6.0)
