"""`motiscope optics`: naming optics, entering scales, and grading by name."""

import json
import shutil
import time
from datetime import UTC, datetime, timedelta

import pytest

from acquisition.camera import CameraInfo, CameraSettings
from acquisition.sidecar import ClipNotes, MomentColumns, Sidecar, sidecar_path, software
from acquisition.video_file import sha256_of
from qc.records.database import StoreError
from qc.records.store import open_store
from tests.tui.cli.conftest import one_line

ADD = (
    "optics", "add", "40x-basler", "--objective", 40, "--adapter", 0.5, "--camera", "4102",
    "--pixel-um", 9.9, "--by", "Ada Lab",
)  # fmt: skip
ENTER = ("optics", "enter", "40x-basler", "--by", "Ada Lab", "--from", "letter of the maker")
EXPIRED = (*ENTER, "--um-per-px", 0.495, "--measured", "2020-01-01")


@pytest.fixture
def entered(motiscope):
    """Optics with a scale that was entered by hand."""
    assert motiscope(*ADD)[0] == 0
    assert motiscope(*ENTER, "--um-per-px", 0.495, 0.494, "--uncertainty", 0.5)[0] == 0


def test_optics_are_defined_and_tell_their_nominal_scale(motiscope):
    code, out, _ = motiscope(*ADD)
    assert code == 0
    assert "40x, adapter 0.5x, camera 4102; nominally 0.495 x 0.495" in out
    code, out, error = motiscope("optics", "list")
    assert code == 0
    assert "no scale" in out
    code, out, error = motiscope("optics", "history", "40x-basler")
    assert (code, out) == (0, "")
    assert "no scale yet" in error


def test_a_scale_by_hand_says_who_from_where_and_until_when(motiscope, entered):
    code, out, _ = motiscope("optics", "show", "40x-basler", "--json")
    made = json.loads(out)["calibration"]
    assert code == 0
    assert (made["um_per_px_x"], made["um_per_px_y"]) == (0.495, 0.494)
    assert made["u_rel_x"] == pytest.approx(0.005)
    assert (made["by"], made["source"]) == ("Ada Lab", "letter of the maker")
    assert (made["origin"], made["state"]) == ("entered by hand", "in force")
    begins, ends = (
        datetime.fromisoformat(made[key]) for key in ("measured_utc", "valid_until_utc")
    )
    assert ends - begins == timedelta(days=180)
    _, out, _ = motiscope("optics", "show", "40x-basler")
    assert "letter of the maker" in out
    assert "± 0.5 %" in out


def test_where_x_alone_is_entered_y_is_by_the_pixel_that_the_optics_state(motiscope):
    assert motiscope(*ADD[:-3], "8.6,8.3", *ADD[-2:])[0] == 0
    code, _, error = motiscope(*ENTER, "--um-per-px", 0.43)
    assert (code, error) == (0, "")
    made = json.loads(motiscope("optics", "show", "40x-basler", "--json")[1])["calibration"]
    assert (made["um_per_px_x"], made["um_per_px_y"]) == pytest.approx((0.430, 0.415))
    assert made["source"] == "letter of the maker for x; y by the pixel aspect 86:83 of the optics"


def test_a_new_scale_supersedes_and_warns_where_it_does_not_fit(motiscope, entered):
    code, _, error = motiscope(*ENTER, "--um-per-px", 0.99)
    assert code == 0
    assert "check objective" in error
    assert "measure once more" in error
    _, out, _ = motiscope("optics", "history", "40x-basler", "--json")
    newest, oldest = json.loads(out)
    assert (newest["state"], oldest["state"]) == ("in force", "superseded")
    assert (newest["um_per_px_x"], oldest["um_per_px_x"]) == (0.99, 0.495)
    _, out, _ = motiscope("optics", "history", "40x-basler")
    assert "superseded" in out


def test_an_older_measurement_does_not_supersede_a_newer(motiscope, entered):
    code, _, error = motiscope(*EXPIRED)
    assert code == 0
    assert "stays in force" in error


def test_a_recording_is_graded_by_the_name_of_its_optics(motiscope, entered, clip):
    code, out, _ = motiscope("analyse", clip, "--optics", "40x-basler", "--json", "-")
    assert code == 0
    scale = json.loads(out)["scale"]
    assert (scale["um_per_px_x"], scale["um_per_px_y"]) == (0.495, 0.494)
    assert scale["source"].startswith("40x-basler: entered by hand")
    assert "by Ada Lab, letter of the maker; calibration" in scale["source"]


def test_an_expired_scale_grades_nothing(motiscope, clip):
    motiscope(*ADD)
    motiscope(*EXPIRED)
    code, out, error = motiscope("analyse", clip, "--optics", "40x-basler")
    assert (code, out) == (1, "")
    assert "expired on 2020-06-29; to renew it" in one_line(error)
    assert "expired" in motiscope("optics", "list")[1]


def test_optics_without_a_scale_grade_nothing(motiscope, clip):
    motiscope(*ADD)
    code, out, error = motiscope("analyse", clip, "--optics", "40x-basler")
    assert (code, out) == (1, "")
    assert "no scale yet; measure" in one_line(error)
    assert "motiscope optics enter 40x-basler" in error


