"""The recorder: its states, its stop rule, and that nothing recorded is ever lost."""

import errno
import hashlib
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain, count
from pathlib import Path

import pytest

from acquisition.camera import CameraError, CameraSilentError, CameraVanishedError
from acquisition.clip import read_clip, recover_clip
from acquisition.ffv1 import Ffv1File
from acquisition.frame import Frame
from acquisition.latest import Latest
from acquisition.recorder import (
    Progress,
    Recorder,
    RecorderError,
    RecordingCancelledError,
    RecordingState,
)
from acquisition.recording import expected_bytes
from acquisition.sidecar import read_sidecar
from acquisition.temperature_log import Reading
from acquisition.video import open_video
from tests.acquisition.recordings import SETTINGS, frames, notes
from tests.acquisition.scripted import ScriptedCamera

Script = Iterable[Frame | Callable[[], None]]
FIELD = "field.mkv"


def recorder(folder: Path, script: Script, duration_s: float = 0.5, **more: object) -> Recorder:
    return Recorder(ScriptedCamera(script), folder / FIELD, notes(), duration_s, **more)  # type: ignore[arg-type]


def endless() -> Iterator[Frame]:
    return frames(10**6)


def raising(error: Exception) -> Callable[[], None]:
    def step() -> None:
        raise error

    return step


def same_pictures(path: Path, taken: Iterable[Frame]) -> bool:
    def digest(pictures: Iterable[Frame]) -> str:
        return hashlib.sha256(b"".join(frame.pixels.tobytes() for frame in pictures)).hexdigest()

    return digest(open_video(path).frames()) == digest(taken)


def test_a_field_is_recorded_for_its_time_by_the_camera_s_clock(tmp_path: Path) -> None:
    field = recorder(tmp_path, endless(), duration_s=0.5)
    clip = field.record()
    assert field.state is RecordingState.FINISHED
    # 25 steps of 20.007 ms are the first to reach 0.5 s.
    assert (clip.frames, clip.lost, clip.complete) == (26, 0, True)
    assert clip.duration_s == pytest.approx(25 * 0.020007)
    assert clip == field.clip == read_clip(tmp_path / FIELD)
    assert same_pictures(clip.path, frames(26))


def test_without_a_clock_frames_make_the_time(tmp_path: Path) -> None:
    clockless = (replace(frame, time_us=None) for frame in endless())
    assert recorder(tmp_path, clockless, duration_s=0.5).record().frames == 26


def test_lost_frames_count_towards_the_time_and_are_stored(tmp_path: Path) -> None:
    taken = [frame for frame in frames(60) if frame.index not in (4, 5, 11)]
    taken[4] = replace(taken[4], lost_before=2)
    taken[9] = replace(taken[9], lost_before=1)
    clip = recorder(tmp_path, taken, duration_s=0.5).record()
    assert (clip.frames, clip.lost) == (23, 3)
    assert [f.index for f in open_video(clip.path).frames()] == [f.index for f in taken[:23]]


def test_a_source_that_ends_too_early_leaves_an_incomplete_clip(tmp_path: Path) -> None:
    field = recorder(tmp_path, frames(7), duration_s=5.0)
    clip = field.record()
    assert field.state is RecordingState.ENDED
    assert (clip.frames, clip.complete) == (7, False)
    assert not read_clip(clip.path).complete


@pytest.mark.parametrize(("sent", "complete"), [(24, False), (25, True), (26, True)])
def test_a_source_that_ends_on_time_leaves_a_complete_clip(
    tmp_path: Path, sent: int, complete: bool
) -> None:
    # 25 frames of 20 ms last 0.5 s; the time from the first to the last of them is shorter.
    clip = recorder(tmp_path, frames(sent), duration_s=0.5).record()
    assert (clip.frames, clip.complete) == (sent, complete)


def test_a_cancelled_field_keeps_what_was_recorded(tmp_path: Path) -> None:
    def cancel() -> None:
        field.cancel()

    field = recorder(tmp_path, chain(frames(9), [cancel], endless()))
    with pytest.raises(RecordingCancelledError, match="cancelled"):
        field.record()
    assert field.state is RecordingState.CANCELLED
    assert field.clip is not None
    assert (field.clip.frames, field.clip.complete) == (9, False)
    assert same_pictures(field.clip.path, frames(9))


