"""Where the program begins."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import tui.cli
from tui.cli import console


def test_an_interrupt_while_it_is_loaded_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(name: str) -> None:
        assert name == "tui.cli.main"
        raise KeyboardInterrupt

    monkeypatch.setattr(tui.cli, "import_module", interrupted)
    with pytest.raises(SystemExit) as ended:
        tui.cli.begin()
    assert ended.value.code == 130
    assert capsys.readouterr().err == "motiscope: stopped before it began\n"


def test_it_runs_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["motiscope", "--version"])
    with pytest.raises(SystemExit) as ended:
        tui.cli.begin()
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("motiscope ")


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "ascii"])
def test_what_a_terminal_cannot_show_does_not_stop_it(tmp_path: Path, encoding: str) -> None:
    begun = "import sys, tui.cli; sys.argv = ['motiscope', *sys.argv[1:]]; tui.cli.begin()"
    told = subprocess.run(
        [sys.executable, "-c", begun, "--home", str(tmp_path / "名–"), "sessions"],
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "1"},
        capture_output=True,
        check=False,
    )
    assert b"Traceback" not in told.stderr
    assert b"?" in told.stderr


def test_the_screens_need_a_terminal(tmp_path: Path) -> None:
    begun = "import sys, tui.cli; sys.argv = ['motiscope', *sys.argv[1:]]; tui.cli.begin()"
    told = subprocess.run(
        [sys.executable, "-c", begun, "--home", str(tmp_path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (told.returncode, told.stderr.count(b"\n")) == (2, 1)
    assert b"need a terminal" in told.stderr


def test_what_looks_like_the_name_of_an_emoji_is_shown_as_it_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    console.data.print("diluted 1:100:2 :x:")
    assert capsys.readouterr().out == "diluted 1:100:2 :x:\n"
