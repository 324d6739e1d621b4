"""What was assigned to a reference video."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AssignedValue:
    """What the reference laboratories assigned to one video, in percent.

    Attributes:
        rapid: Grade a.
        slow: Grade b.
        non_progressive: Grade c.
        immotile: Grade d.
    """

    rapid: float
    slow: float
    non_progressive: float
    immotile: float

    @property
    def progressive(self) -> float:
        """Grades a and b together."""
        return self.rapid + self.slow

    @property
    def total(self) -> float:
        """The sum of the four, 100 but for rounding."""
        return self.progressive + self.non_progressive + self.immotile

    @property
    def percent(self) -> dict[str, float]:
        """Percent of a, b, c, d and "progressive", as a reading gives them."""
        return {
            "a": self.rapid,
            "b": self.slow,
            "c": self.non_progressive,
            "d": self.immotile,
            "progressive": self.progressive,
        }
