"""The seam to an XY stage."""

import math
from dataclasses import dataclass
from typing import Protocol

from acquisition.notice import Notice


class StageError(Exception):
    """The stage refused a move or did not arrive; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place on the slide, in µm from the centre of the coverslip."""

    x_um: float
    y_um: float

    def distance_um(self, other: "Position") -> float:
        """Return how far another place is."""
        return math.hypot(other.x_um - self.x_um, other.y_um - self.y_um)


@dataclass(frozen=True, slots=True)
class StageLimits:
    """The rectangle within which the stage may move, in µm."""

    x_min_um: float
    x_max_um: float
    y_min_um: float
    y_max_um: float

    def __post_init__(self) -> None:
        if not (self.x_min_um < self.x_max_um and self.y_min_um < self.y_max_um):
            raise StageError(
                f"limits x {self.x_min_um:g}..{self.x_max_um:g}, y {self.y_min_um:g}.."
                f"{self.y_max_um:g} µm leave the stage no room; give x and y from low to high"
            )

    def check(self, position: Position) -> None:
        """Refuse a position outside the limits.

        Raises:
            StageError: If the position lies outside.
        """
        if not (
            self.x_min_um <= position.x_um <= self.x_max_um
            and self.y_min_um <= position.y_um <= self.y_max_um
        ):
            raise StageError(
                f"position ({position.x_um:.0f}, {position.y_um:.0f}) µm lies outside the stage's "
                f"limits x {self.x_min_um:.0f}..{self.x_max_um:.0f}, "
                f"y {self.y_min_um:.0f}..{self.y_max_um:.0f} µm"
            )


EXAMINED_AREA = StageLimits(-6_000.0, 6_000.0, -6_000.0, 6_000.0)
"""The soft limits unless others are set: 5 mm from the edge of a coverslip of 22 x 22 mm."""


class Stage(Protocol):
    """An XY stage. Every implementation keeps to its soft limits."""

    @property
    def limits(self) -> StageLimits:
        """The soft limits."""
        ...

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What a reader of a field at the present place must know of how it was reached."""
        ...

    def position(self) -> Position:
        """Where the stage stands."""
        ...

    def move_to(self, target: Position) -> None:
        """Move and return once arrived.

        Raises:
            StageError: If the target lies outside the limits or the stage does not arrive.
        """
        ...

    def stop(self) -> None:
        """Stop a move at once, from any thread; `move_to` then raises."""
        ...

    def close(self) -> None:
        """Let the device go; safe to call twice."""
        ...
