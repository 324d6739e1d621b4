"""A vendor's camera at the bench, played by pylon's emulation: settings, scale, live picture."""

import io
import time
from itertools import islice

import numpy as np
import pytest
from numpy.typing import NDArray

from acquisition.camera import CameraError, CameraSettings
from acquisition.cameras import basler
from calibration.optics import Optics
from calibration.scale import Scale
from qc.examination import new_session
from qc.plan import ExaminationPlan
from qc.status import ExaminationStatus
from tests.acquisition.cameras.emulated import pictures, written
from tui import config as settings
from tui.assembly import clips_folder, open_again, open_device, settings_for
from tui.cli.console import talk
from tui.cli.main import run
from tui.cli.watching import watched
from tui.config import Config, ConfigError, load_config
from tui.device_config import HeaterConfig, StageConfig
from tui.micrometer import open_micrometer
from tui.widgets.status_panel import conditions_block

FAST = CameraSettings(160, 120, 80.0, exposure_us=700.0)
OPTICS = Optics(40, 0.5, "0815-0000", (4.8, 4.8), (2, 2), (16, 8, 160, 120))


@pytest.fixture
def played(tmp_path, monkeypatch):
    """The name of an emulated camera that plays seven pictures."""
    monkeypatch.setenv(basler.EMULATION, "1")
    folder = written(tmp_path / "played", pictures(7, 640, 480))
    return f"emulated:{folder}"


@pytest.fixture
def settings_file(tmp_path, monkeypatch):
    def write(text: str) -> Config:
        path = tmp_path / "motiscope.toml"
        path.write_text(text)
        monkeypatch.setattr(settings, "CONFIG_FILE", path)
        return load_config(tmp_path / "home")

    return write


BY_HAND = Config(stage=StageConfig(driver="manual"), heater=HeaterConfig(driver="none"))


def test_presets_are_read_from_the_settings(settings_file):
    config = settings_file(
        'camera = "basler:22431907"\n'
        "[presets.40x-basler]\nwidth_px = 160\nheight_px = 120\nframe_rate_hz = 80\n"
        "exposure_us = 700\n"
    )
    assert config.camera == "basler:22431907"
    assert config.presets == {"40x-basler": FAST}


def test_a_preset_that_cannot_be_is_told_by_its_name(settings_file):
    with pytest.raises(ConfigError, match=r"presets\.40x\.exposure_us"):
        settings_file('[presets.40x]\nexposure_us = "long"\n')


def test_the_preset_of_the_optics_goes_before_the_usual_settings():
    config = Config(presets={"40x": FAST})
    assert settings_for(config, "40x", OPTICS) == FAST
    assert settings_for(config, "20x") == CameraSettings()


def test_without_a_preset_binning_and_region_are_those_of_the_optics():
    asked = settings_for(Config(), "40x", OPTICS)
    assert asked == CameraSettings(160, 120, binning=2, left_px=16, top_px=8)


def test_a_camera_says_with_which_settings_a_scale_would_hold(played):
    devices = open_device(played, FAST, BY_HAND)
    try:
        assert (devices.set_up.serial, devices.set_up.size_px) == ("0815-0000", (160, 120))
        with devices.microscope.camera.frames() as stream:
            frame = next(stream)
        np.testing.assert_array_equal(frame.pixels, pictures(1, 640, 480)[0][:120, :160])
    finally:
        devices.close()


def test_the_session_of_a_camera_is_gone_on_with_by_its_serial_number(played, tmp_path):
    devices = open_device(played, FAST, BY_HAND)
    plan = ExaminationPlan("S-1", "tester", Scale(0.5, 0.5, "entered"), settings=FAST)
    session = new_session(plan, devices.microscope.camera.info, clips_folder(Config(home=tmp_path)))
    devices.close()
    again = open_again(session, BY_HAND, paced=False)
    assert again.microscope.camera.info.serial == "0815-0000"
    assert again.asked == FAST
    again.close()


