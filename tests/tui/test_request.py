"""The form of a new examination."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from calibration.optics import Optics
from calibration.profiles import CalibrationProfile, OpticsHistory
from calibration.scale import Scale
from tests.acquisition.recordings import picture, write_video
from tui.request import CameraChoice, FormError, FormText, read_form

TYPED = FormText(" S-17 ", "Ada Lab", CameraChoice.SIMULATED, "", "")
OPTICS = Optics(40, 0.5, "4102", (10.0, 10.0))
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
STORED = CalibrationProfile("40x", Scale(0.5, 0.5, "slide 7"), OPTICS, NOON, "Ada", valid_days=30)
KNOWN = (OpticsHistory("40x", OPTICS, (STORED,)), OpticsHistory("20x", OPTICS))


def test_simulated_needs_sample_and_operator_alone():
    request = read_form(TYPED, seed=5)
    assert (request.sample, request.operator, request.seed) == ("S-17", "Ada Lab", 5)
    assert request.recording is None
    assert request.scale is None


def test_collection_and_warm_slide_are_said_with_who_and_when():
    local = NOON.astimezone()
    typed = replace(TYPED, collected=f"{local - timedelta(minutes=35):%Y-%m-%d %H:%M}")
    request = read_form(replace(typed, preheated=True), 5, now=NOON)
    said = request.preparation
    assert said.minutes_at(NOON) == pytest.approx(35, abs=1)
    assert (said.preheated_by, said.preheated_utc) == ("Ada Lab", NOON)
    assert read_form(typed, 5, now=NOON).preparation.preheated_by is None


@pytest.mark.parametrize("typed", ["soon", "25:10", "2031-01-01 08:00", "2020-01-01 08:00"])
def test_a_time_of_collection_that_cannot_be_is_blamed(typed):
    with pytest.raises(FormError) as raised:
        read_form(replace(TYPED, collected=typed), 5, now=NOON)
    assert "give the time as 09:40" in raised.value.problems["collected"]


def test_every_problem_is_named_at_once():
    with pytest.raises(FormError) as raised:
        read_form(FormText(" ", "", CameraChoice.REPLAY, "", ""), seed=5)
    assert set(raised.value.problems) == {"sample", "operator", "recording", "um_per_px"}


def test_a_label_and_a_name_are_one_line_that_can_be_seen():
    with pytest.raises(FormError) as raised:
        read_form(replace(TYPED, sample="S\t1", operator="A\x1b"), seed=5)
    assert set(raised.value.problems) == {"sample", "operator"}


@pytest.mark.parametrize(
    ("typed", "x", "y"),
    [("0.5", 0.5, 0.5), ("0,52 0,49", 0.52, 0.49), (" 0.52  0.49 ", 0.52, 0.49)],
)
def test_scale_is_read_for_one_or_two_axes(tmp_path, typed, x, y):
    replay = replace(TYPED, camera=CameraChoice.REPLAY, recording=str(tmp_path), um_per_px=typed)
    request = read_form(replay, seed=5)
    assert request.recording == tmp_path
    assert request.scale == Scale(x, y, "entered by the operator")


@pytest.mark.parametrize("typed", ["", "abc", "0", "-1", "0.5 0.5 0.5", "nan", "0.5 99"])
def test_a_scale_that_no_picture_has_is_refused(tmp_path, typed):
    replay = replace(TYPED, camera=CameraChoice.REPLAY, recording=str(tmp_path), um_per_px=typed)
    with pytest.raises(FormError) as raised:
        read_form(replay, seed=5)
    assert set(raised.value.problems) == {"um_per_px"}


@pytest.mark.parametrize("missing", ["gone.mkv", "~nosuchuser/gone.mkv"])
def test_a_missing_recording_is_named(missing):
    replay = replace(TYPED, camera=CameraChoice.REPLAY, recording=missing, um_per_px="0.5")
    with pytest.raises(FormError, match=missing):
        read_form(replay, seed=5)


def test_named_optics_give_the_scale(tmp_path):
    request = read_form(replace(TYPED, optics=" 40x "), 5, KNOWN, NOON)
    assert (request.optics, request.scale) == ("40x", None)
    replay = replace(TYPED, camera=CameraChoice.REPLAY, recording=str(tmp_path), optics="40x")
    later = NOON + timedelta(days=99)
    assert read_form(replay, 5, KNOWN, later).optics == "40x"


@pytest.mark.parametrize(
    ("name", "days", "said"),
    [
        ("60x", 0, "unknown; known: 40x, 20x"),
        ("20x", 0, "no scale yet"),
        ("40x", 31, "expired 2026-03-31; f2"),
    ],
)
def test_optics_without_a_valid_scale_start_nothing(name, days, said):
    with pytest.raises(FormError) as raised:
        read_form(replace(TYPED, optics=name), 5, KNOWN, NOON + timedelta(days=days))
    assert said in raised.value.problems["optics"]


def test_a_scale_is_typed_or_named_not_both(tmp_path):
    replay = replace(
        TYPED, camera=CameraChoice.REPLAY, recording=str(tmp_path), optics="40x", um_per_px="0.5"
    )
    with pytest.raises(FormError) as raised:
        read_form(replay, 5, KNOWN, NOON)
    assert set(raised.value.problems) == {"um_per_px"}


def test_y_follows_from_the_pixel_aspect_of_the_recording(tmp_path):
    path = write_video(tmp_path / "a.mkv", [picture(i) for i in range(3)], aspect=Fraction(16, 15))
    for typed, y in (("0.48", 0.45), ("0.48 0.5", 0.5)):
        replay = replace(TYPED, camera=CameraChoice.REPLAY, recording=str(path), um_per_px=typed)
        scale = read_form(replay, 1).scale
        assert scale is not None
        assert scale.um_per_px_x == 0.48
        assert scale.um_per_px_y == pytest.approx(y)


def test_a_recording_that_is_none_is_told(tmp_path):
    (tmp_path / "a.mp4").write_text("nothing")
    replay = replace(
        TYPED, camera=CameraChoice.REPLAY, recording=str(tmp_path / "a.mp4"), um_per_px="0.5"
    )
    with pytest.raises(FormError) as raised:
        read_form(replay, 1)
    assert set(raised.value.problems) == {"recording"}


def test_a_camera_needs_its_name_and_a_scale():
    device = replace(TYPED, camera=CameraChoice.DEVICE)
    with pytest.raises(FormError) as raised:
        read_form(device, seed=5)
    assert set(raised.value.problems) == {"device", "um_per_px"}
    request = read_form(replace(device, device=" basler:22431907 ", um_per_px="0.5"), seed=5)
    assert request.device == "basler:22431907"
    assert request.scale == Scale(0.5, 0.5, "entered by the operator")


def test_a_camera_s_optics_must_hold_now():
    device = replace(TYPED, camera=CameraChoice.DEVICE, device="ids", optics="40x")
    assert read_form(device, 5, KNOWN, NOON).optics == "40x"
    with pytest.raises(FormError, match="expired"):
        read_form(device, 5, KNOWN, NOON + timedelta(days=31))
