"""Spooled clips: raw while the camera is too fast, FFV1 afterwards, and nothing lost between."""

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from acquisition import clip as clip_module
from acquisition.clip import ClipError, ClipWriter, partial_clips, read_clip, recover_clip
from acquisition.clip_files import part_path, spool_path
from acquisition.frame import Frame
from acquisition.recorder import Progress, Recorder, RecorderError, RecordingState
from acquisition.recording import expected_bytes, is_spooled
from acquisition.sidecar import Moment, read_sidecar
from acquisition.temperature_log import Reading
from acquisition.video import VideoError, open_video
from tests.acquisition.recordings import SETTINGS, frames, notes, picture
from tests.acquisition.scripted import ScriptedCamera

ROOT = Path(__file__).parents[2]
# 64 x 48 px at 50 000 frames/s is more than FFV1 is trusted with.
FAST = replace(SETTINGS, frame_rate_hz=50_000.0)


def digest(taken: Iterable[Frame]) -> str:
    return hashlib.sha256(b"".join(frame.pixels.tobytes() for frame in taken)).hexdigest()


def spool(path: Path, count: int) -> ClipWriter:
    writer = ClipWriter(path, notes(), spooled=True)
    for frame in frames(count):
        writer.write(frame)
    return writer


def test_a_spooled_clip_is_as_any_other(tmp_path: Path) -> None:
    path = tmp_path / "field.mkv"
    done: list[int] = []
    writer = spool(path, 7)
    assert not path.exists()
    assert not part_path(path).exists()
    clip = writer.finish(temperatures=(Reading(1.5, 37.1),), on_coded=done.append)
    assert done == [1, 2, 3, 4, 5, 6, 7]
    assert clip == read_clip(path)
    back = list(open_video(path).frames())
    assert [Moment.of(one) for one in back] == [Moment.of(one) for one in frames(7)]
    assert read_sidecar(path.with_suffix(".clip.json")).notes.temperatures_c == (36.9, 37.1)
    assert read_sidecar(path.with_suffix(".clip.json")).notes.temperature_times_s == (1.5,)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["field.clip.json", "field.mkv"]


def test_an_exception_leaves_an_incomplete_clip_with_every_frame(tmp_path: Path) -> None:
    path = tmp_path / "field.mkv"
    with pytest.raises(RuntimeError, match="camera"), spool(path, 6):
        raise RuntimeError("camera")
    assert not read_clip(path).complete
    assert digest(open_video(path).frames()) == digest(frames(6))


def test_a_frame_of_another_size_is_refused(tmp_path: Path) -> None:
    with (
        ClipWriter(tmp_path / "field.mkv", notes(), spooled=True) as writer,
        pytest.raises(ClipError, match="frame 0 is uint8"),
    ):
        writer.write(Frame(picture(1, width=32), 0, 0))


KILLED = """
import os, sys
from pathlib import Path
from acquisition.clip import ClipWriter
from acquisition.temperature_log import Reading
from tests.acquisition.recordings import frames, notes

def die(coded):
    if coded == 20:
        os.kill(os.getpid(), 9)

with ClipWriter(Path(sys.argv[1]), notes(), spooled=True) as writer:
    for frame in frames(40):
        writer.write(frame)
        if sys.argv[2] == "recording" and frame.index == 29:
            os.kill(os.getpid(), 9)
    writer.finish(temperatures=(Reading(0.5, 37.5),), on_coded=die)
"""


