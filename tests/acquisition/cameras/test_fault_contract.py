"""What every live camera must do when something breaks, injected in the real part where it exists.

Another camera joins by one line in CAMERAS: a function that gets an empty folder and a monkeypatch
and returns a camera, not yet opened, with the ways to break it while it streams.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pytest

from acquisition.camera import (
    Camera,
    CameraError,
    CameraSettings,
    CameraSilentError,
    CameraVanishedError,
)
from acquisition.cameras.simulated import CameraFaults, SimulatedCamera
from acquisition.specimen.bench import BenchSettings, SimulatedMicroscope
from acquisition.specimen.settings import SpecimenSettings
from tests.acquisition.cameras.emulated import emulated
from tests.acquisition.cameras.fake_peak import FakeCamera
from tests.acquisition.cameras.faked import ids_camera

SETTINGS = CameraSettings(width_px=160, height_px=120, frame_rate_hz=50.0)
NOTICED_S = 2.0


def nothing() -> None:
    pass


@dataclass
class Breakable:
    """A camera and what can be done to it; done after the second frame of a stream."""

    camera: Camera
    unplug: Callable[[], None] = nothing
    plug_in: Callable[[], None] = nothing
    hush: Callable[[], None] = nothing


def simulated(_: Path, __: pytest.MonkeyPatch) -> Breakable:
    sample = SpecimenSettings(extent_um=1_000)
    world = SimulatedMicroscope(BenchSettings(sample=sample))
    return Breakable(SimulatedCamera(world, CameraFaults(vanish_after=2, silent_after=3)))


def basler(folder: Path, patch: pytest.MonkeyPatch) -> Breakable:
    camera = emulated(folder, patch)

    def unplug() -> None:
        camera._device.GetNodeMap().GetNode("FirePnPCallback").Execute()

    def hush() -> None:
        camera._device.TriggerMode.Value = "On"

    return Breakable(camera, unplug, hush=hush)


def ids(_: Path, patch: pytest.MonkeyPatch) -> Breakable:
    fake = FakeCamera()

    def plugged(there: bool) -> None:
        fake.plugged = there

    def hush() -> None:
        fake.silent = True

    return Breakable(ids_camera(fake, patch), lambda: plugged(False), lambda: plugged(True), hush)


CAMERAS: dict[str, Callable[[Path, pytest.MonkeyPatch], Breakable]] = {
    "simulated": simulated,
    "basler, emulated": basler,
    "ids, behind a fake library": ids,
}


@pytest.fixture(params=CAMERAS)
def breakable(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Breakable]:
    made = CAMERAS[request.param](tmp_path, monkeypatch)
    made.camera.open()
    made.camera.apply(SETTINGS)
    yield made
    made.camera.close()


def unplugged(made: Breakable) -> CameraVanishedError:
    with made.camera.frames() as stream:
        list(islice(stream, 2))
        made.unplug()
        since_s = time.monotonic()
        with pytest.raises(CameraVanishedError) as caught:
            list(islice(stream, 200))
    assert time.monotonic() - since_s < NOTICED_S
    return caught.value


def test_an_unplugged_camera_is_noticed_and_told_in_one_line_with_what_to_do(
    breakable: Breakable,
) -> None:
    told = str(unplugged(breakable))
    assert breakable.camera.info.serial in told
    assert "plug it in again" in told
    assert "\n" not in told


def test_an_unplugged_camera_refuses_until_it_is_opened_again(breakable: Breakable) -> None:
    unplugged(breakable)
    with pytest.raises(CameraError, match="open"), breakable.camera.frames():
        pass
    with pytest.raises(CameraError, match="open"):
        breakable.camera.apply(SETTINGS)


def test_a_camera_that_is_back_is_found_again_by_its_serial_number(breakable: Breakable) -> None:
    before = breakable.camera.info
    unplugged(breakable)
    breakable.plug_in()
    breakable.camera.open()
    assert breakable.camera.info == before
    breakable.camera.apply(SETTINGS)
    with breakable.camera.frames() as stream:
        assert [frame.index for frame in islice(stream, 2)] == [0, 1]


def test_a_silent_camera_is_noticed_and_told_in_one_line_with_what_to_do(
    breakable: Breakable,
) -> None:
    if isinstance(breakable.camera, SimulatedCamera):
        unplugged(breakable)
        breakable.camera.open()
    with breakable.camera.frames() as stream:
        list(islice(stream, 2))
        breakable.hush()
        # What the driver still holds comes first.
        with pytest.raises(CameraSilentError) as caught:
            for _ in range(200):
                since_s = time.monotonic()
                next(stream)
    assert time.monotonic() - since_s < NOTICED_S
    told = str(caught.value)
    assert breakable.camera.info.serial in told
    assert "check its cable" in told
    assert "\n" not in told
