"""`motiscope bench acquisition` and `bench kills`, small."""

import json
import os
import signal
from importlib import import_module
from itertools import count
from pathlib import Path

import pytest

from acquisition.clip import recover_clip
from acquisition.recorder import Progress
from acquisition.sidecar import check_sum
from tests.acquisition.recordings import frames, record
from tests.acquisition.test_spool import spool
from tui.cli.main import run

# The package names the commands, not their modules.
bench = import_module("tui.cli.bench.acquisition")
kills = import_module("tui.cli.bench.kills")


def test_nothing_is_lost_or_changed_on_the_way_to_the_disk(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "RUNS", ((64, 48, 40), (64, 48, 50)))
    monkeypatch.setattr("acquisition.recording.FFV1_PX_PER_S", 64 * 48 * 45)
    assert run(["bench", "acquisition", "--duration-s", "1", "--json"]) == 0
    live, spooled = json.loads(capsys.readouterr().out)
    assert (live["spooled"], spooled["spooled"]) == (False, True)
    for one, asked in ((live, 40), (spooled, 50)):
        assert one["asked"] == asked
        assert one["recorded"] >= asked
        assert (one["lost"], one["wrong"]) == (0, 0)
        assert one["painted"] > 0
        assert one["counted"] > 0
        assert 0 < one["memory_begun_mb"] <= one["memory_ended_mb"] + 50


def test_an_interrupt_ends_it_as_any_other_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = count()

    def interrupt(progress: Progress) -> None:
        if next(sent) == 0:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(bench._Meter, "tell", lambda _, progress: interrupt(progress))
    options = ("--duration-s", "5", "--only", "64x48@30", "--json")
    assert run(["bench", "acquisition", *options]) == 130
    said = capsys.readouterr()
    assert said.out == ""
    assert "motiscope: stopped; what was finished is kept" in said.err


def test_only_some_can_be_run(capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--duration-s", "1", "--only", "64x48@30", "--json")
    assert run(["bench", "acquisition", *options]) == 0
    [one] = json.loads(capsys.readouterr().out)
    assert (one["width_px"], one["height_px"], one["frame_rate_hz"]) == (64, 48, 30)
    assert run(["bench", "acquisition", "--only", "640x480"]) == 2
    assert "such as 640x480@50" in capsys.readouterr().err


def test_a_picture_that_is_not_the_camera_s_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "field.mkv"
    clip = spool(path, 6).finish()
    assert clip is not None
    sums = [check_sum(frame.pixels) for frame in frames(6)]
    assert bench._wrong(clip, sums) == 0
    sums[2] ^= 1
    assert bench._wrong(clip, sums) == 1


def test_what_a_kill_left_is_told(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole.mkv", tmp_path / "killed.mkv"
    record(whole, frames(5))
    writer = spool(killed, 5)
    writer._journal.close()
    writer._file.close()
    clip = recover_clip(killed)
    last_ns = 10**12 + 4
    assert kills._missing([whole, clip.path], last_ns + 60_000_000) == 3
    assert kills._missing([whole], last_ns) is None
    assert kills._reads(whole)
    whole.write_bytes(whole.read_bytes()[:-50])
    assert not kills._reads(whole)
