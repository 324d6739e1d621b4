"""What a reader says of one item: four percentages, and what follows from them."""

import math
from dataclasses import dataclass
from enum import StrEnum

from inference.counting import GradeCounts

SUM_TOLERANCE = 1.5
"""Percentage points that the four grades may miss 100 by: each is rounded."""


class Parameter(StrEnum):
    """What is scored."""

    RAPID = "rapid"
    SLOW = "slow"
    NON_PROGRESSIVE = "non-progressive"
    IMMOTILE = "immotile"
    PROGRESSIVE = "progressive"
    TOTAL_MOTILE = "total motile"


GRADES = (
    Parameter.RAPID,
    Parameter.SLOW,
    Parameter.NON_PROGRESSIVE,
    Parameter.IMMOTILE,
)


@dataclass(frozen=True, slots=True)
class GradeReading:
    """Percentages of the grades a, b, c and d; they sum to 100 within 1.5.

    Raises:
        ValueError: If one is no percentage or they do not sum to 100.
    """

    rapid: float
    slow: float
    non_progressive: float
    immotile: float

    def __post_init__(self) -> None:
        for name, value in zip(GRADES, self.grades, strict=True):
            if not (math.isfinite(value) and 0 <= value <= 100):
                raise ValueError(f"{name} {value:g} % is no percentage")
        if abs(sum(self.grades) - 100) > SUM_TOLERANCE + 1e-9:
            raise ValueError(f"the four grades sum to {sum(self.grades):g}, not to 100")

    @classmethod
    def of(cls, counts: GradeCounts) -> "GradeReading":
        """Return the percentages of a count.

        Raises:
            ValueError: If nothing was counted.
        """
        if not counts.total:
            raise ValueError("a reading needs a counted cell")
        grades = (counts.a, counts.b, counts.c, counts.d)
        return cls(*(100 * count / counts.total for count in grades))

    @property
    def grades(self) -> tuple[float, float, float, float]:
        """The percentages of a, b, c and d."""
        return self.rapid, self.slow, self.non_progressive, self.immotile

    @property
    def progressive(self) -> float:
        """PR: a and b together."""
        return self.rapid + self.slow

    @property
    def total_motile(self) -> float:
        """PR and NP together."""
        return self.progressive + self.non_progressive

    @property
    def percent(self) -> dict[str, float]:
        """Percent of a, b, c, d and "progressive", as `eqa run` writes them."""
        return dict(zip("abcd", self.grades, strict=True)) | {"progressive": self.progressive}

    def value(self, parameter: Parameter) -> float:
        """Return the percentage of a parameter."""
        return float(getattr(self, parameter.name.lower()))
