"""Where the program begins."""

import sys

import pytest

import tui.cli


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