def _as_clip(clip, folder, serial: str, started: datetime):
    """Copy a recording and give it the sidecar of a camera."""
    copy = shutil.copy(clip, folder / clip.name)
    count = 60
    index = tuple(range(count))
    moments = MomentColumns(index, tuple(20_000 * i for i in index), (0,) * count, (0,) * count)
    info = CameraInfo("Basler", "ace", serial, has_clock=True)
    notes = ClipNotes(info, CameraSettings(320, 240), CameraSettings(320, 240))
    sidecar = Sidecar(software(), started, notes, True, sha256_of(copy), moments)
    sidecar_path(copy).write_text(sidecar.to_json())
    return copy


def test_a_clip_takes_the_scale_that_held_when_it_was_recorded(motiscope, clip, tmp_path):
    motiscope(*ADD)
    motiscope(*EXPIRED)
    motiscope(*ENTER, "--um-per-px", 0.6)
    old = _as_clip(clip, tmp_path, "4102", datetime(2020, 2, 1, tzinfo=UTC))
    code, out, _ = motiscope("analyse", old, "--optics", "40x-basler", "--json", "-")
    assert code == 0
    assert json.loads(out)["scale"]["um_per_px_x"] == 0.495


def test_a_clip_of_another_camera_takes_no_scale(motiscope, entered, clip, tmp_path):
    other = _as_clip(clip, tmp_path, "4103", datetime.now(UTC))
    code, _, error = motiscope("analyse", other, "--optics", "40x-basler")
    assert code == 1
    assert "camera 4102, not 4103" in one_line(error)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*ADD[:3], "--objective", 0, *ADD[5:]), "objective's magnification"),
        ((*ADD, "--binning", "x"), "--binning x"),
        ((*ADD, "--region", "1,2"), "--region 1,2"),
        ((*ADD[:-1], " "), "--by"),
        ((*ENTER, "--um-per-px", "x"), "not a number"),
        ((*ENTER, "--um-per-px", 0.5, "--measured", "2999-01-01"), "still to come"),
        ((*ENTER, "--um-per-px", 0.5, "--uncertainty", 200), "--uncertainty"),
        ((*ENTER[:-1], " ", "--um-per-px", 0.5), "--from: give a line of text"),
        ((*ENTER[:-1], "let\nter", "--um-per-px", 0.5), r"--from: holds '\n'"),
        ((*ADD[:-1], "Ada\udce9"), r"--by: holds '\udce9'"),
        ((*ADD[:8], "41\x1b02", *ADD[9:]), r"--camera: holds '\x1b'"),
        ((*ENTER[:2], "20x", *ENTER[3:], "--um-per-px", 0.5), "known are 40x-basler"),
        (("optics", "show", "20x"), "motiscope optics add"),
        (("analyse", "CLIP", "--optics", "20x"), "known are 40x-basler"),
        (("analyse", "CLIP", "--optics", "40x-basler", "--um-per-px", 0.5), "not both"),
        ((*ADD[:4], 20, *ADD[5:]), "needs a name and a scale of its own"),
    ],
)
def test_wrong_use_is_one_line(motiscope, entered, clip, arguments, said):
    code, out, error = motiscope(*(clip if each == "CLIP" else each for each in arguments))
    assert (code, out) == (2, "")
    assert said in one_line(error)


@pytest.mark.parametrize("zone", ["XXX-14", "XXX+12", "UTC"])
def test_what_is_measured_today_replaces_what_was_entered_before(
    motiscope, entered, monkeypatch, zone
):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        today = datetime.now(UTC).astimezone().date()
        tomorrow = today + timedelta(days=1)
        measured = motiscope(*ENTER, "--um-per-px", 0.44, "--measured", today.isoformat())
        early = motiscope(*ENTER, "--um-per-px", 0.44, "--measured", tomorrow.isoformat())
    finally:
        monkeypatch.undo()
        time.tzset()
    assert measured[0] == 0
    assert "stays in force" not in measured[2]
    assert (early[0], early[1]) == (2, "")
    assert "still to come" in one_line(early[2])


EXAMINE = ("examine", "--sample", "S", "--operator", "O", "--optics", "sim")


def test_an_examination_keeps_the_calibration_of_its_scale(motiscope, monkeypatch, tmp_path):
    sessions = []

    def stop(session, devices, config, store):
        store.begin_session(session)
        sessions.append(session)
        raise StoreError("stopped by the test")

    monkeypatch.setattr("tui.cli.examine.run_session", stop)
    camera = ("--objective", 40, "--adapter", 0.5, "--camera", "SIM-0001", "--pixel-um", 10)
    motiscope("optics", "add", "sim", *camera, "--by", "Ada")
    assert "no scale yet" in motiscope(*EXAMINE)[2]
    motiscope("optics", "enter", "sim", "--by", "Ada", "--from", "me", "--um-per-px", 0.5)
    assert "stopped by the test" in motiscope(*EXAMINE)[2]
    with open_store(tmp_path / "home" / "motiscope.db") as store:
        stored = store.session(sessions[0].session_id).plan
    assert stored.profile is not None
    assert (stored.profile.name, stored.profile.by) == ("sim", "Ada")
    assert stored.scale == stored.profile.named_scale


def test_an_examination_refuses_the_scale_of_another_camera(motiscope, entered):
    code, _, error = motiscope(*EXAMINE[:-1], "40x-basler")
    assert code == 1
    assert "camera 4102, not SIM-0001" in one_line(error)