def test_a_field_cancelled_before_its_first_frame_leaves_nothing(tmp_path: Path) -> None:
    field = recorder(tmp_path, endless())
    field.cancel()
    with pytest.raises(RecordingCancelledError):
        field.record()
    assert field.clip is None
    assert list(tmp_path.iterdir()) == []


def test_cancelling_a_finished_field_changes_nothing(tmp_path: Path) -> None:
    field = recorder(tmp_path, endless(), duration_s=0.1)
    clip = field.record()
    field.cancel()
    assert field.state is RecordingState.FINISHED
    assert field.result() == clip


@pytest.mark.parametrize(
    "error", [CameraVanishedError("unplugged"), CameraSilentError("no frame for 2 s")]
)
def test_a_camera_that_fails_leaves_an_incomplete_clip(tmp_path: Path, error: Exception) -> None:
    field = recorder(tmp_path, chain(frames(11), [raising(error)]))
    with pytest.raises(type(error), match=str(error)):
        field.record()
    assert field.state is RecordingState.FAILED
    assert field.clip is not None
    assert (field.clip.frames, field.clip.complete) == (11, False)
    assert same_pictures(field.clip.path, frames(11))


def test_a_camera_without_a_frame_is_said(tmp_path: Path) -> None:
    with pytest.raises(RecorderError, match="scripted sent no frame"):
        recorder(tmp_path, []).record()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_ends_the_field_and_keeps_its_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = Ffv1File.add

    def full(self: Ffv1File, pixels: object, index: int) -> None:
        if index >= 200:
            raise OSError(errno.ENOSPC, "No space left on device")
        honest(self, pixels, index)  # type: ignore[arg-type]

    monkeypatch.setattr(Ffv1File, "add", full)
    field = recorder(tmp_path, endless(), duration_s=60.0)
    with pytest.raises(RecorderError, match="the disk is full") as caught:
        field.record()
    assert "\n" not in str(caught.value)
    assert field.state is RecordingState.FAILED
    clip = recover_clip(tmp_path / FIELD)
    assert clip.frames == 200
    assert same_pictures(clip.path, frames(200))


def test_too_little_room_is_said_before_anything_is_recorded(tmp_path: Path) -> None:
    field = recorder(tmp_path, endless(), free_bytes=lambda _: 10_000)
    with pytest.raises(RecorderError, match="0 MB free and a field needs"):
        field.start()
    assert field.state is RecordingState.IDLE
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(RecorderError, match="nowhere cannot be written to"):
        recorder(tmp_path / "nowhere", endless()).start()


def test_a_clip_that_exists_is_not_recorded_over(tmp_path: Path) -> None:
    (tmp_path / FIELD).write_bytes(b"precious")
    with pytest.raises(RecorderError, match="never overwritten"):
        recorder(tmp_path, endless()).start()
    assert (tmp_path / FIELD).read_bytes() == b"precious"


def test_a_recorder_records_once(tmp_path: Path) -> None:
    field = recorder(tmp_path, frames(5))
    with pytest.raises(RecorderError, match="has not been started"):
        field.result()
    field.record()
    with pytest.raises(RecorderError, match="started before"):
        field.start()


def test_a_clock_that_stands_still_is_said(tmp_path: Path) -> None:
    stuck = (replace(frame, time_us=1_000 * min(frame.index, 9)) for frame in endless())
    field = recorder(tmp_path, stuck, duration_s=10.0)
    with pytest.raises(CameraError, match=r"clock has stood still at frame 10"):
        field.record()
    assert field.clip is not None
    assert same_pictures(field.clip.path, frames(10))


def test_a_clock_that_goes_back_a_little_is_said(tmp_path: Path) -> None:
    turned = list(frames(30))
    turned[20] = replace(turned[20], time_us=(turned[18].time_us or 0) + 7)
    field = recorder(tmp_path, turned, duration_s=10.0)
    with pytest.raises(CameraError, match=r"clock has gone back by 0\.02 s at frame 20"):
        field.record()
    assert field.clip is not None
    assert same_pictures(field.clip.path, frames(20))


def test_a_clock_that_is_too_slow_is_said(tmp_path: Path) -> None:
    slow = (replace(frame, time_us=frame.index * 100) for frame in endless())
    with pytest.raises(CameraError, match=r"clock says \d\.\d\d s after"):
        recorder(tmp_path, slow, duration_s=0.1).record()


