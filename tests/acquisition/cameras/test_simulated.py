"""The simulated camera fails when, and as, it is asked to."""

from itertools import islice

import numpy as np
import pytest

from acquisition.camera import (
    CameraError,
    CameraSettings,
    CameraSilentError,
    CameraVanishedError,
)
from acquisition.cameras.simulated import CameraFaults, SimulatedCamera
from acquisition.frame import Frame
from acquisition.specimen.bench import BenchSettings, SimulatedMicroscope
from acquisition.specimen.settings import SpecimenSettings

SMALL = CameraSettings(width_px=96, height_px=64, frame_rate_hz=50.0)


def camera(faults: CameraFaults | None = None) -> SimulatedCamera:
    sample = SpecimenSettings(extent_um=1_000)
    return SimulatedCamera(SimulatedMicroscope(BenchSettings(sample=sample)), faults)


def opened(faults: CameraFaults | None = None) -> SimulatedCamera:
    made = camera(faults)
    made.open()
    made.apply(SMALL)
    return made


def taken(made: SimulatedCamera, count: int) -> list[Frame]:
    with made.frames() as stream:
        return list(islice(stream, count))


def test_every_third_frame_is_lost_and_counted() -> None:
    frames = taken(opened(CameraFaults(lose_every=3)), 5)
    assert [frame.index for frame in frames] == [0, 1, 3, 4, 6]
    assert [frame.lost_before for frame in frames] == [0, 0, 1, 0, 1]


def test_a_vanished_camera_can_be_opened_again() -> None:
    made = opened(CameraFaults(vanish_after=2))
    with pytest.raises(CameraVanishedError, match="SIM-0001"):
        taken(made, 4)
    with pytest.raises(CameraError, match="open"):
        taken(made, 1)
    made.open()
    assert len(taken(made, 4)) == 4


def test_frames_before_the_camera_vanishes_are_delivered() -> None:
    with opened(CameraFaults(vanish_after=2)).frames() as stream:
        assert [next(stream).index, next(stream).index] == [0, 1]
        with pytest.raises(CameraVanishedError):
            next(stream)


def test_silence_is_an_error_after_the_time_out() -> None:
    made = opened(CameraFaults(silent_after=1, timeout_s=30.0))
    with made.frames() as stream:
        next(stream)
        with pytest.raises(CameraSilentError, match="30 s"):
            next(stream)


def test_an_absent_camera_cannot_be_opened() -> None:
    with pytest.raises(CameraError, match="plug it in"):
        camera(CameraFaults(absent=True)).open()


def test_settings_are_brought_into_range() -> None:
    made = camera()
    made.open()
    accepted = made.apply(CameraSettings(9_999, 10, 1e6, 1e9, -3.0, 7))
    assert accepted == CameraSettings(2_048, 64, 500.0, 2_000.0, 0.0, 2)


def test_exposure_and_gain_change_the_light() -> None:
    made = opened()
    normal = np.median(taken(made, 1)[0].pixels)
    made.apply(CameraSettings(96, 64, 50.0, exposure_us=1_000.0))
    assert np.median(taken(made, 1)[0].pixels) == pytest.approx(normal / 2, abs=3)
    made.apply(CameraSettings(96, 64, 50.0, gain_db=6.0))
    assert np.median(taken(made, 1)[0].pixels) == pytest.approx(2 * normal, rel=0.05)
