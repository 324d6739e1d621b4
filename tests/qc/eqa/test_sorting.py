"""Fields that count, fields that do not, and what is no field."""

from pathlib import Path

import numpy as np
import pytest

from acquisition.interlacing import FieldOrder
from acquisition.notice import Notice
from acquisition.specimen.micrometer import MicrometerSettings, MicrometerView
from acquisition.video import VideoInfo
from inference.counting import GradeCounts
from inference.field import FieldResult
from qc.eqa.shots import Shot
from qc.eqa.sorting import SortedOut
from tests.acquisition.opened import OPTICS

INFO = VideoInfo(Path("7.mkv"), "ab", 1000, 50.0, 320, 240, FieldOrder.TOP_FIRST)
NOISE = np.random.default_rng(0).integers(90, 110, (240, 320)).astype(np.uint8)


def field(first, counted, *notices):
    return FieldResult(first, 300, 0, 6.0, counted, {}, None, (), notices)


def shot(first, picture=NOISE, change=900.0):
    return Shot(first, picture, change, looks=9)


@pytest.fixture
def sorted_out():
    return SortedOut(INFO, 10.0)


def test_fields_that_are_short_empty_or_drift_are_cuts_but_are_left_out(sorted_out):
    swimming = GradeCounts(3, 1, 0, 2)
    for first, code in ((0, None), (200, "short"), (300, "no_cells"), (500, "repeat_field")):
        notices = () if code is None else (Notice("drift", "-"), Notice(code, f"it is {code}"))
        sorted_out.take(field(first, swimming, *notices), shot(first))
    assert [one.first_frame for one in sorted_out.kept] == [0]
    assert sorted_out.cuts == [0, 100, 150, 250]
    assert [(one.first_frame, one.reason, one.is_field) for one in sorted_out.left_out] == [
        (100, "it is short", True),
        (150, "it is no_cells", True),
        (250, "it is repeat_field", True),
    ]


def test_a_card_and_a_micrometer_are_no_fields_whatever_was_found_in_them(sorted_out):
    rulings = MicrometerView(MicrometerSettings(angle_rad=0.1), OPTICS, 320, 240).render(0.0)
    dead = GradeCounts(d=5)
    sorted_out.take(field(0, dead), shot(0, np.full((240, 320), 40, np.uint8), 9.0))
    sorted_out.take(field(100, dead), shot(100, rulings))
    sorted_out.take(field(200, dead), shot(200))
    assert [one.first_frame for one in sorted_out.kept] == [200]
    assert sorted_out.cuts == [100]
    reasons = [(one.first_frame, one.reason, one.is_field) for one in sorted_out.left_out]
    assert reasons == [(0, "a title card", False), (50, "a stage micrometer", False)]


def test_where_cells_swim_there_is_a_field(sorted_out):
    sorted_out.take(field(0, GradeCounts(a=1)), shot(0, np.full((240, 320), 40, np.uint8), 9.0))
    assert sorted_out.cuts == [0]
