"""The simulated heated stage: it warms up exponentially in simulated time."""

import math
from dataclasses import dataclass

from acquisition.heater import DEFAULT_TOLERANCE_C, HeaterError, check_target, is_near
from acquisition.specimen.bench import SimulatedMicroscope

TIME_CONSTANT_S = 1.2
ANSWER_S = 0.25
STEADY_C = 0.02
LOWEST_C = 4.0


@dataclass(frozen=True, slots=True)
class HeaterFaults:
    """What goes wrong.

    Attributes:
        silent: The heater does not answer.
        short_by_c: How far below its target it stays; above the tolerance it never settles.
    """

    silent: bool = False
    short_by_c: float = 0.0


class SimulatedHeater:
    """A heated stage; see `acquisition.heater.Heater`. It starts switched off, at room heat."""

    def __init__(self, microscope: SimulatedMicroscope, faults: HeaterFaults | None = None) -> None:
        self._microscope = microscope
        self._faults = faults or HeaterFaults()
        room = microscope.settings.room_c
        self._target_c: float | None = None
        self._start_c, self._end_c, self._since_s = room, room, 0.0

    def temperature_c(self) -> float:
        """Measured temperature of the stage in °C.

        Raises:
            HeaterError: If the heater is silent by its fault settings.
        """
        self._exchange()
        return self._end_c + self._gap_c()

    def set_target_c(self, target_c: float) -> None:
        """Ask for a temperature in °C.

        Raises:
            HeaterError: If the heater is silent or the target is out of its range.
        """
        check_target(target_c, LOWEST_C)
        self._start_c = self.temperature_c()
        self._since_s = self._microscope.clock.now_s()
        self._target_c, self._end_c = target_c, target_c - self._faults.short_by_c

    def settled(self, tolerance_c: float = DEFAULT_TOLERANCE_C) -> bool:
        """Whether the measured temperature is within the tolerance of the target.

        Raises:
            HeaterError: If the heater is silent.
        """
        return is_near(self.temperature_c(), self._target_c, tolerance_c)

    def close(self) -> None:
        """Do nothing: nothing was opened."""

    def _gap_c(self) -> float:
        passed = self._microscope.clock.now_s() - self._since_s
        return (self._start_c - self._end_c) * math.exp(-passed / TIME_CONSTANT_S)

    def _exchange(self) -> None:
        """Ask the device; while it warms or cools an answer takes simulated time.

        Once nothing changes nobody waits for it, and it may be read during a recording, whose
        time must not jump.
        """
        if abs(self._gap_c()) > STEADY_C:
            self._microscope.clock.spend(ANSWER_S)
        if self._faults.silent:
            raise HeaterError("the heater does not answer; check its cable and power")