@pytest.mark.parametrize(("moment", "saved"), [("recording", 30), ("coding", 40)])
def test_a_killed_spool_is_recovered_whole(tmp_path: Path, moment: str, saved: int) -> None:
    path = tmp_path / "field.mkv"
    done = subprocess.run([sys.executable, "-c", KILLED, str(path), moment], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert partial_clips(tmp_path) == [path]

    clip = recover_clip(path)

    assert clip.frames == saved
    # The field had been recorded to its end if it was being coded.
    assert clip.complete is (moment == "coding")
    assert digest(open_video(path).frames()) == digest(frames(saved))
    if clip.complete:
        assert read_sidecar(clip.sidecar).notes.temperatures_c == (36.9, 37.5)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["field.clip.json", "field.mkv"]


def test_a_picture_that_was_cut_is_counted_as_unsaved(tmp_path: Path) -> None:
    path = tmp_path / "field.mkv"
    writer = spool(path, 5)
    writer._journal.close()
    writer._file.close()
    whole = spool_path(path).read_bytes()
    spool_path(path).write_bytes(whole[:-10])
    clip = recover_clip(path)
    assert clip.frames == 4
    assert read_sidecar(clip.sidecar).unsaved == 1
    assert not clip.complete


def test_pictures_that_do_not_reach_the_file_keep_the_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "field.mkv"
    with monkeypatch.context() as patch:
        patch.setattr(clip_module, "count_pictures", lambda _: 4)
        with pytest.raises(ClipError, match="holds 4 of 5 pictures"):
            spool(path, 5).finish()
    assert spool_path(path).exists()
    assert recover_clip(path).complete


def test_a_picture_that_has_changed_since_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "field.mkv"
    clip = spool(path, 5).finish()
    assert clip is not None
    sidecar = read_sidecar(clip.sidecar)
    sums = sidecar.frames.crc32
    changed = replace(sidecar.frames, crc32=(*sums[:3], (sums[3] or 0) ^ 1, *sums[4:]))
    clip.sidecar.write_text(replace(sidecar, frames=changed).to_json())
    with pytest.raises(VideoError, match="frame 3 is not the picture that was recorded"):
        list(open_video(path).frames())


def recorder(folder: Path, count: int, **more: object) -> Recorder:
    """A recorder that asks for 30 GB; it writes little of it, and finds room on any disk."""
    camera = ScriptedCamera(frames(count))
    more = {"free_bytes": lambda _: 10**12} | more
    return Recorder(camera, folder / "field.mkv", notes(FAST), 60.0, **more)  # type: ignore[arg-type]


def test_a_fast_camera_is_spooled_and_coded_while_saving(tmp_path: Path) -> None:
    told: list[tuple[RecordingState, Progress]] = []
    field: Recorder = recorder(tmp_path, 40, on_progress=lambda p: told.append((field.state, p)))
    clip = field.record()
    assert is_spooled(FAST)
    assert digest(open_video(clip.path).frames()) == digest(frames(40))
    saving = [p for state, p in told if state is RecordingState.SAVING]
    assert [p.coded for p in saving] == list(range(1, 41))
    assert {p.frames for p in saving} == {40}
    assert all(p.coded is None for state, p in told if state is RecordingState.RECORDING)


def test_a_slower_camera_is_coded_as_it_goes() -> None:
    assert not is_spooled(replace(SETTINGS, width_px=640, height_px=480, frame_rate_hz=150))
    assert is_spooled(replace(SETTINGS, width_px=1920, height_px=1200, frame_rate_hz=100))


def test_a_spool_needs_room_for_both_files() -> None:
    pixels = FAST.width_px * FAST.height_px * FAST.frame_rate_hz
    assert expected_bytes(FAST, 2.0) == pytest.approx(1.6 * 2 * pixels)


def test_a_disk_that_fills_ends_the_field_before_it_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("acquisition.recorder.LOOK_S", 0.0)
    free = iter([10**12, *[10**12] * 12, *[10_000] * 10**4])
    field = recorder(tmp_path, 10**5, free_bytes=lambda _: next(free))
    with pytest.raises(RecorderError, match="has 0 MB left: the field was ended") as caught:
        field.record()
    assert "\n" not in str(caught.value)
    assert field.state is RecordingState.FAILED
    clip = read_clip(tmp_path / "field.mkv")
    assert (clip.frames, clip.complete) == (13, False)
    assert digest(open_video(clip.path).frames()) == digest(frames(13))


@pytest.mark.skipif(os.name != "posix", reason="limits the size of a file")
def test_a_spool_that_cannot_grow_keeps_every_whole_picture(tmp_path: Path) -> None:
    program = """
import resource, signal, sys
from pathlib import Path
from tests.acquisition.test_spool import spool
from acquisition.clip import ClipError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10 * 64 * 48 + 100,) * 2)
try:
    spool(Path(sys.argv[1]), 100)
except ClipError as error:
    print(error)
    sys.exit(3)
"""
    path = tmp_path / "field.mkv"
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], cwd=ROOT, check=False, capture_output=True
    )
    assert done.returncode == 3, done.stderr
    assert b"cannot be written" in done.stdout
    assert recover_clip(path).frames == 10
    assert digest(open_video(path).frames()) == digest(frames(10))


