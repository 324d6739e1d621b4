from dataclasses import replace
from typing import Any

import pytest

from calibration.optics import Optics, OpticsError, check_nominal
from calibration.scale import Scale

VISEM = Optics(40, 0.5, "4102", (9.9, 9.9))


def test_nominal_scale_is_pitch_times_binning_over_magnification() -> None:
    assert VISEM.nominal_um_per_px == pytest.approx((0.495, 0.495))
    binned = replace(VISEM, binning=(2, 1))
    assert binned.nominal_um_per_px == pytest.approx((0.99, 0.495))
    assert binned.pixel_aspect == pytest.approx(2)


@pytest.mark.parametrize(
    ("x", "y", "agrees"),
    [(0.495, 0.495, True), (0.5048, 0.486, True), (0.506, 0.495, False), (0.495, 0.484, False)],
)
def test_two_percent_from_nominal_is_the_limit(x: float, y: float, agrees: bool) -> None:
    check = check_nominal(Scale(x, y, "test"), VISEM)
    assert check.agrees is agrees
    assert ("check objective" in check.text) is not agrees


def test_a_forgotten_adapter_shows_as_a_factor() -> None:
    check = check_nominal(Scale(0.2475, 0.2475, "test"), VISEM)
    assert check.gap_x == pytest.approx(-0.5)
    assert "-50.0 %" in check.text


def test_every_part_tells_set_ups_apart() -> None:
    others = [
        replace(VISEM, objective=20),
        replace(VISEM, adapter=1),
        replace(VISEM, camera_serial="4103"),
        replace(VISEM, pixel_pitch_um=(4.8, 4.8)),
        replace(VISEM, binning=(2, 2)),
        replace(VISEM, region_px=(0, 0, 640, 480)),
    ]
    assert len({VISEM, *others}) == 7
    assert str(VISEM) == "40x, adapter 0.5x, camera 4102"
    assert "binning 2x2" in str(others[4])


@pytest.mark.parametrize(
    "change",
    [
        {"objective": 0},
        {"objective": float("nan")},
        {"adapter": -1},
        {"pixel_pitch_um": (9.9, 0)},
        {"binning": (0, 1)},
        {"region_px": (0, 0, 0, 480)},
        {"region_px": (-1, 0, 640, 480)},
        {"camera_serial": " "},
    ],
)
def test_optics_that_cannot_be_are_an_error(change: dict[str, Any]) -> None:
    with pytest.raises(OpticsError):
        replace(VISEM, **change)
