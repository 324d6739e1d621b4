"""The recorder of an examination: what it hands back, whole or cut."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from acquisition.camera import CameraSettings, CameraVanishedError
from acquisition.clip import ClipNotes, read_clip
from acquisition.frame import Frame
from acquisition.heater import HeaterError
from acquisition.latest import Latest
from acquisition.sidecar import read_sidecar
from qc import recording
from qc.bench import RecordingProgress
from qc.recording import CameraRecorder
from tests.qc.bench_fakes import FakeCamera, FakeHeater

SMALL = CameraSettings(width_px=64, height_px=64, frame_rate_hz=20.0)
NOTES = ClipNotes(FakeCamera.info, SMALL, SMALL)


class NoiseCamera(FakeCamera):
    """Sends noise, and vanishes after some frames if asked to."""

    def __init__(self, vanish_after: int | None = None) -> None:
        self._vanish_after = vanish_after

    @contextmanager
    def frames(self) -> Iterator[Iterator[Frame]]:
        yield self._noise()

    def _noise(self) -> Iterator[Frame]:
        draw = np.random.default_rng(1)
        for index in range(10**6):
            if index == self._vanish_after:
                raise CameraVanishedError("unplugged")
            yield Frame(draw.integers(0, 255, (64, 64), np.uint8), index, index * 50_000)


@pytest.fixture(autouse=True)
def every_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell about every frame, however fast they come."""
    monkeypatch.setattr(recording, "PROGRESS_S", 0.0)
    monkeypatch.setattr(recording, "FOCUS_S", 0.0)


def test_a_field_is_recorded_whole_with_its_focus_and_progress(tmp_path: Path) -> None:
    told: list[RecordingProgress] = []
    latest = Latest()
    record = CameraRecorder(NoiseCamera(), latest, FakeHeater(36.9))
    recorded = record(tmp_path / "field.mkv", 2.0, NOTES, lambda: False, told.append)
    assert recorded is not None
    assert recorded.clip.complete
    assert recorded.clip.frames == 41
    assert recorded.focus is not None
    assert told[-1].frames == 41
    assert latest.take() is not None
    assert read_sidecar(recorded.clip.sidecar).notes.temperatures_c == (36.9,)


def test_a_cut_field_is_kept_and_says_so(tmp_path: Path) -> None:
    told: list[RecordingProgress] = []
    record = CameraRecorder(NoiseCamera())
    recorded = record(tmp_path / "field.mkv", 1000.0, NOTES, lambda: len(told) >= 5, told.append)
    assert recorded is not None
    assert not recorded.clip.complete
    assert recorded.clip.frames >= 5
    assert read_clip(tmp_path / "field.mkv") == recorded.clip


def test_a_camera_that_vanishes_leaves_its_frames_on_disk(tmp_path: Path) -> None:
    record = CameraRecorder(NoiseCamera(vanish_after=7))
    with pytest.raises(CameraVanishedError):
        record(tmp_path / "field.mkv", 5.0, NOTES, lambda: False, lambda _: None)
    assert read_clip(tmp_path / "field.mkv").frames == 7


def test_a_silent_heater_does_not_spoil_a_clip(tmp_path: Path) -> None:
    class SilentHeater(FakeHeater):
        def temperature_c(self) -> float:
            raise HeaterError("no answer")

    record = CameraRecorder(NoiseCamera(), heater=SilentHeater())
    recorded = record(tmp_path / "field.mkv", 0.5, NOTES, lambda: False, lambda _: None)
    assert recorded is not None
    assert read_sidecar(recorded.clip.sidecar).notes.temperatures_c == ()
