"""Grades: the limits, and what moves by itself below them."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from inference.grading import (
    EDITIONS,
    WHO_1999,
    WHO_2010,
    WHO_2021,
    Grade,
    Thresholds,
    Verdict,
    classes,
    grade,
    rounded_down,
)
from inference.kinematics import Kinematics, measure
from tests.inference.test_kinematics import circle, known, track

LYING = Kinematics(duration_s=3, rate_hz=50, noise_um=0.1, progress_um_s=0.5, wobble_um=0.05)
STILL, BEATING = np.full(30, 1.0), np.full(30, 4.0)


@pytest.mark.parametrize(
    ("speed_um_s", "expected"),
    [
        (120, "a"), (25.0, "a"), (25 - 1e-9, "a"), (24.9, "b"), (5.0, "b"), (5 - 1e-9, "b"),
        (4.9, "c"), (0, "c"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("thresholds", [WHO_1999, WHO_2021])
def test_limits_belong_to_the_faster_grade(
    speed_um_s: float, expected: str, thresholds: Thresholds
) -> None:
    moving = replace(LYING, progress_um_s=speed_um_s)
    assert grade(moving, BEATING, thresholds).grade == expected


def test_a_slow_cell_does_not_read_as_fast_as_the_limit() -> None:
    verdict = grade(replace(LYING, progress_um_s=24.97), BEATING, WHO_2021)
    assert verdict == Verdict(Grade.SLOW, "gets 24.9 µm on in 1 s")
    assert rounded_down(25 - 1e-9) == "25.0"


def test_a_cell_without_activity_is_immotile() -> None:
    assert grade(LYING, STILL, WHO_2021).grade is Grade.IMMOTILE


def test_the_tail_alone_makes_it_non_progressive() -> None:
    verdict = grade(LYING, BEATING, WHO_2021)
    assert verdict.grade is Grade.NON_PROGRESSIVE
    assert "activity 4.0" in verdict.reason


def test_the_head_alone_makes_it_non_progressive() -> None:
    verdict = grade(replace(LYING, wobble_um=1.4), STILL, WHO_2021)
    assert verdict.grade is Grade.NON_PROGRESSIVE
    assert "1.4 µm" in verdict.reason


def test_a_neighbour_that_swims_past_does_not_bring_the_dead_to_life() -> None:
    passing = STILL.copy()
    passing[10:18] = 30
    assert grade(LYING, passing, WHO_2021).grade is Grade.IMMOTILE


def test_activity_is_judged_where_it_was_measured() -> None:
    gaps = np.where(np.arange(30) % 5 == 0, 4.0, np.nan)
    assert grade(LYING, gaps, WHO_2021).grade is Grade.NON_PROGRESSIVE
    assert grade(LYING, np.full(30, np.nan), WHO_2021).grade is Grade.IMMOTILE
    assert grade(LYING, np.empty(0), WHO_2021).grade is Grade.IMMOTILE


def test_the_activity_limit_is_a_setting() -> None:
    assert grade(LYING, BEATING, Thresholds(activity=5)).grade is Grade.IMMOTILE


BRIEFLY = {25: (0, 1, 2), 50: (0, 1, 2, 3, 4), 150: range(13)}
"""Frames of 0.08 s by frame rate."""


def seen_briefly(speed_um_s: float, rate_hz: int, activity: float) -> Counter[str]:
    """Grades of 200 cells that are seen for 0.08 s, with a noise of 0.3 µm that is known."""
    rng = np.random.default_rng(rate_hz)
    time_s = np.array(BRIEFLY[rate_hz]) / rate_hz
    found: Counter[str] = Counter()
    for _ in range(200):
        path = speed_um_s * time_s[:, None] * (0.6, 0.8) + rng.normal(0, 0.3, (len(time_s), 2))
        moving = measure(track(path, rate_hz), known(0.3))
        found[grade(moving, np.full(len(path), activity), WHO_2021, brief=True).grade] += 1
    return found


@pytest.mark.parametrize("rate_hz", BRIEFLY)
def test_noise_does_not_make_a_cell_progressive_that_was_seen_briefly(rate_hz: int) -> None:
    assert seen_briefly(0, rate_hz, activity=1)["d"] >= 194
    assert seen_briefly(0, rate_hz, activity=4)["c"] >= 194


@pytest.mark.parametrize("rate_hz", BRIEFLY)
def test_what_swims_off_at_once_is_rapid(rate_hz: int) -> None:
    assert seen_briefly(60, rate_hz, activity=9) == {"a": 200}


def test_a_cell_seen_briefly_says_what_is_in_doubt() -> None:
    drifting = replace(LYING, duration_s=0.08, progress_um_s=12, progress_u_um_s=4)
    verdict = grade(drifting, STILL, WHO_2021, brief=True)
    reason = "gets 0.9 µm on in 0.08 s (may be noise) and does not move: activity 1.0"
    assert verdict == Verdict(Grade.IMMOTILE, reason)
    assert grade(drifting, STILL, WHO_2021).grade is Grade.SLOW
    sure = replace(drifting, progress_u_um_s=3)
    assert grade(sure, STILL, WHO_2021, brief=True) == Verdict(
        Grade.SLOW, "gets 0.9 µm on in 0.08 s"
    )


def test_editions_report_their_own_classes() -> None:
    assert list(classes(WHO_1999)) == list(classes(WHO_2021)) == ["a", "b", "c", "d"]
    assert list(classes(WHO_2010)) == ["PR", "NP", "IM"]
    for thresholds in EDITIONS.values():
        held = [one for grades in classes(thresholds).values() for one in grades]
        assert held == list(Grade)


@pytest.mark.parametrize(
    ("radius_um", "speed_um_s", "expected"),
    [(10, 2 * np.pi * 10, "b"), (60, 50, "a"), (25, 60, "a"), (1.5, 2 * np.pi * 1.5, "c")],
)
def test_large_circles_are_progressive_and_small_ones_are_not(
    radius_um: float, speed_um_s: float, expected: str
) -> None:
    swimming = measure(circle(radius_um, speed_um_s))
    assert grade(swimming, BEATING, WHO_2021).grade == expected
