"""Clips: bit-exact, whole or not there, never replaced, and readable after a killed process."""

import errno
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acquisition import clip_files, recovery
from acquisition.clip import (
    ClipError,
    ClipWriter,
    partial_clips,
    read_clip,
    recover_clip,
    unused_path,
)
from acquisition.ffv1 import Ffv1File
from acquisition.frame import Frame
from acquisition.sidecar import (
    Moment,
    read_sidecar,
    sidecar_path,
)
from acquisition.temperature_log import Reading
from acquisition.video import open_video
from tests.acquisition.recordings import SETTINGS, frames, notes, picture, read, record

ROOT = Path(__file__).parents[2]


def digest(pictures: list[Frame]) -> str:
    return hashlib.sha256(b"".join(frame.pixels.tobytes() for frame in pictures)).hexdigest()


def test_a_clip_comes_back_bit_by_bit_with_its_times_and_losses(tmp_path: Path) -> None:
    taken = list(frames(20))
    taken[7:9] = []
    taken[7] = replace(taken[7], lost_before=2)
    record(tmp_path / "field.mkv", taken)

    back = list(open_video(tmp_path / "field.mkv").frames())

    assert digest(back) == digest(taken)
    assert [Moment.of(frame) for frame in back] == [Moment.of(frame) for frame in taken]


def test_the_sidecar_tells_all_that_was_known(tmp_path: Path) -> None:
    path = tmp_path / "field.mkv"
    with ClipWriter(path, notes()) as writer:
        for frame in frames(5):
            writer.write(frame)
        clip = writer.finish(temperatures=(Reading(0.5, 37.1),))
    assert clip is not None

    sidecar = read_sidecar(clip.sidecar)

    assert sidecar.notes == replace(
        notes(), temperatures_c=(36.9, 37.1), temperature_times_s=(0.5,)
    )
    assert sidecar.sha256 == hashlib.sha256(path.read_bytes()).hexdigest() == clip.sha256
    assert sidecar.complete
    assert clip.frames == 5
    assert clip.duration_s == pytest.approx(4 * 0.020007)
    assert clip == read_clip(path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["field.clip.json", "field.mkv"]


def test_the_clip_s_rate_is_that_of_the_camera_s_clock(tmp_path: Path) -> None:
    record(tmp_path / "field.mkv", list(frames(10)))
    assert open_video(tmp_path / "field.mkv").info.frame_rate_hz == pytest.approx(1e6 / 20_007)


def test_without_a_clock_the_times_are_those_of_the_accepted_rate(tmp_path: Path) -> None:
    record(tmp_path / "field.mkv", [replace(frame, time_us=None) for frame in frames(4)])
    video = open_video(tmp_path / "field.mkv")
    assert video.info.frame_rate_hz == 50.0
    assert [frame.time_us for frame in video.frames()] == [0, 20_000, 40_000, 60_000]


def test_an_existing_recording_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "field.mkv"
    path.write_bytes(b"precious")
    with pytest.raises(ClipError, match="never overwritten"):
        ClipWriter(path, notes())
    assert path.read_bytes() == b"precious"


def test_a_recording_that_appears_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "field.mkv"
    writer = ClipWriter(path, notes())
    for frame in frames(3):
        writer.write(frame)
    path.write_bytes(b"precious")
    with pytest.raises(ClipError, match="cannot be written"):
        writer.finish()
    assert path.read_bytes() == b"precious"
    assert partial_clips(tmp_path) == [path]


def test_an_unfinished_clip_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "field.mkv"
    (tmp_path / "field.mkv.part").write_bytes(b"precious")
    with pytest.raises(ClipError, match="recover it or give another name"):
        ClipWriter(path, notes())
    assert (tmp_path / "field.mkv.part").read_bytes() == b"precious"


def test_an_unused_path_is_found_beside_clips_and_parts(tmp_path: Path) -> None:
    path = tmp_path / "field.mkv"
    assert unused_path(path) == path
    path.touch()
    (tmp_path / "field-2.mkv.part").touch()
    (tmp_path / "field-3.frames.part").touch()
    assert unused_path(path) == tmp_path / "field-4.mkv"


def test_a_clip_without_a_frame_leaves_nothing(tmp_path: Path) -> None:
    with ClipWriter(tmp_path / "field.mkv", notes()) as writer:
        pass
    assert writer.clip is None
    assert list(tmp_path.iterdir()) == []


def test_an_exception_leaves_an_incomplete_clip_with_every_frame(tmp_path: Path) -> None:
    path = tmp_path / "field.mkv"
    with pytest.raises(RuntimeError, match="camera"), ClipWriter(path, notes()) as writer:
        for frame in frames(6):
            writer.write(frame)
        raise RuntimeError("camera")
    clip = read_clip(path)
    assert not clip.complete
    assert digest(list(open_video(path).frames())) == digest(list(frames(6)))


def test_a_frame_of_another_size_is_refused(tmp_path: Path) -> None:
    with ClipWriter(tmp_path / "field.mkv", notes()) as writer:
        writer.write(Frame(picture(0), 0, 0))
        with pytest.raises(ClipError, match="frame 1 is uint8"):
            writer.write(Frame(picture(1, width=32), 1, 20_000))


@pytest.mark.parametrize(
    "frame", [Frame(picture(9), 4, 9_000_000), Frame(picture(9), 5, 7), Frame(picture(9), 5)]
)
def test_a_frame_that_does_not_come_after_the_others_is_refused(
    tmp_path: Path, frame: Frame
) -> None:
    with ClipWriter(tmp_path / "field.mkv", notes()) as writer:
        for one in frames(5):
            writer.write(one)
        with pytest.raises(ClipError, match=r"field\.mkv: (frame|of frames) "):
            writer.write(frame)
    assert digest(read(tmp_path / "field.mkv")) == digest(list(frames(5)))


@pytest.mark.parametrize("name", ["field.mp4", "field"])
def test_a_clip_is_named_mkv(tmp_path: Path, name: str) -> None:
    with pytest.raises(ClipError, match=r"must end in \.mkv"):
        ClipWriter(tmp_path / name, notes())


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(ClipError, match="No such file"):
        ClipWriter(tmp_path / "nowhere" / "field.mkv", notes())


def test_a_clip_that_cannot_be_begun_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Ffv1File, "__init__", full)
    with pytest.raises(ClipError, match="the disk is full"):
        ClipWriter(tmp_path / "field.mkv", notes())
    assert list(tmp_path.iterdir()) == []


