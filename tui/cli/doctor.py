"""`motiscope doctor`: what works on this computer, and what to do about what does not."""

import os
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import av
import typer
from rich.table import Table

from acquisition.camera import CameraInfo
from acquisition.cameras.choosing import discover
from acquisition.cameras.discovery import Discovery
from inference.model import (
    SHIPPED_CELLS,
    SHIPPED_DARK_HEADS,
    SHIPPED_GRADES,
    SHIPPED_HEADS,
    ModelError,
    load_model,
    read_card,
)
from qc.eqa.scoring.wording import many
from qc.records.database import StoreError
from tui.assembly import open_records
from tui.cli.console import data, print_json
from tui.cli.device_checks import Check, heater_checks, stage_checks
from tui.config import CONFIG_FILE, Config

LOW_DISK_GB = 5.0
PARTS = ("numpy", "opencv-python-headless", "onnxruntime", "av", "sqlmodel", "textual")


def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print the checks as JSON.")] = False,
) -> None:
    """Check the software, the models, the database, the disk and the devices."""
    checks = list(_checks(context.obj))
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        table = Table("check", "state", "found")
        for check in checks:
            table.add_row(check.name, check.state, check.text)
        data.print(table)
    raise typer.Exit(1 if any(check.state == "broken" for check in checks) else 0)


def _checks(config: Config) -> Iterator[Check]:
    yield Check("motiscope", "ok", version("motiscope"))
    python = f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores"
    yield Check("computer", "ok", python)
    yield Check("libraries", "ok", ", ".join(f"{part} {version(part)}" for part in PARTS))
    yield _check("model: heads", lambda: _model(SHIPPED_HEADS))
    yield _check("model: dark heads", lambda: _model(SHIPPED_DARK_HEADS))
    yield _check("model: cells", lambda: _model(SHIPPED_CELLS))
    yield _check("model: grades", lambda: _model(SHIPPED_GRADES))
    yield _check("recording", _codec)
    yield _check("database", lambda: _database(config))
    yield _disk(config)
    yield Check("settings", "ok" if CONFIG_FILE.exists() else "absent", str(CONFIG_FILE))
    yield Check("camera: simulated", "ok", "always there; also replay:PATH and emulated:FOLDER")
    for found in discover():
        yield _cameras(found)
    yield from stage_checks(config.stage)
    yield from heater_checks(config.heater)


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, "ok", look())
    except (ModelError, StoreError, OSError, ValueError) as error:
        return Check(name, "broken", str(error))


def _model(path: Path) -> str:
    card = read_card(path)
    load_model(card)
    return f"{card.identity.name}, SHA-256 {card.identity.sha256[:12]} as on its card"


def _codec() -> str:
    av.codec.Codec("ffv1", "w")
    return "FFV1 (lossless) can be written"


def _database(config: Config) -> str:
    with open_records(config) as store:
        store.check()
        return f"{config.store_location}, whole, {many(len(store.sessions()), 'session')}"


def _disk(config: Config) -> Check:
    folder = next(one for one in (config.home, *config.home.parents) if one.exists())
    free_gb = shutil.disk_usage(folder).free / 1e9
    state = "ok" if free_gb >= LOW_DISK_GB else "broken"
    return Check("disk", state, f"{free_gb:.0f} GB free under {folder}")


def _cameras(found: Discovery) -> Check:
    name = f"camera: {found.driver} ({found.library})"
    if found.problem:
        return Check(name, "absent", found.problem)
    if not found.cameras:
        return Check(name, "absent", "library works; no camera is connected")
    return Check(name, "ok", ", ".join(_camera(found.driver, one) for one in found.cameras))


def _camera(driver: str, info: CameraInfo) -> str:
    return f"{info.model}: --camera {driver}:{info.serial}"
