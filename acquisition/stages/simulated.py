"""The simulated stage: it moves the simulated microscope's slide within soft limits."""

import threading
from dataclasses import dataclass

from acquisition.notice import Notice
from acquisition.specimen.bench import SimulatedMicroscope
from acquisition.stage import EXAMINED_AREA, Position, StageError, StageLimits

SPEED_UM_S = 10_000.0
SETTLING_S = 0.2


@dataclass(frozen=True, slots=True)
class StageFaults:
    """What goes wrong: with `stuck` the stage stops halfway to every target."""

    stuck: bool = False


class SimulatedStage:
    """A stage that takes simulated time to arrive; see `acquisition.stage.Stage`."""

    def __init__(self, microscope: SimulatedMicroscope, faults: StageFaults | None = None) -> None:
        self._microscope = microscope
        self._faults = faults or StageFaults()
        self._stop = threading.Event()

    @property
    def limits(self) -> StageLimits:
        """The soft limits."""
        return EXAMINED_AREA

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Nothing: the stage measures where it stands."""
        return ()

    def position(self) -> Position:
        """Where the stage stands."""
        return self._microscope.position_at(self._microscope.clock.now_s())

    def move_to(self, target: Position) -> None:
        """Move and return once arrived.

        Raises:
            StageError: If the target is outside the limits, or the stage was stopped or stuck.
        """
        self.limits.check(target)
        self._stop.clear()
        here = self.position()
        goal = _between(here, target) if self._faults.stuck else target
        arrives = self._microscope.travel(goal, here.distance_um(goal) / SPEED_UM_S)
        self._microscope.clock.wait_until(arrives + SETTLING_S, self._stop)
        if self._stop.is_set():
            raise StageError("the stage was stopped before it arrived; move it again")
        if goal != target:
            raise StageError(
                f"the stage did not reach ({target.x_um:.0f}, {target.y_um:.0f}) µm; "
                "free it and move it again"
            )

    def stop(self) -> None:
        """Stop a move at once."""
        self._microscope.halt()
        self._stop.set()

    def close(self) -> None:
        """Do nothing: nothing was opened."""


def _between(here: Position, target: Position) -> Position:
    return Position((here.x_um + target.x_um) / 2, (here.y_um + target.y_um) / 2)
