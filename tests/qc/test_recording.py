"""The recorder of an examination: what it hands back, whole or cut."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median

import numpy as np
import pytest

from acquisition.camera import CameraSettings, CameraVanishedError
from acquisition.clip import ClipNotes, read_clip
from acquisition.frame import Frame
from acquisition.heaters.okolab import OkolabHeater, OkolabSettings
from acquisition.latest import Latest
from acquisition.sidecar import read_sidecar
from qc import recording
from qc.bench import RecordingProgress
from qc.recording import CameraRecorder
from tests.acquisition.heaters.emulated import OkolabEmulator
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


class WallCamera(NoiseCamera):
    """Sends noise as time passes on the wall."""

    def _noise(self) -> Iterator[Frame]:
        began = time.monotonic()
        for frame in super()._noise():
            time.sleep(max(0.0, began + frame.index / 20 - time.monotonic()))
            yield frame


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
    logged = read_sidecar(recorded.clip.sidecar).notes.logged
    assert logged == recorded.temperatures[: len(logged)]
    assert {reading.temperature_c for reading in recorded.temperatures} == {36.9}
    assert told[-1].temperature_c == 36.9


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


def test_a_heater_that_falls_silent_ends_the_recording_and_leaves_a_readable_clip(
    tmp_path: Path,
) -> None:
    device = OkolabEmulator()
    with device.loop:
        heater = OkolabHeater(OkolabSettings(device.terminal.port))

        def watch(progress: RecordingProgress) -> None:
            device.silent = progress.recorded_s > 0.5

        began = time.monotonic()
        record = CameraRecorder(WallCamera(), heater=heater)
        recorded = record(tmp_path / "field.mkv", 30.0, NOTES, lambda: False, watch)
        assert time.monotonic() - began < 0.5 + 2 + 2
        heater.close()
    device.terminal.unplug()
    assert recorded is not None
    assert not recorded.clip.complete
    assert "does not answer; check its cable and power" in (recorded.fault or "")
    assert read_clip(tmp_path / "field.mkv").frames == recorded.clip.frames
    assert recorded.temperatures[0].temperature_c == 22.0


def test_the_temperature_is_read_every_half_second_throughout(tmp_path: Path) -> None:
    record = CameraRecorder(WallCamera(), heater=FakeHeater(36.9, 37.0, 37.1))
    recorded = record(tmp_path / "field.mkv", 2.2, NOTES, lambda: False, lambda _: None)
    assert recorded is not None
    assert [reading.temperature_c for reading in recorded.temperatures][:3] == [36.9, 37.0, 37.1]
    times_s = [reading.time_s for reading in recorded.temperatures]
    assert len(times_s) >= 4
    gaps_s = [after - before for before, after in pairwise(times_s)]
    assert median(gaps_s) == pytest.approx(0.5, abs=0.1)
