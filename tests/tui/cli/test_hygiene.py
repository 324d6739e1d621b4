"""The command line loads neither Textual nor a vendor's library; its help is whole."""

import subprocess
import sys

import pytest

HEAVY = (
    "textual",
    "pypylon",
    "ids_peak",
    "torch",
    "torchvision",
    "matplotlib",
    "plotext",
    "sklearn",
)
COMMANDS = (
    "demo",
    "examine",
    "analyse",
    "calibrate",
    "sessions",
    "export",
    "review",
    "correct",
    "doctor",
    "optics",
    "bench",
    "clip",
    "eqa",
    "visem",
)


def test_importing_the_command_line_loads_no_screen_and_no_sdk():
    program = f"import sys, tui.cli; print([m for m in {HEAVY} if m in sys.modules])"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=50
    )
    assert loaded.stdout.strip() == "[]"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(motiscope, command):
    code, out, _ = motiscope(command, "--help")
    assert code == 0
    assert "Usage" in out


def test_an_unknown_command_is_wrong_use_in_one_line(motiscope):
    code, out, error = motiscope("analyze")
    assert code == 2
    assert out == ""
    assert len(error.strip().splitlines()) == 1


def test_the_version_is_told(motiscope):
    code, out, _ = motiscope("--version")
    assert code == 0
    assert out.startswith("motiscope ")