KILLED = """
import os, sys
from pathlib import Path
from acquisition.clip import ClipWriter
from tests.acquisition.recordings import frames, notes
with ClipWriter(Path(sys.argv[1]), notes()) as writer:
    for frame in frames(400):
        writer.write(frame)
        if frame.index == 299:
            os.kill(os.getpid(), 9)
"""


@pytest.fixture(scope="module")
def killed_recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a writer was killed after its 300th frame."""
    folder = tmp_path_factory.mktemp("killed")
    path = folder / "field.mkv"
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    return folder


@pytest.fixture
def killed(killed_recording: Path, tmp_path: Path) -> Path:
    """The name that the killed writer's clip would have had, in a folder of its own."""
    return Path(shutil.copytree(killed_recording, tmp_path / "killed")) / "field.mkv"


def test_a_killed_writer_leaves_a_clip_that_can_be_recovered(killed: Path) -> None:
    assert partial_clips(killed.parent) == [killed]

    clip = recover_clip(killed)

    sidecar = read_sidecar(clip.sidecar)
    assert clip.frames >= 280
    assert clip.frames + sidecar.unsaved == 300
    assert not clip.complete
    assert sidecar.notes == notes()
    back = list(open_video(killed).frames())
    taken = list(frames(clip.frames))
    assert digest(back) == digest(taken)
    assert [Moment.of(frame) for frame in back] == [Moment.of(frame) for frame in taken]
    assert sorted(p.name for p in killed.parent.iterdir()) == ["field.clip.json", "field.mkv"]
    assert recover_clip(killed) == clip


