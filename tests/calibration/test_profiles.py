from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from calibration.optics import Optics
from calibration.profiles import CalibrationProfile, Origin, ProfileError, check_repeat
from calibration.scale import Scale

OPTICS = Optics(40, 0.5, "4102", (9.9, 9.9))
START = datetime(2026, 3, 1, 9, tzinfo=UTC)
PROFILE = CalibrationProfile(Scale(0.495, 0.494, "slide 7"), OPTICS, START, "Ada", valid_days=30)


def test_it_holds_from_its_time_to_its_end() -> None:
    end = START + timedelta(days=30)
    assert PROFILE.valid_until == end
    assert PROFILE.is_valid(START)
    assert PROFILE.is_valid(end - timedelta(microseconds=1))
    assert not PROFILE.is_valid(end)
    assert not PROFILE.is_valid(START - timedelta(seconds=1))


def test_it_gives_its_scale_to_its_own_optics_only() -> None:
    assert PROFILE.scale_for(OPTICS, START) is PROFILE.scale
    with pytest.raises(ProfileError, match="belongs to 40x"):
        PROFILE.scale_for(replace(OPTICS, objective=20), START)


def test_it_gives_no_scale_when_it_has_run_out() -> None:
    with pytest.raises(ProfileError, match=r"2026-03-31.*measure the micrometer again"):
        PROFILE.scale_for(OPTICS, START + timedelta(days=31))


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
        {"valid_days": 0},
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
