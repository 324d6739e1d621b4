"""A stage that is moved by hand, within an examination."""

from collections.abc import Callable

from acquisition.latest import Latest
from acquisition.microscope import Microscope
from acquisition.specimen.bench import SimulatedMicroscope
from acquisition.stage import Position
from acquisition.stages.manual import ManualStage, Operator
from qc.examination import Examination

# What the simulated hand takes to bring another field under the lens.
HAND_S = 1.0
# How long it then waits for the pictures to tell before the simulated technician confirms.
PATIENCE_S = 5.0


def stage_by_hand(
    microscope: Microscope,
    latest: Latest,
    world: SimulatedMicroscope | None,
    running: Callable[[], Examination],
) -> ManualStage:
    """Return the stage that the operator moves; under the simulated microscope, a hand does.

    Args:
        microscope: Has the camera that watches.
        latest: Where its pictures are offered.
        world: The simulated world, None with a real camera.
        running: Returns the examination, which shows what to do and takes the confirmation.
    """
    operator = Operator(
        tell=lambda text, asks: running().tell_mover(text, asks),
        confirmed=lambda: running().take_confirmation(),
    )
    if world is None:
        return ManualStage(microscope.camera, operator, latest)
    technician = _SimulatedTechnician(world, operator)
    return ManualStage(
        microscope.camera,
        Operator(operator.tell, technician.confirmed),
        latest,
        hand=technician.move,
    )


def telling_of_new_slides(
    stage: ManualStage, put_replicate: Callable[[int], None]
) -> Callable[[int], None]:
    """Return what puts a slide in place and lets the stage forget the one before."""
    present = 0

    def put(number: int) -> None:
        nonlocal present
        if number != present:
            stage.new_slide()
            present = number
        put_replicate(number)

    return put


class _SimulatedTechnician:
    """Moves the simulated slide, and confirms when it has been at rest for a while."""

    def __init__(self, world: SimulatedMicroscope, operator: Operator) -> None:
        self._world = world
        self._operator = operator
        self._content_s = 0.0

    def move(self, target: Position) -> None:
        """Bring another place under the lens."""
        self._content_s = self._world.travel(target, HAND_S) + PATIENCE_S

    def confirmed(self) -> bool:
        """Whether the technician has confirmed, or the operator for them."""
        return self._operator.confirmed() or self._world.clock.now_s() > self._content_s