@given(st.data())
@settings(max_examples=15, deadline=None)
def test_whatever_reached_the_disk_is_recovered(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    path = folder / "field.mkv"
    record(path, list(frames(12)))
    whole = path.read_bytes()
    size = data.draw(st.integers(len(whole) // 2, len(whole)))
    (folder / "field.mkv.part").write_bytes(whole[:size])
    journal = write_journal(folder, 12)
    path.unlink()
    sidecar_path(path).unlink()

    clip = recover_clip(path)

    assert clip.frames >= 12 * (size / len(whole)) - 3
    assert digest(list(open_video(path).frames())) == digest(list(frames(clip.frames)))
    assert not journal.exists()


def write_journal(folder: Path, count: int) -> Path:
    writer = ClipWriter(folder / "other.mkv", notes())
    for frame in frames(count):
        writer._journal.add(Moment.of(frame))
    writer._journal.close()
    writer._file.close()
    return (folder / "other.frames.part").rename(folder / "field.frames.part")


def test_parts_beside_another_recording_of_that_name_are_kept(killed: Path, tmp_path: Path) -> None:
    other = tmp_path / "field.mkv"
    record(other, list(frames(3)))
    for file in (other, sidecar_path(other)):
        shutil.copy(file, killed.parent)
    before = sorted(killed.parent.iterdir())
    with pytest.raises(ClipError, match=r"field\.mkv is another recording than that of field\.f"):
        recover_clip(killed)
    assert sorted(killed.parent.iterdir()) == before


def test_a_last_journal_line_that_was_cut_is_left_out(killed: Path) -> None:
    journal = killed.parent / "field.frames.part"
    journal.write_bytes(journal.read_bytes()[:-5])
    clip = recover_clip(killed)
    assert clip.frames + read_sidecar(clip.sidecar).unsaved == 299


def test_a_journal_whose_frames_go_back_is_said_and_its_parts_are_kept(killed: Path) -> None:
    journal = killed.parent / "field.frames.part"
    lines = journal.read_bytes().split(b"\n")
    journal.write_bytes(b"\n".join([*lines[:9], lines[5], *lines[9:]]))
    before = sorted(killed.parent.iterdir())
    with pytest.raises(ClipError, match=r"damaged in line 10: frame 4 comes after frame 7"):
        recover_clip(killed)
    assert sorted(killed.parent.iterdir()) == before


def test_a_picture_with_a_hole_is_a_loss_and_those_behind_it_are_kept(killed: Path) -> None:
    part = killed.parent / "field.mkv.part"
    data = bytearray(part.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 8] = bytes(8)
    part.write_bytes(data)

    clip = recover_clip(killed)

    back = list(open_video(killed).frames())
    assert clip.lost == 1
    assert clip.frames >= 280
    hole = next(frame.index for frame in back if frame.lost_before) - 1
    assert 130 <= hole <= 155
    taken = [frame for frame in frames(back[-1].index + 1) if frame.index != hole]
    assert digest(back) == digest(taken)
    assert [frame.time_us for frame in back] == [frame.time_us for frame in taken]


def test_a_disk_too_full_for_recovery_keeps_the_parts(
    killed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = sorted(killed.parent.iterdir())
    with monkeypatch.context() as patch:
        patch.setattr(recovery, "copy_whole_pictures", full)
        with pytest.raises(ClipError, match="the disk is full"):
            recover_clip(killed)
    assert sorted(killed.parent.iterdir()) == before
    assert recover_clip(killed).frames >= 280


@pytest.mark.parametrize("spooled", [False, True])
def test_a_clip_that_is_being_recorded_is_not_recovered(tmp_path: Path, spooled: bool) -> None:
    path = tmp_path / "field.mkv"

    def refused(_: object = None) -> None:
        before = sorted(tmp_path.iterdir())
        with pytest.raises(ClipError, match=r"field\.mkv is being recorded .* wait for its end"):
            recover_clip(path)
        assert sorted(tmp_path.iterdir()) == before

    with ClipWriter(path, notes(), spooled=spooled) as writer:
        refused()
        for frame in frames(6):
            writer.write(frame)
        refused()
        writer.finish(on_coded=refused)
    assert read_clip(path).complete
    assert digest(list(open_video(path).frames())) == digest(list(frames(6)))


def test_nothing_to_recover_is_said(tmp_path: Path) -> None:
    with pytest.raises(ClipError, match="no unfinished clip"):
        recover_clip(tmp_path / "field.mkv")


def test_parts_without_a_whole_frame_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "field.mkv"
    write_journal(tmp_path, 3)
    part = tmp_path / "field.mkv.part"
    part.write_bytes(b"")
    with pytest.raises(ClipError, match="holds no whole frame"):
        recover_clip(path)
    assert part.exists()


def test_a_writer_killed_before_the_last_rename_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "field.mkv"
    honest = clip_files.rename

    def killed(source: Path, target: Path) -> None:
        if target == path:
            raise OSError(errno.EIO, "killed here")
        honest(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(clip_files, "rename", killed)
        with pytest.raises(ClipError):
            record(path, list(frames(4)))
    assert not path.exists()

    assert recover_clip(path).complete
    assert digest(list(open_video(path).frames())) == digest(list(frames(4)))


FULL = """
import resource, signal, sys
from pathlib import Path
from acquisition.clip import ClipError, ClipWriter
from tests.acquisition.recordings import frames, notes
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))
try:
    with ClipWriter(Path(sys.argv[1]), notes()) as writer:
        for frame in frames(400):
            writer.write(frame)
except ClipError as error:
    print(error)
"""


def test_a_file_that_can_grow_no_further_is_said_and_recovered(tmp_path: Path) -> None:
    path = tmp_path / "field.mkv"
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1
    assert "cannot be written (File too large)" in done.stdout

    clip = recover_clip(path)

    assert clip.frames >= 30
    assert digest(list(open_video(path).frames())) == digest(list(frames(clip.frames)))


def test_a_full_disk_is_named() -> None:
    error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert "the disk is full" in str(clip_files.cannot_write(Path("a.mkv"), error))


def test_where_there_are_no_hard_links_a_rename_still_replaces_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    record(tmp_path / "field.mkv", list(frames(3)))
    assert read_clip(tmp_path / "field.mkv").frames == 3
    (tmp_path / "new").write_bytes(b"new")
    with pytest.raises(FileExistsError):
        clip_files.rename(tmp_path / "new", tmp_path / "field.mkv")


def test_a_part_that_is_gone_at_the_end_is_told_in_one_line(tmp_path: Path) -> None:
    writer = ClipWriter(tmp_path / "field.mkv", notes())
    for frame in frames(3):
        writer.write(frame)
    clip_files.part_path(tmp_path / "field.mkv").unlink()
    with pytest.raises(ClipError, match=r"field\.mkv cannot be written \(No such file") as caught:
        writer.finish()
    assert "\n" not in str(caught.value)


def test_twelve_bits_are_kept_whole_and_read_as_their_upper_eight(tmp_path: Path) -> None:
    truth = [np.random.default_rng(i).integers(0, 4096, (48, 64), np.uint16) for i in range(5)]
    path = tmp_path / "deep.mkv"
    with ClipWriter(path, notes(replace(SETTINGS, bits=12))) as writer:
        for i, deep in enumerate(truth):
            writer.write(Frame((deep >> 4).astype(np.uint8), i, 20_000 * i, deep=deep))
    with av.open(str(path)) as container:
        stored = [one.to_ndarray(format="gray16le") for one in container.decode(video=0)]
    for kept, deep, frame in zip(stored, truth, read(path), strict=True):
        np.testing.assert_array_equal(kept, deep << 4)
        np.testing.assert_array_equal(frame.pixels, deep >> 4)


def test_a_frame_of_another_depth_is_refused(tmp_path: Path) -> None:
    deep = np.zeros((48, 64), np.uint16)
    with (
        pytest.raises(ClipError, match=r"is uint16 .* in a clip of uint8"),
        ClipWriter(tmp_path / "a.mkv", notes()) as writer,
    ):
        writer.write(Frame(deep.astype(np.uint8), 0, deep=deep))
