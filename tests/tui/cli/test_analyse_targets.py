"""Where `motiscope analyse` writes: never over what was recorded, and whole or not at all."""

from pathlib import Path

import pytest
from pydantic_core import from_json

from tests.tui.cli.conftest import one_line


def test_the_recording_is_never_written_over(motiscope, clip):
    before = clip.read_bytes()
    code, _, error = motiscope("analyse", clip, "--um-per-px", 0.5, "--overlay", clip)
    assert code == 2
    assert "is read for this" in one_line(error)
    assert clip.read_bytes() == before


def test_the_recording_is_never_written_over_by_another_of_its_names(motiscope, clip, tmp_path):
    before = clip.read_bytes()
    other = tmp_path / "other.mp4"
    other.hardlink_to(clip)
    code, _, error = motiscope("analyse", clip, "--um-per-px", 0.5, "--overlay", other)
    assert code == 2
    assert "is read for this" in one_line(error)
    assert clip.read_bytes() == before


@pytest.mark.parametrize(
    ("option", "name"),
    [
        ("--json", "x.clip.json"),
        ("--tracks", "x.mkv"),
        ("--cells", "1.PNG"),
        ("--overlay", "x.mp4"),
    ],
)
def test_what_was_recorded_is_never_replaced(motiscope, clip, tmp_path, option, name):
    recorded = tmp_path / name
    recorded.write_bytes(b"recorded")
    code, _, error = motiscope("analyse", clip, "--um-per-px", 0.5, option, recorded)
    assert code == 2
    assert "is there already" in one_line(error)
    assert recorded.read_bytes() == b"recorded"


@pytest.mark.parametrize("option", ["--json", "--tracks", "--cells"])
def test_only_results_of_an_earlier_run_are_replaced(motiscope, clip, tmp_path, option):
    target = tmp_path / "mine"
    target.write_bytes(b"SQLite format 3\x00 or a table of my own")
    before = target.read_bytes()
    code, _, error = motiscope("analyse", clip, "--um-per-px", 0.5, option, target)
    assert code == 2
    assert "is there already" in one_line(error)
    assert target.read_bytes() == before
    target.unlink()
    for _ in range(2):
        assert motiscope("analyse", clip, "--um-per-px", 0.5, option, target)[0] == 0


@pytest.mark.parametrize("option", ["--json", "--tracks", "--cells", "--overlay"])
def test_a_link_to_nothing_is_refused_before_the_work(motiscope, clip, tmp_path, option):
    link = tmp_path / "seen.mp4"
    for aim in ("moved.mp4", "seen.mp4"):
        link.unlink(missing_ok=True)
        link.symlink_to(aim)
        code, out, error = motiscope("analyse", clip, "--um-per-px", 0.5, option, link)
        assert (code, out) == (2, "")
        assert f"seen.mp4 is a link to {aim}, which is gone" in one_line(error)
        assert [file.name for file in tmp_path.iterdir() if file.is_symlink()] == ["seen.mp4"]


def test_an_earlier_overlay_is_replaced_once_the_new_one_is_whole(motiscope, clip, tmp_path):
    overlay = tmp_path / "seen.mp4"
    for options in ((), ("--reticle",)):
        before = overlay.read_bytes() if overlay.exists() else b""
        command = ("analyse", clip, "--um-per-px", 0.5, "--overlay", overlay, *options)
        assert motiscope(*command)[0] == 0
        assert overlay.read_bytes() != before
    assert [file.name for file in tmp_path.iterdir()] == ["seen.mp4"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.parametrize("option", ["--json", "--tracks", "--cells"])
def test_a_full_disk_is_told_in_one_line(motiscope, clip, option):
    code, _, error = motiscope("analyse", clip, "--um-per-px", 0.5, option, "/dev/full")
    assert code == 1
    assert "/dev/full: No space left" in one_line(error)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--overlay", "seen.avi"), ".mp4"),
        (("--cells", "-"), "only --json can be printed"),
        (("--overlay", "seen"), ".mp4"),
        (("--json", "same.out", "--tracks", "same.out"), "a file each"),
        (("--cells", "same.csv", "--tracks", "./same.csv"), "a file each"),
        (("--cells", "same.csv", "--json", "same.csv", "--overlay", "o.mp4"), "a file each"),
        (("--cells", "no/such/folder/x.csv"), "does not exist"),
        (("--reticle",), "--overlay FILE.mp4"),
        (("--json", "no/such/folder/x.json"), "does not exist"),
    ],
)
def test_what_could_not_be_written_is_refused_before_the_work(
    motiscope, clip, tmp_path, monkeypatch, options, said
):
    monkeypatch.chdir(tmp_path)
    code, out, error = motiscope("analyse", clip, "--um-per-px", 0.5, *options)
    assert (code, out) == (2, "")
    assert said in one_line(error)
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_no_text_is_told_in_text_that_every_program_reads(motiscope, clip, tmp_path):
    odd = tmp_path / "fi\udce9ld.mkv"
    odd.write_bytes(clip.read_bytes())
    code, out, _ = motiscope("analyse", odd, "--um-per-px", 0.5, "--json", "-")
    assert code == 0
    assert from_json(out.encode())["video"]["path"] == str(tmp_path / r"fi\udce9ld.mkv")
