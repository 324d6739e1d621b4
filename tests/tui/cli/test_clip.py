"""`motiscope clip` as its user meets it: output, errors and exit codes."""

import json
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from acquisition.clip import ClipWriter
from acquisition.clip_convert import write_pictures, write_video
from acquisition.video import open_video
from tests.acquisition.recordings import frames, notes, record
from tui.cli.main import run


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "field.mkv"
    record(path, list(frames(12)))
    return path


def leave_unfinished(path: Path) -> None:
    """Leave what a killed writer leaves."""
    writer = ClipWriter(path, notes(), spooled=True)
    for frame in frames(5):
        writer.write(frame)
    writer._journal.close()
    writer._file.close()


def test_info_tells_how_it_was_recorded(clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["clip", "info", str(clip)]) == 0
    told = capsys.readouterr().out
    assert "64x48 at 50 frames/s" in told
    assert "12 in 0.220 s, to its end" in told
    assert "0.35 x 0.36 µm/px, from micrometer slide of 2 May" in told


def test_info_for_machines(clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["clip", "info", str(clip), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["frames_count"], document["lost"], document["complete"]) == (12, 0, True)
    assert document["notes"]["seed"] == 12345


def test_verify_reads_whole_folders(clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["clip", "verify", str(clip.parent)]) == 0
    assert "12 frames, the file's hash is right, every picture has its check sum" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("suffix", "told"),
    [
        (".mkv", "field.clip.json: its pictures, field.mkv, are gone"),
        (".clip.json", "field.mkv: its sidecar, field.clip.json, is gone"),
    ],
)
def test_verify_notices_that_half_of_the_only_clip_is_gone(
    clip: Path, capsys: pytest.CaptureFixture[str], suffix: str, told: str
) -> None:
    clip.with_suffix(suffix).unlink()
    assert run(["clip", "verify", str(clip.parent)]) == 1
    error = capsys.readouterr().err
    assert told in error
    assert "1 of 1 clips are not as they were recorded" in error


