"""The Basler driver against pylon's own emulation, with files of known truth."""

import time
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from acquisition.camera import CameraError, CameraSettings, CameraSilentError
from acquisition.cameras import basler
from acquisition.cameras.basler import BaslerCamera, discover, emulated_camera
from acquisition.cameras.genicam import free_run, take_over
from acquisition.frame import Frame
from tests.acquisition.cameras.emulated import emulated, pictures

SETTINGS = CameraSettings(width_px=160, height_px=120, frame_rate_hz=200.0)


@pytest.fixture
def camera(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    made = emulated(tmp_path, monkeypatch, count=7)
    made.open()
    made.apply(SETTINGS)
    yield made
    made.close()


def taken(camera: BaslerCamera, count: int) -> list[Frame]:
    with camera.frames() as stream:
        return list(islice(stream, count))


def test_every_pixel_is_the_file_s_and_every_file_comes_in_its_turn(camera: BaslerCamera) -> None:
    truth = pictures(7)
    frames = taken(camera, 20)
    for frame in frames:
        np.testing.assert_array_equal(frame.pixels, truth[frame.index % 7])
    assert [(frame.index, frame.lost_before) for frame in frames] == [(i, 0) for i in range(20)]


def test_a_reader_that_pauses_loses_nothing(camera: BaslerCamera) -> None:
    truth = pictures(7)
    with camera.frames() as stream:
        first = list(islice(stream, 5))
        time.sleep(1.2)
        frames = first + list(islice(stream, 250))
    assert [frame.index for frame in frames] == list(range(255))
    for frame in frames:
        np.testing.assert_array_equal(frame.pixels, truth[frame.index % 7])


def test_damaged_buffers_are_losses_and_what_follows_keeps_its_place(camera: BaslerCamera) -> None:
    with camera.frames() as stream:
        frames = list(islice(stream, 3))
        camera._device.ForceFailedBufferCount.Value = 3
        camera._device.ForceFailedBuffer.Execute()
        frames += list(islice(stream, 40))
    assert sum(frame.lost_before for frame in frames) == 3
    assert max(frame.lost_before for frame in frames) == 3
    assert frames[-1].index == len(frames) + 2


def test_nothing_but_damaged_buffers_is_told_as_that(camera: BaslerCamera) -> None:
    with camera.frames() as stream:
        next(stream)
        camera._device.ForceFailedBufferCount.Value = 1024
        camera._device.ForceFailedBuffer.Execute()
        with pytest.raises(CameraSilentError, match=r"nothing but \d+ damaged frames"):
            list(islice(stream, 100))


def test_frames_that_the_driver_skips_are_losses(camera: BaslerCamera) -> None:
    """The camera's count jumps; pylon is made to skip by another strategy."""
    pylon = basler._sdk()[1]
    with camera.frames() as stream:
        next(stream)
        camera._device.StopGrabbing()
        camera._device.StartGrabbing(pylon.GrabStrategy_LatestImageOnly)
        time.sleep(0.3)
        next(stream)
        time.sleep(0.3)
        after = next(stream)
    assert after.lost_before > 20


def test_the_emulation_has_no_clock_and_the_host_s_is_given(camera: BaslerCamera) -> None:
    assert not camera.info.has_clock
    frames = taken(camera, 10)
    assert all(frame.time_us is None for frame in frames)
    steps = np.diff([frame.host_time_ns for frame in frames])
    assert (steps > 0).all()
    assert steps.sum() > 0.5 * 9 * 5e6


def test_a_region_larger_than_the_file_is_noticed(camera: BaslerCamera) -> None:
    camera.apply(CameraSettings(width_px=640, height_px=480))
    with (
        pytest.raises(CameraError, match=r"accepted 640x480 px and sends 160x120 px; ask for"),
        camera.frames() as stream,
    ):
        next(stream)


def test_a_region_is_cut_out_of_the_file_where_it_was_asked(camera: BaslerCamera) -> None:
    camera.apply(CameraSettings(64, 48, 200.0, left_px=16, top_px=8))
    frame = taken(camera, 1)[0]
    np.testing.assert_array_equal(frame.pixels, pictures(1)[0][8:56, 16:80])


def test_twelve_bits_come_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(basler.EMULATION, "1")
    truth = np.random.default_rng(1).integers(0, 4096, (120, 160), dtype=np.uint16)
    for i in range(2):
        cv2.imwrite(str(tmp_path / f"{i}.tiff"), truth << 4, [cv2.IMWRITE_TIFF_COMPRESSION, 1])
    camera = emulated_camera(tmp_path)
    camera.open()
    accepted = camera.apply(CameraSettings(160, 120, bits=12))
    assert accepted.bits == 12
    frame = taken(camera, 1)[0]
    camera.close()
    assert frame.deep is not None
    np.testing.assert_array_equal(frame.deep, truth)
    np.testing.assert_array_equal(frame.pixels, truth >> 4)


class Renamed:
    """The emulated camera's features, without those of the standard's names."""

    def __init__(self, nodes: basler._BaslerNodes, hidden: set[str]) -> None:
        self.nodes, self.hidden = nodes, hidden
        self.written: list[str] = []

    def limits(self, name: str):
        return None if name in self.hidden else self.nodes.limits(name)

    def read(self, name: str):
        return None if name in self.hidden else self.nodes.read(name)

    def write(self, name: str, value: float) -> None:
        self.written.append(name)
        self.nodes.write(name, value)

    def switch_on(self, name: str) -> None:
        self.nodes.switch_on(name)

    def choose(self, name: str, entry: str) -> bool:
        return self.nodes.choose(name, entry)


@pytest.mark.parametrize(
    ("hidden", "used"),
    [
        (set(), {"ExposureTime", "AcquisitionFrameRate"}),
        (
            {"ExposureTime", "AcquisitionFrameRate"},
            {"ExposureTimeAbs", "AcquisitionFrameRateAbs"},
        ),
    ],
)
def test_the_standard_s_name_goes_before_the_old_spelling(
    camera: BaslerCamera, hidden: set[str], used: set[str]
) -> None:
    nodes = Renamed(basler._BaslerNodes(camera._device), hidden)
    accepted = take_over(nodes, CameraSettings(160, 120, 80.0, exposure_us=700.0))
    assert (accepted.frame_rate_hz, accepted.exposure_us) == (80.0, 700.0)
    assert {name for name in nodes.written if name.startswith(("Exp", "Acq"))} == used


def test_automatic_exposure_gain_and_trigger_of_another_program_are_switched_off(
    camera: BaslerCamera,
) -> None:
    device = camera._device
    for name in ("ExposureAuto", "GainAuto"):
        device.GetNodeMap().GetNode(name).Value = "Continuous"
    device.TriggerMode.Value = "On"
    free_run(basler._BaslerNodes(device))
    assert (device.ExposureAuto.Value, device.GainAuto.Value) == ("Off", "Off")
    assert device.TriggerMode.Value == "Off"


def test_a_camera_that_is_not_there_is_told_with_where_to_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(basler.EMULATION, "1")
    with pytest.raises(CameraError, match="no Basler camera 4711 is connected; plug it in"):
        BaslerCamera("4711").open()


def test_every_emulated_camera_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(basler.EMULATION, "2")
    found = discover()
    assert (found.driver, found.library, found.problem) == ("basler", "pypylon", None)
    assert [camera.serial for camera in found.cameras] == ["0815-0000", "0815-0001"]


def test_an_error_of_pylon_is_one_line_without_its_sources(camera: BaslerCamera) -> None:
    with pytest.raises(CameraError) as caught, camera._told():
        camera._device.Width.Value = 99_999
    assert str(caught.value) == (
        "camera 0815-0000: Value = 99999 must be equal or smaller than Max = 4096."
    )
