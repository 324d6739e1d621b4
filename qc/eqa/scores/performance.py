"""Performance scores of one reading: z, z' and acceptance limits."""

import math
from dataclasses import dataclass
from enum import StrEnum

MATTERS = 0.3
"""The assigned value's uncertainty matters past this part of sigma (ISO 13528:2022, 9.2)."""
WARNING = 2.0
ACTION = 3.0


class ScoreKind(StrEnum):
    """Which score was taken."""

    Z = "z"
    Z_PRIME = "z'"


class ScoreVerdict(StrEnum):
    """What a score says."""

    ACCEPTABLE = "acceptable"
    WARNING = "warning signal"
    ACTION = "action signal"


@dataclass(frozen=True, slots=True)
class Assigned:
    """An assigned value and its standard uncertainty, both in percentage points."""

    value: float
    standard_uncertainty: float = 0.0

    def __post_init__(self) -> None:
        if not math.isfinite(self.value):
            raise ValueError(f"an assigned value of {self.value} is no number")
        if not (math.isfinite(self.standard_uncertainty) and self.standard_uncertainty >= 0):
            raise ValueError(f"a standard uncertainty of {self.standard_uncertainty} is none")


@dataclass(frozen=True, slots=True)
class Score:
    """A score and what it says."""

    kind: ScoreKind
    value: float
    verdict: ScoreVerdict


def verdict(value: float) -> ScoreVerdict:
    """Return acceptable for |z| up to 2, a warning between 2 and 3, action from 3 on.

    Source: ISO 13528:2022, 9.4, for z; the same limits hold for z'.
    """
    size = abs(value)
    if size <= WARNING:
        return ScoreVerdict.ACCEPTABLE
    return ScoreVerdict.WARNING if size < ACTION else ScoreVerdict.ACTION


def z_score(reading: float, assigned: Assigned, sigma: float) -> Score:
    """Return z = (x - X) / sigma (ISO 13528:2022, 9.4).

    Args:
        reading: x, in percentage points.
        assigned: X and its uncertainty, which plays no part here.
        sigma: Standard deviation for proficiency, in percentage points, above 0.

    Raises:
        ValueError: If sigma is not above 0 or the reading is no number.
    """
    return _score(ScoreKind.Z, reading, assigned, _positive(sigma))


def z_prime_score(reading: float, assigned: Assigned, sigma: float) -> Score:
    """Return z' = (x - X) / √(sigma² + u(X)²) (ISO 13528:2022, 9.5); see `z_score`."""
    scale = math.hypot(_positive(sigma), assigned.standard_uncertainty)
    return _score(ScoreKind.Z_PRIME, reading, assigned, scale)


def proficiency_score(reading: float, assigned: Assigned, sigma: float) -> Score:
    """Return z, or z' where u(X) > 0.3 sigma (ISO 13528:2022, 9.2); see `z_score`."""
    if assigned.standard_uncertainty > MATTERS * _positive(sigma):
        return z_prime_score(reading, assigned, sigma)
    return z_score(reading, assigned, sigma)


def within_points(reading: float, assigned: float, points: float) -> bool:
    """Return whether a reading is within so many percentage points of the assigned value.

    Source: ISO 13528:2022, 9.3 (a difference D against the maximum permissible error).
    """
    # 10.3 - 0.3 is not quite 10: a difference of exactly the limit must not fail by 1e-15.
    return abs(reading - assigned) <= _positive(points) + 1e-9


def _score(kind: ScoreKind, reading: float, assigned: Assigned, scale: float) -> Score:
    if not math.isfinite(reading):
        raise ValueError(f"a reading of {reading} is no number")
    value = (reading - assigned.value) / scale
    return Score(kind, value, verdict(value))


def _positive(sigma: float) -> float:
    if not (math.isfinite(sigma) and sigma > 0):
        raise ValueError(f"a score needs a spread above 0, not {sigma:g}")
    return sigma
