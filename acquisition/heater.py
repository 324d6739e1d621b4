"""The seam to a heated stage."""

from typing import Protocol

BODY_TEMPERATURE_C = 37.0
DEFAULT_TOLERANCE_C = 0.5
HIGHEST_C = 45.0
"""No sample is heated further, whatever is asked for."""


class HeaterError(Exception):
    """The heater is silent or refused; the text says what to do."""


def check_target(target_c: float, lowest_c: float) -> None:
    """Refuse a target that no sample is examined at, or that the device does not reach.

    Raises:
        HeaterError: If so.
    """
    if not lowest_c <= target_c <= HIGHEST_C:
        raise HeaterError(
            f"a target of {target_c:g} °C is out of the heater's range; "
            f"ask for {lowest_c:g} to {HIGHEST_C:g} °C"
        )


def is_near(measured_c: float, target_c: float | None, tolerance_c: float) -> bool:
    """Whether a temperature is within the tolerance of a target; never where there is none."""
    return target_c is not None and abs(measured_c - target_c) <= tolerance_c


class Heater(Protocol):
    """A heated stage. One thread at a time may use it."""

    def temperature_c(self) -> float:
        """Measured temperature of the stage in °C.

        Raises:
            HeaterError: If the heater does not answer.
        """
        ...

    def set_target_c(self, target_c: float) -> None:
        """Ask for a temperature in °C.

        Raises:
            HeaterError: If the heater does not answer, refuses, or it is out of range.
        """
        ...

    def settled(self, tolerance_c: float = DEFAULT_TOLERANCE_C) -> bool:
        """Whether the measured temperature is within the tolerance of the target."""
        ...

    def close(self) -> None:
        """Let the device go as it is, heating; safe to call twice."""
        ...
