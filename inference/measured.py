"""A measured value with its uncertainty, or the reason why there is none."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """A value and its standard uncertainty (JCGM 100:2008), in the same unit."""

    value: float
    u: float


@dataclass(frozen=True, slots=True)
class Withheld:
    """No value, and why, in one clause for people."""

    reason: str


Measured = Measure | Withheld
