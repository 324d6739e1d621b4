"""Stages to test with: Micro-Manager's own demo devices, and a technician who does as told."""

import importlib.util
import re
from functools import cache
from pathlib import Path
from typing import Any

from acquisition.camera import CameraSettings
from acquisition.cameras.simulated import SimulatedCamera
from acquisition.specimen.bench import BenchSettings, SimulatedMicroscope
from acquisition.specimen.settings import SpecimenSettings
from acquisition.stage import Position
from acquisition.stages.manual import ManualStage, Operator
from acquisition.stages.micromanager import MicroManagerSettings, MicroManagerStage

SIZE = CameraSettings(width_px=320, height_px=240, binning=2)


def adapters() -> Path:
    """Return the folder of Micro-Manager's test adapters."""
    found = importlib.util.find_spec("mm_test_adapters")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "libs"


def demo_stage(**changes: Any) -> MicroManagerStage:
    """Open the XY stage of Micro-Manager's demo configuration."""
    return MicroManagerStage(MicroManagerSettings(adapters() / "MMConfig_demo.cfg", **changes))


def configured_stage(folder: Path, *lines: str, **changes: Any) -> MicroManagerStage:
    """Open the stage of a configuration that is written here."""
    file = folder / "laboratory.cfg"
    file.write_text("\n".join(lines) + "\n")
    return MicroManagerStage(MicroManagerSettings(file, adapters(), **changes))


class Technician:
    """Moves the simulated slide as told, and confirms; or does only what a test lets him do."""

    def __init__(self, *, obeys: bool = True) -> None:
        self.world = _world()
        self.world.travel(Position(0, 0), 0.0)
        self.camera = SimulatedCamera(self.world)
        self.camera.open()
        self.camera.apply(SIZE)
        self.told: list[str] = []
        self.confirms = obeys
        self.obeys = obeys
        self.stage = ManualStage(self.camera, Operator(self.hear, self.says_yes), look_s=0.02)

    def hear(self, text: str, asks: bool) -> None:
        del asks
        if text != (self.told[-1] if self.told else ""):
            self.told.append(text)
        if self.obeys and text.startswith("move"):
            self.world.travel(place_in(text), 0.0)

    def says_yes(self) -> bool:
        return self.confirms


@cache
def _world() -> SimulatedMicroscope:
    """Return one slide for all tests of a process, as drawing it up takes long."""
    return SimulatedMicroscope(BenchSettings(sample=SpecimenSettings(seed=4)))


def place_in(text: str) -> Position:
    """Return the place that a technician is told to go to."""
    found = re.search(r"([\d.]+) mm (right|left) and ([\d.]+) mm (towards|away)", text)
    assert found is not None
    x_um, y_um = 1000 * float(found[1]), 1000 * float(found[3])
    return Position(
        x_um if found[2] == "right" else -x_um, y_um if found[4] == "towards" else -y_um
    )


def obedient_technician() -> ManualStage:
    """Return a manual stage with someone at it who takes a moment for every move."""
    return Technician().stage
