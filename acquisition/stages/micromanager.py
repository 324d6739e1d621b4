"""Any XY stage that Micro-Manager drives, through the laboratory's own configuration file.

The configuration should load the stage alone: what else it names, such as a camera, is opened too.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from acquisition.cameras.discovery import sdk_import
from acquisition.file_name import with_home
from acquisition.notice import Notice
from acquisition.stage import EXAMINED_AREA, Position, StageError, StageLimits

POLL_S = 0.05
# A stage that is closer than this to where it was is not moving.
_MOVED_UM = 0.5
_ORIGIN = Position(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class MicroManagerSettings:
    """Which stage, and how it is watched.

    Attributes:
        configuration: The laboratory's Micro-Manager configuration file.
        adapters: Folder of the device adapters, that of the Micro-Manager installation; None for
            the folder of the configuration file.
        device: Label of the stage; empty for the XY stage that the configuration names.
        centre: Where the stage stands, in its own coordinates, with the middle of the coverslip
            under the lens.
        limits: Where it may go, from that centre. Micro-Manager itself knows none.
        timeout_s: Longest time of one move.
        stall_s: Longest time of a move without coming nearer to anything.
        arrival_um: How far from its target it may come to rest.
    """

    configuration: Path
    adapters: Path | None = None
    device: str = ""
    centre: Position = _ORIGIN
    limits: StageLimits = EXAMINED_AREA
    timeout_s: float = 30.0
    stall_s: float = 1.5
    arrival_um: float = 5.0


class MicroManagerStage:
    """An XY stage; see `acquisition.stage.Stage`. It is opened when it is made.

    Raises:
        StageError: If pymmcore is missing, or the configuration cannot be loaded or has no stage.
    """

    def __init__(self, settings: MicroManagerSettings) -> None:
        self._settings = settings
        self._stopped = threading.Event()
        self._core: Any = _core()
        try:
            self._load()
        except StageError:
            self.close()
            raise

    @property
    def limits(self) -> StageLimits:
        """The soft limits, from the middle of the coverslip."""
        return self._settings.limits

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Nothing: the stage measures where it stands."""
        return ()

    def position(self) -> Position:
        """Where the stage stands, from the middle of the coverslip.

        Raises:
            StageError: If the stage does not tell.
        """
        with _told("the stage does not say where it stands"):
            x_um, y_um = self._core.getXYPosition(self._device)
        centre = self._settings.centre
        return Position(x_um - centre.x_um, y_um - centre.y_um)

    def move_to(self, target: Position) -> None:
        """Move and return once arrived.

        Raises:
            StageError: If the target lies outside the limits, or the stage refuses, stands still
                on the way, takes too long, comes to rest elsewhere or was stopped.
        """
        self.limits.check(target)
        self._stopped.clear()
        centre = self._settings.centre
        with _told(f"the stage refused to move to {_place(target)}"):
            self._core.setXYPosition(
                self._device, target.x_um + centre.x_um, target.y_um + centre.y_um
            )
        self._wait_for(target)

    def stop(self) -> None:
        """Stop a move at once.

        Raises:
            StageError: If the stage cannot be stopped.
        """
        self._stopped.set()
        with _told("the stage could not be stopped; switch it off"):
            self._core.stop(self._device)

    def close(self) -> None:
        """Let the stage go."""
        with suppress(RuntimeError):
            self._core.reset()

    def _load(self) -> None:
        settings = self._settings
        file = with_home(settings.configuration)
        if not file.is_file():
            raise StageError(f"there is no Micro-Manager configuration {file}; set stage.file")
        adapters = with_home(settings.adapters or file.parent)
        with _told(f"{file.name} cannot be loaded with the adapters in {adapters}"):
            self._core.setDeviceAdapterSearchPaths([str(adapters)])
            self._core.loadSystemConfiguration(str(file))
            self._device: str = settings.device or self._core.getXYStageDevice()
        if not self._device:
            raise StageError(f"{file.name} names no XY stage; set stage.device to its label")
        self.position()

    def _wait_for(self, target: Position) -> None:
        started_s = moved_s = time.monotonic()
        seen = self.position()
        while self._is_busy():
            self._stopped.wait(POLL_S)
            self._raise_if_stopped()
            now_s, here = time.monotonic(), self.position()
            if here.distance_um(seen) > _MOVED_UM:
                moved_s, seen = now_s, here
            if now_s - moved_s > self._settings.stall_s:
                self._give_up(target, "it does not move")
            if now_s - started_s > self._settings.timeout_s:
                self._give_up(target, f"{self._settings.timeout_s:g} s were not enough")
        self._raise_if_stopped()
        if self.position().distance_um(target) > self._settings.arrival_um:
            self._give_up(target, "it came to rest elsewhere")

    def _is_busy(self) -> bool:
        with _told("the stage does not answer; check its cable and power"):
            return bool(self._core.deviceBusy(self._device))

    def _raise_if_stopped(self) -> None:
        if self._stopped.is_set():
            raise StageError("the stage was stopped before it arrived; move it again")

    def _give_up(self, target: Position, why: str) -> None:
        here = self.position()
        with suppress(StageError):
            self.stop()
        raise StageError(
            f"the stage did not reach {_place(target)}: {why}, it stands at {_place(here)}; "
            "free it and move it again"
        )


def missing_library() -> str | None:
    """Return what to install before such a stage can be used, None where nothing is missing."""
    try:
        _core()
    except StageError as error:
        return str(error)
    return None


def _core() -> Any:  # noqa: ANN401 - pymmcore has no types
    try:
        with sdk_import():
            import pymmcore  # noqa: PLC0415 - loaded when it is used
    except ImportError as error:
        raise StageError(
            "pymmcore is not installed; install it with: uv sync --extra micromanager"
        ) from error
    return pymmcore.CMMCore()


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Turn what the core raises into one line."""
    try:
        yield
    except (RuntimeError, OSError, ValueError) as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        raise StageError(f"{what} ({lines[-1] if lines else type(error).__name__})") from error


def _place(position: Position) -> str:
    return f"({round(position.x_um)}, {round(position.y_um)}) µm"