@pytest.mark.skipif(sys.platform != "linux", reason="makes a file system of its own")
@pytest.mark.parametrize("spooled", [False, True])
def test_a_tiny_file_system_that_fills_keeps_every_whole_picture(
    tmp_path: Path, spooled: bool
) -> None:
    """The parts are copied out before the file system goes with its namespace."""
    program = f"""
import shutil, sys
from pathlib import Path
from acquisition.clip import ClipError, ClipWriter
from tests.acquisition.recordings import frames, notes
path = Path(sys.argv[1]) / "field.mkv"
try:
    with ClipWriter(path, notes(), spooled={spooled}) as writer:
        for frame in frames(2000):
            writer.write(frame)
except ClipError as error:
    print(error)
    for part in path.parent.iterdir():
        shutil.copy(part, sys.argv[2])
    sys.exit(3)
"""
    disk, saved = tmp_path / "disk", tmp_path / "saved"
    disk.mkdir()
    saved.mkdir()
    script = (
        f"mount -t tmpfs -o size=1m none {disk} && exec {sys.executable} -c '{program}' {disk} "
        f"{saved}"
    )
    inside = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script]
    done = subprocess.run(inside, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 3, done.stderr
    assert "the disk is full" in done.stdout
    assert done.stdout.count("\n") == 1
    clip = recover_clip(saved / "field.mkv")
    # A mebibyte holds 340 such pictures, and somewhat less with their journal or as Matroska.
    assert clip.frames > 200
    assert digest(open_video(clip.path).frames()) == digest(frames(clip.frames))


def test_twelve_bits_are_spooled_and_coded_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "field.mkv"
    deep = [
        np.random.default_rng(index).integers(0, 4096, (48, 64), np.uint16) for index in range(5)
    ]
    with ClipWriter(path, notes(replace(SETTINGS, bits=12)), spooled=True) as writer:
        for index, values in enumerate(deep):
            writer.write(Frame((values >> 4).astype(np.uint8), index, 20_000 * index, deep=values))
    with av.open(str(path)) as container:
        stored = [
            one.to_ndarray(format="gray16le").astype(np.uint16) >> 4
            for one in container.decode(video=0)
        ]
    assert all(np.array_equal(one, values) for one, values in zip(stored, deep, strict=True))
    back = [frame.pixels for frame in open_video(path).frames()]
    assert all(np.array_equal(one, values >> 4) for one, values in zip(back, deep, strict=True))


WITHOUT_PERMISSION = """
import os, sys
from pathlib import Path
from acquisition.clip import ClipError, ClipWriter
from tests.acquisition.recordings import frames, notes
folder = Path(sys.argv[1])
try:
    with ClipWriter(folder / "field.mkv", notes(), spooled={spooled}) as writer:
        for frame in frames(30):
            writer.write(frame)
        folder.chmod(0o555)
        if os.geteuid() == 0:
            # Root may write anywhere.
            os.seteuid(65534)
        writer.finish()
except ClipError as error:
    print(error)
    sys.exit(3)
"""


@pytest.mark.parametrize("spooled", [False, True])
def test_a_folder_that_may_no_longer_be_written_to_is_told_and_nothing_is_lost(
    spooled: bool,
) -> None:
    # Not in pytest's own folder, where a user of another name may not go.
    with tempfile.TemporaryDirectory() as folder:
        program = [sys.executable, "-c", WITHOUT_PERMISSION.format(spooled=spooled), folder]
        done = subprocess.run(program, cwd=ROOT, check=False, capture_output=True, text=True)
        assert done.returncode == 3, done.stderr
        Path(folder).chmod(0o755)
        assert "ermission denied" in done.stdout
        assert done.stdout.count("\n") == 1
        clip = recover_clip(Path(folder) / "field.mkv")
        assert digest(open_video(clip.path).frames()) == digest(frames(30))
