"""From graded tracks to counts, percentages and their 95 % intervals."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GradeCounts:
    """Spermatozoa counted by grade."""

    a: int = 0
    b: int = 0
    c: int = 0
    d: int = 0

    @property
    def total(self) -> int:
        """All spermatozoa counted."""
        return self.a + self.b + self.c + self.d

    @property
    def progressive(self) -> int:
        """Grades a and b together (PR)."""
        return self.a + self.b

    def __add__(self, other: "GradeCounts") -> "GradeCounts":
        return GradeCounts(self.a + other.a, self.b + other.b, self.c + other.c, self.d + other.d)


@dataclass(frozen=True, slots=True)
class Share:
    """One grade's share of a count.

    Attributes:
        count: Cells of this grade.
        percent: Share in percent; None where nothing was counted.
        ci95: 95 % interval in percent, (0, 100) where nothing was counted.
    """

    count: int
    percent: float | None
    ci95: tuple[float, float]
