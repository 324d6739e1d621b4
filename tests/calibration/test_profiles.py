from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from calibration.optics import CameraSetUp, Optics
from calibration.profiles import (
    CalibrationProfile,
    NotCalibratedError,
    OpticsHistory,
    Origin,
    ProfileError,
    check_repeat,
)
from calibration.scale import Scale

OPTICS = Optics(40, 0.5, "4102", (9.9, 9.9))
CAMERA = CameraSetUp("4102", (1, 1), (640, 480))
START = datetime(2026, 3, 1, 9, tzinfo=UTC)
PROFILE = CalibrationProfile(
    "40x", Scale(0.495, 0.494, "slide 7"), OPTICS, START, "Ada", valid_days=30
)
LATER = replace(PROFILE, scale=Scale(0.5, 0.5, "slide 7"), measured_at=START + timedelta(days=20))
HISTORY = OpticsHistory("40x", OPTICS, (PROFILE, LATER))


def test_it_holds_from_its_time_to_its_end() -> None:
    end = START + timedelta(days=30)
    assert PROFILE.valid_until == end
    assert PROFILE.is_valid(START)
    assert PROFILE.is_valid(end - timedelta(microseconds=1))
    assert not PROFILE.is_valid(end)
    assert not PROFILE.is_valid(START - timedelta(seconds=1))


@pytest.mark.parametrize(("day", "profile"), [(0, PROFILE), (19, PROFILE), (20, LATER)])
def test_the_last_one_measured_up_to_the_recording_gives_the_scale(
    day: int, profile: CalibrationProfile
) -> None:
    assert HISTORY.in_force(START + timedelta(days=day), CAMERA) is profile


def test_a_later_one_supersedes_even_one_that_would_hold_longer() -> None:
    short = replace(LATER, valid_days=1)
    with pytest.raises(NotCalibratedError, match="expired on 2026-03-22"):
        OpticsHistory("40x", OPTICS, (PROFILE, short)).in_force(START + timedelta(days=25))


def test_an_expired_one_is_refused_with_its_date_and_how_to_renew_it() -> None:
    with pytest.raises(NotCalibratedError, match=r"expired on 2026-04-20.*calibrate FILE"):
        HISTORY.in_force(START + timedelta(days=60))


def test_without_any_the_way_to_one_is_said() -> None:
    with pytest.raises(NotCalibratedError, match=r"no scale yet; .*motiscope optics enter 40x"):
        OpticsHistory("40x", OPTICS).in_force(START)
    with pytest.raises(NotCalibratedError, match=r"no scale for 2026-02-28, .* 2026-03-01"):
        HISTORY.in_force(START - timedelta(days=1))


@pytest.mark.parametrize(
    ("optics", "camera", "said"),
    [
        (OPTICS, replace(CAMERA, serial="4103"), "camera 4102, not 4103"),
        (OPTICS, replace(CAMERA, binning=(2, 2)), "binning 1x1, not 2x2"),
        (replace(OPTICS, region_px=(8, 8, 320, 240)), CAMERA, "region of 320x240 px, not 640x480"),
    ],
)
def test_it_gives_no_scale_to_another_camera(
    optics: Optics, camera: CameraSetUp, said: str
) -> None:
    with pytest.raises(NotCalibratedError, match=said):
        replace(HISTORY, optics=optics).in_force(START, camera)


def test_its_scale_names_it_and_who_made_it_when() -> None:
    source = PROFILE.named_scale.source
    assert source == f"40x: measured 2026-03-01 by Ada, slide 7; calibration {PROFILE.short_id}"
    assert replace(PROFILE.named_scale, source="slide 7") == PROFILE.scale


def test_it_is_never_edited() -> None:
    with pytest.raises(FrozenInstanceError):
        PROFILE.by = "Bob"  # type: ignore[misc]
    assert PROFILE.origin is Origin.MEASURED


@pytest.mark.parametrize(
    "change",
    [
        {"measured_at": START.replace(tzinfo=None)},
        {"measured_at": START.astimezone(timezone(timedelta(hours=1)))},
        {"by": ""},
        {"name": " "},
        {"name": "40x\nb"},
        {"scale": Scale(0.5, 0.5, " ")},
        {"valid_days": 0},
        {"valid_days": 10**9},
    ],
)
def test_what_cannot_be_kept_is_an_error(change: dict[str, Any]) -> None:
    with pytest.raises(ProfileError):
        replace(PROFILE, **change)


@pytest.mark.parametrize(
    ("x", "y", "agrees"),
    [(0.4, 0.5, True), (0.4019, 0.4976, True), (0.4021, 0.5, False), (0.4, 0.4974, False)],
)
def test_half_a_percent_is_the_limit_of_a_repeat(x: float, y: float, agrees: bool) -> None:
    check = check_repeat(Scale(0.4, 0.5, "first"), Scale(x, y, "repeat"))
    assert check.agrees is agrees
    assert ("measure once more" in check.text) is not agrees


def test_a_new_scale_is_held_against_optics_and_the_scale_before() -> None:
    checks = HISTORY.checks(Scale(0.51, 0.5, "again"), START + timedelta(days=21))
    assert checks.warnings == checks.lines
    assert checks.nominal.gap_x == pytest.approx(0.51 / 0.495 - 1)
    assert checks.repeat is not None
    assert checks.repeat.gap_x == pytest.approx(0.02)
    first = OpticsHistory("40x", OPTICS).checks(Scale(0.495, 0.495, "first"), START)
    assert (first.repeat, first.warnings, len(first.lines)) == (None, (), 1)