@pytest.mark.parametrize("command", ["verify", "recover", "info"])
def test_a_clip_whose_pictures_are_gone_is_told(
    clip: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    clip.unlink()
    assert run(["clip", command, str(clip)]) == 1
    error = capsys.readouterr().err
    assert "field.clip.json: its pictures, field.mkv, are gone" in error
    assert error.count("\n") == 1


def test_recover_tells_what_it_cannot_bring_back(
    clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip.unlink()
    leave_unfinished(clip.with_name("other.mkv"))
    assert run(["clip", "recover", str(clip.parent)]) == 1
    error = capsys.readouterr().err
    assert "other.mkv: 5 frames" in error
    assert "field.clip.json: its pictures, field.mkv, are gone" in error
    assert "the pictures of 1 clips are gone; copy them from a backup" in error


def test_a_clip_that_has_its_sidecar_and_not_its_name_yet_is_unfinished(
    clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip.rename(clip.with_name("field.mkv.part"))
    assert run(["clip", "verify", str(clip.parent)]) == 1
    assert "field.mkv is unfinished; motiscope clip recover" in capsys.readouterr().err
    assert run(["clip", "recover", str(clip)]) == 0
    assert run(["clip", "verify", str(clip)]) == 0


@pytest.mark.parametrize("suffix", [".mkv", ".clip.json"])
def test_verify_notices_what_is_gone_from_a_folder(
    clip: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    for file in (clip, clip.with_suffix(".clip.json")):
        file.with_name(f"other{file.name.removeprefix(clip.stem)}").write_bytes(file.read_bytes())
    clip.with_name(f"other{suffix}").unlink()
    assert run(["clip", "verify", str(clip.parent)]) == 1
    told = capsys.readouterr().err
    assert "gone" in told
    assert "1 of 2 clips are not as they were recorded" in told
    assert "12 frames, the file's hash is right" in told


def test_verify_notices_a_changed_file(clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = bytearray(clip.read_bytes())
    content[-200] ^= 1
    clip.write_bytes(content)
    assert run(["clip", "verify", str(clip)]) == 1
    told = capsys.readouterr().err
    assert "is not the file that was recorded" in told
    assert "1 of 1 clips are not as they were recorded" in told


def test_recover_finds_what_was_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "replicate-1").mkdir()
    path = tmp_path / "replicate-1" / "field.mkv"
    leave_unfinished(path)
    assert run(["clip", "recover", str(tmp_path)]) == 0
    assert "5 frames, 0.08 s, incomplete" in capsys.readouterr().err
    assert len(list(open_video(path).frames())) == 5
    assert run(["clip", "recover", str(path)]) == 0
    assert "nothing is unfinished" in capsys.readouterr().err


def test_verify_notices_times_that_go_back(clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sidecar = clip.with_suffix(".clip.json")
    stored = json.loads(sidecar.read_text())
    stored["frames"]["time_us"][7] -= 100_000
    sidecar.write_text(json.dumps(stored))
    assert run(["clip", "verify", str(clip.parent)]) == 1
    told = capsys.readouterr().err
    assert "field.clip.json is damaged: frames: picture 8: frame 7 has the time" in told


@pytest.mark.parametrize("name", ["field.mkv", "field.raw.part", "field.frames.part"])
def test_recover_takes_a_clip_by_any_of_its_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    leave_unfinished(tmp_path / "field.mkv")
    assert run(["clip", "recover", str(tmp_path / name)]) == 0
    assert "field.mkv: 5 frames" in capsys.readouterr().err


def test_recover_leaves_what_is_being_recorded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "field.mkv"
    with ClipWriter(path, notes()) as writer:
        for frame in frames(5):
            writer.write(frame)
        assert run(["clip", "recover", str(tmp_path)]) == 1
    assert "field.mkv is being recorded" in capsys.readouterr().err
    assert len(list(open_video(path).frames())) == 5


def test_recover_says_what_it_could_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "field.mkv.part").write_bytes(b"")
    assert run(["clip", "recover", str(tmp_path)]) == 1
    assert "1 of 1 unfinished clips could not be recovered" in capsys.readouterr().err


def test_convert_to_pictures_keeps_every_bit_and_time(clip: Path, tmp_path: Path) -> None:
    target = tmp_path / "pictures"
    assert run(["clip", "convert", str(clip), str(target)]) == 0
    taken = list(frames(12))
    for frame in taken:
        back = cv2.imread(str(target / f"frame_{frame.index:06d}.tif"), cv2.IMREAD_UNCHANGED)
        assert back is not None
        assert np.array_equal(back, frame.pixels)
    lines = (target / "frames.csv").read_text().split()
    assert lines[0] == "file,frame,time_us,lost_before"
    assert lines[4] == f"frame_000003.tif,3,{taken[3].time_us},0"


@pytest.mark.parametrize("name", ["pictures", "look.mp4"])
def test_an_interrupted_conversion_leaves_nothing_and_takes_nobodys_file(
    name: str, clip: Path, tmp_path: Path
) -> None:
    download = tmp_path / f"{name}.part"
    download.write_text("somebody else's")
    before = set(tmp_path.iterdir())

    def stop(done: int, whole: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    write = write_video if name.endswith(".mp4") else write_pictures
    with pytest.raises(KeyboardInterrupt):
        write(open_video(clip), tmp_path / name, stop)
    assert set(tmp_path.iterdir()) == before
    write(open_video(clip), tmp_path / name, lambda done, whole: None)
    assert (tmp_path / name).exists()
    assert download.read_text() == "somebody else's"


def test_convert_to_a_video_keeps_the_times(clip: Path, tmp_path: Path) -> None:
    target = tmp_path / "look.mp4"
    assert run(["clip", "convert", str(clip), str(target)]) == 0
    with av.open(str(target)) as container:
        times = [float(picture.time or 0) for picture in container.decode(video=0)]
    assert times == pytest.approx([0.020007 * step for step in range(12)], abs=2e-5)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "field.clip.json",
        "field.mkv",
        "look.mp4",
    ]


def test_a_video_beside_the_clip_that_it_was_made_of_is_a_video(
    clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    look = clip.with_suffix(".mp4")
    assert run(["clip", "convert", str(clip), str(look)]) == 0
    assert open_video(look).info.frames == 12
    capsys.readouterr()
    assert run(["clip", "verify", str(look)]) == 2
    assert "is no clip of motiscope, which ends in .mkv" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["info", "nowhere.mkv"], 2, "nowhere.mkv does not exist"),
        (["info", "."], 2, ". is no file"),
        (["recover", "{other}"], 2, "is no clip of motiscope"),
        (["verify", "."], 2, "holds no clip"),
        (["convert", "{clip}", "out.avi"], 2, "cannot write .avi"),
        (["convert", "{clip}", "-"], 2, "a clip cannot be printed (-)"),
        (["convert", "{clip}", "{clip}"], 2, "exists; nothing is overwritten"),
        (["info", "{other}"], 2, "is no clip of motiscope"),
        (["recover", "nowhere/field.mkv"], 2, "nowhere/field.mkv does not exist"),
        (["recover", "mistyped"], 2, "mistyped does not exist"),
        (["recover", ".", "mistyped.mkv"], 2, "mistyped.mkv does not exist"),
    ],
)
def test_what_cannot_be_right_is_one_line(
    clip: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    told: str,
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    other = empty / "other.mp4"
    other.write_bytes(b"")
    monkeypatch.chdir(empty)
    filled = [one.format(clip=clip, other=other) for one in arguments]
    assert run(["clip", *filled]) == code
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
