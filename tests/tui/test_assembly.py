"""The main job with its real parts, made small: slide, scale, warmth, two replicates, records."""

from pathlib import Path

import pytest

from acquisition.camera import CameraError, CameraSettings
from acquisition.sidecar import read_sidecar, sidecar_path
from inference.analysis import load_models
from qc.examination import new_session
from qc.plan import ExaminationPlan
from qc.records.values import SessionState
from qc.report import write_report
from qc.result import Conclusion
from qc.status import ExaminationStatus, Phase
from tests.acquisition.heaters.emulated import ModbusEmulator
from tui.assembly import (
    clips_folder,
    examination,
    measure_micrometer,
    open_records,
    open_replay,
    open_simulated,
)
from tui.config import Config
from tui.device_config import HeaterConfig, StageConfig

SETTINGS = CameraSettings(width_px=320, height_px=240)


def test_the_micrometer_gives_the_scale_that_was_drawn():
    devices = open_simulated(5, paced=False)
    calibrated = measure_micrometer(devices)
    assert devices.world is not None
    true = devices.world.settings.optics.um_per_px_x
    assert calibrated.scale.um_per_px_x == pytest.approx(true, rel=0.002)
    assert calibrated.scale.um_per_px_y == pytest.approx(true, rel=0.002)
    assert 0 < (calibrated.scale.u_rel_x or 0) < 0.01
    assert len(calibrated.sha256 or "") == 64


@pytest.mark.timeout(180)
def test_a_small_examination_runs_from_the_slide_to_the_report(tmp_path):
    config = Config(home=tmp_path / "home", threads=2)
    devices = open_simulated(5, paced=False)
    calibrated = measure_micrometer(devices)
    plan = ExaminationPlan(
        "S-1", "tester", calibrated.scale, calibrated.sha256, 5, 2, 6, 1, 2, settings=SETTINGS
    )
    session = new_session(plan, devices.microscope.camera.info, clips_folder(config))
    seen: list[ExaminationStatus] = []
    with open_records(config) as store:
        running = examination(
            session, devices, load_models(config.threads), store, watch=seen.append
        )
        result = running.run()
        stored = store.session(session.session_id)
    assert stored.state is SessionState.COMPLETE
    assert result.conclusion in (Conclusion.REPORTED, Conclusion.NEW_REPLICATES)
    assert [one.number for one in stored.replicates] == [1, 2]
    assert any(status.temperature_c and status.temperature_c > 36 for status in seen)
    for replicate in stored.replicates:
        for field in replicate.fields:
            clip = Path(stored.folder) / field.clip.path
            assert clip.is_file()
            assert read_sidecar(sidecar_path(clip)).sha256 == field.clip.sha256
            assert field.result is not None
            assert field.result.model == load_models(config.threads).detector.identity
            assert field.result.scale == calibrated.scale
    report = tmp_path / "report.html"
    write_report(stored, report)
    assert "S-1" in report.read_text()


@pytest.mark.timeout(180)
def test_by_hand_and_on_a_modbus_stage_a_small_examination_runs_and_says_so(tmp_path):
    with ModbusEmulator() as device:
        heater = HeaterConfig(driver="modbus", host="127.0.0.1", tcp_port=device.port)
        stage = StageConfig(driver="manual")
        config = Config(home=tmp_path / "home", threads=2, stage=stage, heater=heater)
        devices = open_simulated(5, paced=False, config=config)
        calibrated = measure_micrometer(devices)
        plan = ExaminationPlan(
            "S-1", "tester", calibrated.scale, calibrated.sha256, 5, 1, 6, 3, 3, settings=SETTINGS
        )
        session = new_session(plan, devices.microscope.camera.info, clips_folder(config))
        seen: list[ExaminationStatus] = []
        with open_records(config) as store:
            running = examination(
                session, devices, load_models(config.threads), store, watch=seen.append
            )
            running.run()
            stored = store.session(session.session_id)
        devices.close()
        assert device.target_c == 37.0
    asked = [status.message for status in seen if status.phase is Phase.MOVING]
    assert any(text.startswith("move the slide by hand to") for text in asked)
    assert "the place is new and the slide is at rest" in asked
    (replicate,) = stored.replicates
    assert len(replicate.counting) == 3
    for field in replicate.counting:
        assert field.position is not None
        assert field.result is not None
        codes = {notice.code for notice in field.result.notices}
        assert codes & {"by_hand", "by_hand_unverified"}
        assert all(abs(reading - 37.0) <= 0.5 for reading in field.clip.readings_c)
        assert field.clip.temperatures


def test_the_two_replicates_are_two_drops():
    devices = open_simulated(5, paced=False)
    pictures = []
    for number in (1, 2):
        devices.put_replicate(number)
        with devices.microscope.camera.frames() as stream:
            pictures.append(next(stream).pixels)
    assert (pictures[0] != pictures[1]).mean() > 0.1


def test_a_replay_has_no_stage_and_no_heater(tmp_path):
    with pytest.raises(CameraError, match=r"gone\.mp4"):
        open_replay(tmp_path / "gone.mp4", None, paced=False)
