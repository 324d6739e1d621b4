"""The Okolab H401-T heated stage, through the `okolab` package on a serial port."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from acquisition.heater import DEFAULT_TOLERANCE_C, HeaterError, check_target, is_near

# The package itself gives up after 2 s; a heater that is silent must be noticed within them.
ANSWER_S = 1.0
LOWEST_C = 25.0
_CHECK = "check its cable and power"


@dataclass(frozen=True, slots=True)
class OkolabSettings:
    """Which heater.

    Attributes:
        port: Serial port, such as COM3 or /dev/ttyACM0.
        channel: Which of its two heated devices carries the slide, 1 or 2.
    """

    port: str
    channel: int = 1


class OkolabHeater:
    """A heated stage; see `acquisition.heater.Heater`. It is asked for its name when it is made.

    After a failure the port is opened anew at the next question, so that a heater that was
    plugged in again is found.

    Raises:
        HeaterError: If the package is missing, or no heater answers on the port.
    """

    def __init__(self, settings: OkolabSettings) -> None:
        self._settings = settings
        self._package = _package()
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(_DaemonExecutor())
        self._device: Any = None
        self._target_c: float | None = None
        try:
            self.name = str(self._ask(lambda device: device.get_product_name()))
        except HeaterError:
            self.close()
            raise

    def temperature_c(self) -> float:
        """Measured temperature of the stage in °C.

        Raises:
            HeaterError: If the heater does not answer, or its plate is off or without a sensor.
        """
        ask = f"get_temperature{self._settings.channel}"
        measured = self._ask(lambda device: getattr(device, ask)())
        if measured is None:
            raise HeaterError(
                f"plate {self._settings.channel} of the heater on {self._settings.port} is off or "
                "has no sensor; switch it on at the controller"
            )
        return float(measured)

    def set_target_c(self, target_c: float) -> None:
        """Ask for a temperature in °C, to a tenth.

        Raises:
            HeaterError: If the heater does not answer or refuses, or it is out of range.
        """
        check_target(target_c, LOWEST_C)
        ask = f"set_temperature_setpoint{self._settings.channel}"
        self._ask(lambda device: getattr(device, ask)(target_c))
        self._target_c = target_c

    def settled(self, tolerance_c: float = DEFAULT_TOLERANCE_C) -> bool:
        """Whether the measured temperature is within the tolerance of the target.

        Raises:
            HeaterError: If the heater does not answer.
        """
        return is_near(self.temperature_c(), self._target_c, tolerance_c)

    def close(self) -> None:
        """Let the port go; the heater goes on heating."""
        if not self._loop.is_closed():
            self._drop()
            self._loop.close()

    def _ask(self, question: Callable[[Any], Awaitable[Any]]) -> Any:  # noqa: ANN401
        """Open the port where it is not open, and return the answer to one question."""
        if self._loop.is_closed():
            raise HeaterError(f"the heater on {self._settings.port} was closed; open it again")
        package, port = self._package, self._settings.port
        try:
            return self._loop.run_until_complete(self._answer(question))
        except package.OkolabDeviceSystemError as error:
            raise HeaterError(f"the heater on {port} refused: {error}") from error
        except (ValueError, IndexError) as error:
            self._drop()
            raise HeaterError(f"what answers on {port} is no Okolab heater; {_CHECK}") from error
        except (package.OkolabDeviceConnectionError, TimeoutError, OSError) as error:
            self._drop()
            raise HeaterError(f"the heater on {port} does not answer; {_CHECK}") from error

    async def _answer(self, question: Callable[[Any], Awaitable[Any]]) -> Any:  # noqa: ANN401
        if self._device is None:
            self._device = self._package.OkolabDevice(self._settings.port)
        return await asyncio.wait_for(question(self._device), ANSWER_S)

    def _drop(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            with suppress(self._package.OkolabDeviceConnectionError, OSError):
                self._loop.run_until_complete(device.close())


class _DaemonExecutor(ThreadPoolExecutor):
    """Runs each call in a thread that nobody waits for.

    A read from a heater that fell silent never returns, and would keep the program from ending.
    """

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401
        future: Future[Any] = Future()

        def run() -> None:
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits
                future.set_exception(error)

        if future.set_running_or_notify_cancel():
            threading.Thread(target=run, name="okolab", daemon=True).start()
        return future


def missing_library() -> str | None:
    """Return what to install before such a heater can be used, None where nothing is missing."""
    try:
        _package()
    except HeaterError as error:
        return str(error)
    return None


def _package() -> Any:  # noqa: ANN401 - the package is loaded when it is used
    try:
        import okolab  # noqa: PLC0415
    except ImportError as error:
        raise HeaterError(
            "okolab is not installed; install it with: uv sync --extra okolab"
        ) from error
    return okolab
