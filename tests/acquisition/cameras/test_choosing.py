"""Cameras are chosen by driver and serial number."""

from pathlib import Path

import pytest

from acquisition.camera import CameraError, CameraInfo
from acquisition.cameras import basler
from acquisition.cameras.choosing import choose_camera, discover, is_camera, name_of
from tests.acquisition.cameras.fake_peak import FakeCamera
from tests.acquisition.cameras.faked import faked


def test_a_name_with_a_serial_number_is_that_camera() -> None:
    assert choose_camera("basler:22431907").info.serial == "22431907"
    assert choose_camera("ids:4108765432").info.vendor == "IDS"


def test_a_driver_alone_is_its_only_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    faked(FakeCamera(), monkeypatch)
    assert choose_camera("ids").info.serial == "4108765432"


def test_of_several_cameras_one_must_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(basler.EMULATION, "2")
    with pytest.raises(CameraError, match="give one of basler:0815-0000, basler:0815-0001"):
        choose_camera("basler")


def test_no_camera_and_no_runtime_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    faked(FakeCamera(plugged=False), monkeypatch)
    with pytest.raises(CameraError, match="no ids camera is connected"):
        choose_camera("ids")
    faked(FakeCamera(runtime=False), monkeypatch)
    with pytest.raises(CameraError, match="install IDS peak"):
        choose_camera("ids")


def test_an_unknown_name_is_told_with_the_ones_there_are() -> None:
    assert not is_camera("canon:1")
    with pytest.raises(CameraError, match="basler:SERIAL, ids:SERIAL or emulated:FOLDER"):
        choose_camera("canon:1")


def test_the_emulated_camera_needs_a_folder(tmp_path: Path) -> None:
    with pytest.raises(CameraError, match="is no folder"):
        choose_camera(f"emulated:{tmp_path / 'none'}")


def test_a_camera_is_named_by_what_it_says_of_itself() -> None:
    assert name_of(CameraInfo("Basler", "a2A1920", "22431907", True)) == "basler:22431907"
    assert name_of(CameraInfo("motiscope", "simulated", "SIM-0001", True)) is None


def test_every_driver_answers() -> None:
    assert [found.driver for found in discover()] == ["basler", "ids"]