@pytest.mark.parametrize("jump_s", [-3.2, 3.2])
def test_a_clock_that_jumps_is_said_and_keeps_the_field(tmp_path: Path, jump_s: float) -> None:
    def jumping() -> Iterator[Frame]:
        for frame in endless():
            off_us = round(jump_s * 1e6) if frame.index >= 20 else 0
            yield replace(frame, time_us=(frame.time_us or 0) + off_us)

    field = recorder(tmp_path, jumping(), duration_s=10.0)
    with pytest.raises(CameraError, match=re.escape(f"clock jumped by {jump_s:+.2f} s at")):
        field.record()
    assert field.clip is not None
    assert not field.clip.complete
    assert same_pictures(field.clip.path, frames(20))


def test_progress_counts_frames_losses_and_time(tmp_path: Path) -> None:
    seen: list[Progress] = []
    taken = [replace(f, lost_before=int(f.index == 3)) for f in frames(6)]
    recorder(tmp_path, taken, on_progress=seen.append).record()
    assert [p.frames for p in seen] == [1, 2, 3, 4, 5, 6]
    assert [p.lost for p in seen] == [0, 0, 0, 1, 1, 1]
    assert [p.elapsed_s for p in seen] == pytest.approx([0.020007 * i for i in range(6)])
    assert {p.duration_s for p in seen} == {0.5}


def test_a_program_error_in_progress_fails_the_field_and_keeps_it(tmp_path: Path) -> None:
    field = recorder(tmp_path, endless(), on_progress=lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        field.record()
    assert field.state is RecordingState.FAILED
    assert field.clip is not None
    assert not field.clip.complete


def test_a_slow_disk_holds_the_reader_back_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_is_full, honest = threading.Event(), Ffv1File.add
    sent = 0
    ahead: list[int] = []

    def slow(self: Ffv1File, pixels: object, index: int) -> None:
        assert queue_is_full.wait(20)
        ahead.append(sent - index)
        honest(self, pixels, index)  # type: ignore[arg-type]

    def counted() -> Iterator[Frame]:
        nonlocal sent
        for frame in frames(200):
            sent = frame.index + 1
            if sent == 52:
                queue_is_full.set()
            yield frame

    monkeypatch.setattr(Ffv1File, "add", slow)
    clip = recorder(tmp_path, counted(), duration_s=60.0).record()
    # A second of frames waits, one is being written and one is on its way in.
    assert max(ahead) == 52
    assert same_pictures(clip.path, frames(200))


def test_the_live_view_is_offered_the_newest_frame(tmp_path: Path) -> None:
    latest = Latest()
    recorder(tmp_path, frames(8), latest=latest).record()
    newest = latest.take()
    assert newest is not None
    assert newest.index == 7
    assert latest.take() is None


def test_a_view_that_waits_is_woken_by_a_frame() -> None:
    latest = Latest()
    taken: list[Frame | None] = []
    view = threading.Thread(target=lambda: taken.append(latest.take(timeout_s=20)))
    view.start()
    latest.offer(next(frames(1, first=3)))
    view.join(20)
    assert [frame.index for frame in taken if frame] == [3]


def test_the_temperature_log_joins_the_reading_at_the_start(tmp_path: Path) -> None:
    log = (Reading(0.0, 37.2), Reading(0.5, 37.4))
    clip = recorder(tmp_path, frames(4), temperatures=lambda: log).record()
    notes = read_sidecar(clip.sidecar).notes
    assert notes.temperatures_c == (36.9, 37.2, 37.4)
    assert notes.logged == log


def test_the_stream_is_stopped_when_the_field_ends(tmp_path: Path) -> None:
    camera = ScriptedCamera(endless())
    Recorder(camera, tmp_path / FIELD, notes(), 0.1).record()
    assert not camera.streaming


def test_an_interrupt_cancels_and_keeps_the_field(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    field = recorder(tmp_path, endless(), duration_s=30.0)
    honest, calls = field.result, count()

    def interrupted(timeout_s: float | None = None) -> object:
        if next(calls) == 0:
            raise KeyboardInterrupt
        return honest(timeout_s)

    monkeypatch.setattr(field, "result", interrupted)
    with pytest.raises(KeyboardInterrupt):
        field.record()
    assert field.state is RecordingState.CANCELLED


def test_the_expected_size_is_for_a_noisy_picture() -> None:
    settings = replace(SETTINGS, width_px=640, height_px=480)
    assert expected_bytes(settings, 10.0) == pytest.approx(0.6 * 640 * 480 * 500)
