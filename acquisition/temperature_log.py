"""The temperature of the heated stage while a field is recorded."""

import threading
import time
from dataclasses import dataclass
from typing import Self

from acquisition.heater import Heater, HeaterError

INTERVAL_S = 0.5


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of the heated stage.

    Attributes:
        time_s: When it was taken, from the begin of the log.
        temperature_c: The temperature in °C.
    """

    time_s: float
    temperature_c: float


class TemperatureLog:
    """Reads a heater again and again on a thread of its own; use as a context manager.

    Nobody else may use the heater meanwhile. The first failure ends the log, and is kept.

    Args:
        heater: The heater; None logs nothing.
        interval_s: Time from one reading to the next.
    """

    def __init__(self, heater: Heater | None, interval_s: float = INTERVAL_S) -> None:
        self._heater = heater
        self._interval_s = interval_s
        self._over = threading.Event()
        self._readings: list[Reading] = []
        self._error: HeaterError | None = None
        self._thread = threading.Thread(target=self._run, name="temperature", daemon=True)

    @property
    def readings(self) -> tuple[Reading, ...]:
        """What was read so far, in order."""
        return tuple(self._readings)

    @property
    def newest_c(self) -> float | None:
        """The newest reading in °C, None before the first."""
        return self._readings[-1].temperature_c if self._readings else None

    @property
    def error(self) -> HeaterError | None:
        """Why the heater could be read no longer, None while it can."""
        return self._error

    def __enter__(self) -> Self:
        if self._heater is not None:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._heater is not None:
            self._thread.join()

    def _run(self) -> None:
        began_s = time.monotonic()
        try:
            self._read(began_s)
        except HeaterError as error:
            self._error = error
        except Exception as error:  # noqa: BLE001 - whatever ends the thread must be told
            self._error = HeaterError(f"the heater failed: {type(error).__name__}: {error}")

    def _read(self, began_s: float) -> None:
        assert self._heater is not None  # noqa: S101
        while not self._over.is_set():
            taken_s = time.monotonic()
            temperature_c = self._heater.temperature_c()
            self._readings.append(Reading(round(taken_s - began_s, 3), round(temperature_c, 3)))
            self._over.wait(max(0.0, taken_s + self._interval_s - time.monotonic()))
