"""What stands beside the picture."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from acquisition.image_quality import ImageQuality
from qc.picture import Picture
from qc.preparation import Preparation
from qc.status import ExaminationStatus, Phase
from tests.tui.fakes import PLAN, RECORDING
from tui.widgets.status_panel import (
    PHASE_WORDS,
    Limits,
    bar,
    conditions_block,
    count_block,
    phase_block,
)

LIMITS = Limits.of(PLAN)
WIDTH = 25  # of the panel at 80x24


def line(block: str, label: str) -> str:
    return next(each for each in block.splitlines() if each.startswith(label))


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [
        (12, "Collected  12 min ago ! 30–60"),
        (30, "Collected  30 min ago ✓"),
        (60, "Collected  60 min ago ✓"),
        (61, "Collected  61 min ago ! 30–60"),
    ],
)
def test_the_time_since_collection_is_marked_outside_30_to_60_minutes(minutes, shown):
    now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    collected = Preparation(now - timedelta(minutes=minutes))
    limits = Limits.of(replace(PLAN, preparation=collected))
    assert line(conditions_block(RECORDING, limits, now).plain, "Collected") == shown


def test_an_unknown_time_of_collection_takes_no_line():
    assert "Collected" not in conditions_block(RECORDING, LIMITS).plain


def test_every_phase_has_words():
    assert set(PHASE_WORDS) == set(Phase)


def test_nothing_known_yet_is_written_as_dashes():
    status = ExaminationStatus()
    assert line(phase_block(status, 24).plain, "Replicate").split()[1:] == ["–", "of", "–"]
    assert line(conditions_block(status, None).plain, "Stage") == "Stage      – °C"
    assert line(conditions_block(status, None).plain, "Drift") == "Drift      not measured"
    assert "– %" in count_block(status, 24).plain


def test_recording_shows_how_far_it_is():
    block = phase_block(RECORDING, WIDTH).plain
    assert "Recording" in block
    assert "3.2 / 6 s" in block
    assert all(len(each) <= WIDTH for each in block.splitlines())


def test_counts_stand_with_letter_glyph_number_and_percent():
    block = count_block(RECORDING, WIDTH).plain
    assert line(block, "Counted") == "Counted    124 of 200"
    assert line(block, "a").split() == ["a", "▲", "rapid", "52", "42", "%"]
    assert line(block, "d").split() == ["d", "■", "immotile", "40", "32", "%"]
    assert line(block, "PR").split()[-3:] == ["72", "58", "%"]
    assert all(len(each) <= WIDTH for each in block.splitlines())


QUALITY = ImageQuality(0.6, 0.0, 0.35, 0.06)


def seen(**quality: float) -> Picture:
    return Picture(replace(QUALITY, **quality))


@pytest.mark.parametrize(
    ("change", "label", "shown"),
    [
        ({"temperature_c": 36.9}, "Stage", "36.9 °C ✓"),
        ({"temperature_c": 35.2}, "Stage", "35.2 °C → 37"),
        ({"picture": None, "drift_um_s": 3.14}, "Drift", "3.1 µm/s ✓"),
        ({"picture": None, "drift_um_s": 12.4}, "Drift", "12.4 µm/s !"),
        ({"picture": None, "drift_um_s": None}, "Drift", "not measured"),
        ({"picture": seen(focus=0.2)}, "Focus", "0.20 !"),
        ({"picture": seen(focus=0.0)}, "Focus", "0.00 ✓"),
        ({"picture": None}, "Focus", "–"),
        ({"picture": seen()}, "Light", "35 % ✓"),
        ({"picture": seen(saturated_share=0.02)}, "Light", "35 % ! too bright"),
        ({"picture": seen(mean_exposure=0.05)}, "Light", "5 % ! too dark"),
        ({"picture": seen(unevenness=0.6)}, "Light", "35 % ! uneven"),
        ({"picture": Picture(QUALITY, 14.2)}, "Drift", "14.2 µm/s !"),
        ({"picture": Picture(QUALITY, None, 31)}, "Cells now", "31"),
        ({"frames_lost": 2, "frames_lost_before": 1}, "Frames", "160, 3 lost !"),
    ],
)
def test_conditions_say_with_unit_and_mark_whether_they_are_well(change, label, shown):
    block = conditions_block(replace(RECORDING, **change), LIMITS).plain
    assert line(block, label)[11:] == shown


@pytest.mark.parametrize(("share", "filled"), [(-1, 0), (0, 0), (0.5, 5), (1, 10), (3, 10)])
def test_bar_never_leaves_its_room(share, filled):
    text = bar(share, 10).plain
    assert len(text) == 10
    assert text.count("█") == filled
