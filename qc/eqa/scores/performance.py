"""Performance scores of one reading: difference, z, z', zeta, E_n and acceptance limits."""

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
    ZETA = "zeta"
    E_N = "E_n"


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

    Source: ISO 13528:2022, 9.4, for z; the same limits hold for z' and zeta.
    """
    size = abs(value)
    if size <= WARNING:
        return ScoreVerdict.ACCEPTABLE
    return ScoreVerdict.WARNING if size < ACTION else ScoreVerdict.ACTION


def difference_percent(reading: float, assigned: float, least: float = 10.0) -> float | None:
    """Return the relative difference 100 (x - X) / X; None for X up to `least` percentage points.

    Source: ISO 13528:2022, 9.3. Below 10 % it says more of X than of the reading.
    """
    return None if assigned <= least else 100 * (reading - assigned) / assigned


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


def zeta_score(reading: float, uncertainty: float, assigned: Assigned) -> Score:
    """Return zeta = (x - X) / √(u(x)² + u(X)²) (ISO 13528:2022, 9.6).

    Args:
        reading: x, in percentage points.
        uncertainty: The reader's own standard uncertainty, u(x).
        assigned: X and u(X).

    Raises:
        ValueError: If the uncertainties are both 0, or one is negative or no number.
    """
    scale = math.hypot(_not_negative(uncertainty), assigned.standard_uncertainty)
    return _score(ScoreKind.ZETA, reading, assigned, _positive(scale))


def en_score(reading: float, uncertainty: float, assigned: Assigned, coverage: float = 2) -> Score:
    """Return E_n = (x - X) / √(U(x)² + U(X)²), U = coverage · u (ISO 13528:2022, 9.7).

    It is acceptable below 1 and an action signal from 1 on. Arguments as for `zeta_score`.
    """
    zeta = zeta_score(reading, uncertainty, assigned).value
    value = zeta / _positive(coverage)
    good = abs(value) < 1
    return Score(ScoreKind.E_N, value, ScoreVerdict.ACCEPTABLE if good else ScoreVerdict.ACTION)


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


def _not_negative(uncertainty: float) -> float:
    if not (math.isfinite(uncertainty) and uncertainty >= 0):
        raise ValueError(f"a standard uncertainty of {uncertainty:g} is none")
    return uncertainty
