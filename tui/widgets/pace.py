"""How often the picture may be painted, so that looking never costs the recording its time."""

from dataclasses import dataclass

# A timer that ticks a moment early must not lose its turn.
_TIMER_SLACK_S = 0.02


@dataclass(slots=True)
class Pace:
    """Paints at most every `interval_s`, and less often where painting is expensive.

    Attributes:
        interval_s: Least time from one painting to the next.
        most_share: Most of one core's time that painting may take.
    """

    interval_s: float = 1 / 12
    most_share: float = 0.2
    _due_s: float = 0.0

    def due(self, now_s: float) -> bool:
        """Whether a picture may be painted now."""
        return now_s >= self._due_s

    def painted(self, now_s: float, cost_s: float) -> None:
        """Note that a picture was painted and how long that took."""
        wait_s = max(self.interval_s, cost_s / self.most_share)
        self._due_s = now_s + wait_s - _TIMER_SLACK_S
