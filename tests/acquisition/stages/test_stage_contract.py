"""What every stage must do, whoever made it.

Another stage joins the suite by one line in STAGES: a name and a function that returns it, open,
with the simulated specimen under the lens or without.
"""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from acquisition.specimen.bench import BenchSettings, SimulatedMicroscope
from acquisition.stage import Position, Stage, StageError
from acquisition.stages.simulated import SimulatedStage
from tests.acquisition.stages.emulated import demo_stage, obedient_technician

STAGES: dict[str, Callable[[], Stage]] = {
    "simulated": lambda: SimulatedStage(SimulatedMicroscope(BenchSettings(paced=True))),
    "micromanager": demo_stage,
    "manual": obedient_technician,
}


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    made = STAGES[request.param]()
    yield made
    made.close()


def test_it_arrives_where_it_is_sent_and_goes_on_from_there(stage: Stage) -> None:
    for target in (Position(1500, -250), Position(-300, 800)):
        stage.move_to(target)
        assert stage.position().distance_um(target) <= 5


def test_sent_to_where_it_stands_it_stays(stage: Stage) -> None:
    stage.move_to(Position(700, 700))
    stage.move_to(Position(700, 700))
    assert stage.position().distance_um(Position(700, 700)) <= 5


@pytest.mark.parametrize(("x", "y"), [(1, 0), (-1, 0), (0, 1), (0, -1)])
def test_it_refuses_what_is_outside_its_limits_and_stays(stage: Stage, x: int, y: int) -> None:
    limits = stage.limits
    stage.move_to(Position(100, 100))
    beyond = Position(x * (limits.x_max_um + 1), y * (limits.y_max_um + 1))
    with pytest.raises(StageError, match="outside the stage's limits"):
        stage.move_to(beyond)
    assert stage.position().distance_um(Position(100, 100)) <= 5


def test_every_corner_of_its_limits_is_inside(stage: Stage) -> None:
    limits = stage.limits
    limits.check(Position(limits.x_min_um, limits.y_max_um))
    limits.check(Position(limits.x_max_um, limits.y_min_um))


def test_stop_from_another_thread_ends_a_move_and_the_next_one_works(stage: Stage) -> None:
    told: list[str] = []

    def move() -> None:
        try:
            stage.move_to(Position(6_000, 6_000))
        except StageError as error:
            told.append(str(error))

    mover = threading.Thread(target=move)
    mover.start()
    time.sleep(0.25)
    stage.stop()
    mover.join(5)
    assert not mover.is_alive()
    assert len(told) == 1
    assert "stopped" in told[0]
    assert "\n" not in told[0]
    stage.move_to(Position(0, 500))
    assert stage.position().distance_um(Position(0, 500)) <= 5


def test_closing_twice_is_safe(stage: Stage) -> None:
    stage.close()
    stage.close()
