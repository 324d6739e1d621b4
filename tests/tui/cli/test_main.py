"""Where the program begins."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import tui.cli
from tui.cli import console, streams


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


def redirected(tmp_path: Path, how: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a shell that redirects or closes its streams."""
    begun = "import sys, tui.cli; sys.argv = ['motiscope', *sys.argv[1:]]; tui.cli.begin()"
    command = [sys.executable, "-c", begun, "--home", str(tmp_path), *arguments]
    settled = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.run(
        ["sh", "-c", f'"$@" {how}', "sh", *command],
        env=settled,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("arguments", [["--help"], ["sessions"], ["nonsense"]])
def test_a_closed_standard_output_is_told_in_one_line(tmp_path: Path, arguments: list[str]) -> None:
    told = redirected(tmp_path, ">&-", *arguments)
    assert told.returncode == 1
    assert told.stderr == (b"motiscope: standard output is closed; send it to a file or a pipe\n")
    assert redirected(tmp_path, ">&- 2>&-", *arguments).returncode == 1


def test_a_closed_standard_error_or_input_changes_nothing(tmp_path: Path) -> None:
    told = redirected(tmp_path, "2>&- <&-", "sessions", "--json")
    assert (told.returncode, told.stdout) == (0, b"[]\n")
    told = redirected(tmp_path, "<&-")
    assert (told.returncode, told.stderr.count(b"\n")) == (2, 1)
    assert b"need a terminal" in told.stderr


def test_no_file_gets_the_number_of_a_closed_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    assert not streams.prepare()
    assert {stream.name for stream in (sys.stdin, sys.stdout, sys.stderr)} == {os.devnull}
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_under_standard_output_is_told_in_one_line(tmp_path: Path) -> None:
    told = redirected(tmp_path, ">/dev/full", "sessions", "--json")
    assert (told.returncode, told.stderr.count(b"\n")) == (1, 1)
    assert told.stderr.startswith(b"motiscope: writing: ")
