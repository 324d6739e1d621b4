"""A short simulated recording as a file, and the command line as a function."""

import json
from pathlib import Path

import av
import pytest

from acquisition.specimen import FieldView, OpticsSettings, Specimen, SpecimenSettings
from tui.cli.main import run

FRAMES, RATE_HZ = 60, 50


@pytest.fixture(scope="session")
def clip(tmp_path_factory) -> Path:
    """1.2 s of a specimen, 320 x 240 px at 0.5 µm/px, lossless."""
    path = tmp_path_factory.mktemp("clip") / "field.mkv"
    specimen = Specimen(SpecimenSettings(seed=77, cells_per_mm2=600, extent_um=1_600))
    view = FieldView(specimen, OpticsSettings(), 320, 240)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=RATE_HZ)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "gray"
        for frame in range(FRAMES):
            picture = av.VideoFrame.from_ndarray(view.render(frame / RATE_HZ), format="gray")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


@pytest.fixture
def motiscope(tmp_path, capsys, monkeypatch):
    """Run a command in a home of its own; returns exit code, standard output, standard error."""
    monkeypatch.setenv("MOTISCOPE_HOME", str(tmp_path / "home"))

    def call(*arguments: object) -> tuple[int, str, str]:
        code = run([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def loads(text: str) -> dict:
    """Parse what a command handed to a machine."""
    return json.loads(text)


def one_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    assert len(lines) == 1, text
    assert "Traceback" not in text
    return lines[0]
