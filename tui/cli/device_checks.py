"""What `motiscope doctor` says of stages and heated stages: every driver, and the chosen device."""

from collections.abc import Iterator
from dataclasses import dataclass

from acquisition.heater import HeaterError
from acquisition.heaters import modbus, okolab
from acquisition.stage import StageError
from acquisition.stages import micromanager
from tui.device_config import HeaterConfig, StageConfig
from tui.devices import open_heater, open_stage


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: What.
        state: "ok", "absent" (works without) or "broken".
        text: What was found, or what to do.
    """

    name: str
    state: str
    text: str


def stage_checks(config: StageConfig) -> Iterator[Check]:
    """Look at the stages; the chosen one is opened and asked where it stands, and not moved."""
    yield _with_us("stage", "simulated", config.driver, "under the simulated microscope alone")
    yield _with_us("stage", "manual", config.driver, "moved by hand, watched through the camera")
    if config.driver != "micromanager":
        yield _library("stage: micromanager", micromanager.missing_library())
        return
    try:
        stage = open_stage(config, None)
    except StageError as error:
        yield Check("stage: micromanager", "broken", str(error))
        return
    if stage is not None:
        here = stage.position()
        stage.close()
        text = f"chosen; stands at ({round(here.x_um)}, {round(here.y_um)}) µm"
        yield Check("stage: micromanager", "ok", text)


def heater_checks(config: HeaterConfig) -> Iterator[Check]:
    """Look at the heated stages; the chosen one is read, and not set."""
    yield _with_us("heater", "simulated", config.driver, "under the simulated microscope alone")
    yield _with_us("heater", "none", config.driver, "every examination then needs a reason")
    missing = {"okolab": okolab.missing_library(), "modbus": modbus.missing_library()}
    for driver, problem in missing.items():
        name = f"heater: {driver}"
        yield _heater(name, config) if driver == config.driver else _library(name, problem)


def _heater(name: str, config: HeaterConfig) -> Check:
    try:
        heater = open_heater(config, None)
        if heater is None:
            return Check(name, "absent", "none is chosen")
        try:
            return Check(name, "ok", f"chosen; the stage has {heater.temperature_c():.1f} °C")
        finally:
            heater.close()
    except HeaterError as error:
        return Check(name, "broken", str(error))


def _with_us(kind: str, driver: str, chosen: str, text: str) -> Check:
    return Check(f"{kind}: {driver}", "ok", f"chosen; {text}" if driver == chosen else text)


def _library(name: str, problem: str | None) -> Check:
    if problem is not None:
        return Check(name, "absent", problem)
    kind, driver = name.split(": ")
    return Check(name, "ok", f"library works; not chosen ([{kind}] driver = {driver!r})")
