"""The Micro-Manager stage with real adapters that are slow, stuck, displaced or not there."""

import sys
import time
from pathlib import Path

import pytest

from acquisition.stage import Position, StageError, StageLimits
from acquisition.stages.micromanager import (
    MicroManagerSettings,
    MicroManagerStage,
    missing_library,
)
from tests.acquisition.stages.emulated import adapters, configured_stage, demo_stage

ASYNC = (
    "Device,Tisch,NotificationTester,NTAsyncXYStage",
    "Property,Core,Initialize,1",
    "Property,Core,XYStage,Tisch",
)


def test_it_counts_from_the_middle_of_the_coverslip() -> None:
    stage = demo_stage(centre=Position(40_000, 25_000))
    stage.move_to(Position(-500, 250))
    assert stage._core.getXYPosition("XY") == pytest.approx((39_500, 25_250), abs=1)
    stage.close()


def test_its_own_soft_limits_hold_where_micro_manager_has_none() -> None:
    stage = demo_stage(limits=StageLimits(-1_000, 1_000, -500, 500))
    with pytest.raises(StageError, match=r"x -1000\.\.1000, y -500\.\.500"):
        stage.move_to(Position(0, 501))
    stage.close()


def test_a_stage_that_stands_still_on_the_way_is_noticed_within_two_seconds(
    tmp_path: Path,
) -> None:
    stage = configured_stage(tmp_path, *ASYNC)
    stage._core.setProperty("Tisch", "SlewTimePerStep_s", 10.0)
    began = time.monotonic()
    with pytest.raises(StageError, match=r"did not reach \(900, 0\) µm: it does not move") as told:
        stage.move_to(Position(900, 0))
    assert time.monotonic() - began < 2
    assert str(told.value).endswith("it stands at (0, 0) µm; free it and move it again")
    stage._core.setProperty("Tisch", "SlewTimePerStep_s", 0.0001)
    stage.move_to(Position(500, 0))
    stage.close()


def test_a_stage_that_creeps_runs_into_motiscope_s_own_time_out() -> None:
    stage = demo_stage(timeout_s=0.5)
    stage._core.setProperty("XY", "Velocity", 0.1)
    with pytest.raises(StageError, match=r"0\.5 s were not enough"):
        stage.move_to(Position(3_000, 0))
    assert not stage._core.deviceBusy("XY")
    stage.close()


def test_a_stage_that_comes_to_rest_elsewhere_has_not_arrived() -> None:
    stage = demo_stage(arrival_um=0.0)
    with pytest.raises(StageError, match="came to rest elsewhere"):
        stage.move_to(Position(1_234.567, 0))
    stage.close()


def test_an_absent_configuration_is_one_line() -> None:
    with pytest.raises(StageError, match=r"no Micro-Manager configuration .*gone\.cfg"):
        MicroManagerStage(MicroManagerSettings(Path("gone.cfg")))


def test_a_configuration_without_its_adapters_is_one_line(tmp_path: Path) -> None:
    settings = MicroManagerSettings(adapters() / "MMConfig_demo.cfg", adapters=tmp_path)
    with pytest.raises(StageError, match=r"MMConfig_demo\.cfg cannot be loaded") as told:
        MicroManagerStage(settings)
    assert "\n" not in str(told.value)


def test_a_configuration_without_a_stage_is_said(tmp_path: Path) -> None:
    with pytest.raises(StageError, match="names no XY stage"):
        configured_stage(tmp_path, "Device,Camera,DemoCamera,DCam", "Property,Core,Initialize,1")


def test_a_label_that_is_no_stage_is_said(tmp_path: Path) -> None:
    with pytest.raises(StageError, match="does not say where it stands"):
        configured_stage(tmp_path, *ASYNC, device="Kamera")


def test_without_pymmcore_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing_library() is None
    monkeypatch.setitem(sys.modules, "pymmcore", None)
    assert missing_library() == (
        "pymmcore is not installed; install it with: uv sync --extra micromanager"
    )