def test_the_live_picture_over_the_micrometer_is_the_bench_s_camera(played, tmp_path):
    bench = open_micrometer(Config(home=tmp_path, camera=played))
    truth = pictures(7, 640, 480)
    shown: list[NDArray[np.uint8]] = []
    deadline_s = time.monotonic() + 20
    while not shown and time.monotonic() < deadline_s:
        shown = [frame.pixels for frame in islice(iter(bench.newest_frame, None), 1)]
        time.sleep(0.02)
    bench.turn()
    bench.close()
    assert bench.camera.serial == "0815-0000"
    assert any(np.array_equal(shown[0], one) for one in truth)


def test_a_camera_that_is_not_there_is_one_line(motiscope_with_emulation):
    run = motiscope_with_emulation
    base = ("examine", "--sample", "S", "--operator", "A", "--um-per-px", "0.5")
    code, _, error = run(*base, "--camera", "basler:4711")
    assert code == 1
    assert "no Basler camera 4711 is connected" in error
    code, _, error = run(*base, "--camera", "canon:1")
    assert code == 2
    assert "basler:SERIAL, ids:SERIAL or emulated:FOLDER" in error
    code, _, error = run(*base, "--camera", "basler:4711", "--preset", "slow")
    assert code == 2
    assert "--preset slow: unknown" in error
    code, _, error = run("examine", "--sample", "S", "--operator", "A", "--camera", "basler:1")
    assert code == 2
    assert "no scale" in error


@pytest.fixture
def motiscope_with_emulation(capfd, tmp_path, monkeypatch):
    monkeypatch.setenv(basler.EMULATION, "1")

    def call(*arguments: str):
        code = run(["--home", str(tmp_path / "home"), *arguments])
        out, error = capfd.readouterr()
        return code, out, " ".join(error.split())

    return call


def test_doctor_names_every_camera_as_it_is_chosen_and_what_is_missing(motiscope_with_emulation):
    code, out, _ = motiscope_with_emulation("doctor", "--json")
    assert code == 0
    assert "--camera basler:0815-0000" in out
    assert "camera: ids (ids-peak)" in out
    assert "install IDS peak from the vendor" in out


def test_the_screen_shows_where_the_camera_does_otherwise():
    status = ExaminationStatus(camera_differs=("gain: asked 60 dB, the camera accepted 48 dB",))
    assert "gain: asked 60 dB, the camera accepted 48 dB" in conditions_block(status, None).plain


def test_the_command_line_says_it_once():
    plan = ExaminationPlan("S-1", "tester", Scale(0.5, 0.5, "entered"))
    status = ExaminationStatus(camera_differs=("gain: asked 60 dB, the camera accepted 48 dB",))
    with talk.capture() as told, watched(plan) as watch:
        watch(status)
        watch(status)
    assert told.get().count("camera: gain: asked 60 dB") == 1


def test_a_camera_without_stage_and_heater_of_its_own_says_what_to_set(
    motiscope_with_emulation, played
):
    base = ("examine", "--sample", "S", "--operator", "A", "--um-per-px", "0.5", "--camera", played)
    code, _, error = motiscope_with_emulation(*base)
    assert code == 1
    assert "set stage.driver to micromanager or manual" in error


def test_without_anyone_to_ask_the_session_is_left_open(
    motiscope_with_emulation, played, monkeypatch
):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    monkeypatch.setenv("MOTISCOPE_STAGE__DRIVER", "manual")
    monkeypatch.setenv("MOTISCOPE_HEATER__DRIVER", "none")
    base = ("examine", "--sample", "S", "--operator", "A", "--um-per-px", "0.5", "--camera", played)
    code, _, error = motiscope_with_emulation(*base, "--any-temperature", "emulated")
    assert code == 1
    assert "nobody can say that the slide is in place" in error
    assert "motiscope examine --continue" in error


def test_an_emulated_camera_without_pictures_is_refused(tmp_path):
    with pytest.raises(CameraError, match="holds no picture"):
        open_micrometer(Config(home=tmp_path, camera=f"emulated:{tmp_path}"))


def test_a_missing_camera_of_the_bench_is_told_by_the_calibration(tmp_path):
    with pytest.raises(CameraError, match="is no folder"):
        open_micrometer(Config(home=tmp_path, camera=f"emulated:{tmp_path / 'none'}"))
