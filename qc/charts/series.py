"""What all control charts share: limits, and points that lie outside them."""

from collections.abc import Iterable
from dataclasses import dataclass

from qc.agreement.readings import Interval


@dataclass(frozen=True, slots=True)
class Limits:
    """A chart's lines, in the unit of its points.

    Attributes:
        centre: Centre line.
        warning: Lower and upper warning limit.
        action: Lower and upper action limit.
    """

    centre: float
    warning: Interval
    action: Interval

    def outside_warning(self, points: Iterable[float]) -> tuple[int, ...]:
        """Return the places of the points outside the warning limits, from 0."""
        return outside(points, self.warning)

    def outside_action(self, points: Iterable[float]) -> tuple[int, ...]:
        """Return the places of the points outside the action limits, from 0."""
        return outside(points, self.action)


def outside(points: Iterable[float], limits: Interval) -> tuple[int, ...]:
    """Return the places, from 0, of the points outside two limits; one on a limit is inside."""
    low, high = limits
    return tuple(place for place, point in enumerate(points) if not low <= point <= high)
