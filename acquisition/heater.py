"""The seam to a heated stage."""

from typing import Protocol

BODY_TEMPERATURE_C = 37.0
DEFAULT_TOLERANCE_C = 0.5


class HeaterError(Exception):
    """The heater is silent or refused; the text says what to do."""


class Heater(Protocol):
    """A heated stage."""

    def temperature_c(self) -> float:
        """Measured temperature of the stage in °C.

        Raises:
            HeaterError: If the heater does not answer.
        """
        ...

    def set_target_c(self, target_c: float) -> None:
        """Ask for a temperature in °C."""
        ...

    def settled(self, tolerance_c: float = DEFAULT_TOLERANCE_C) -> bool:
        """Whether the measured temperature is within the tolerance of the target."""
        ...
