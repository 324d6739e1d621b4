"""The simulated stage keeps its limits, takes its time and can be stopped."""

import threading

import pytest

from acquisition.specimen.bench import BenchSettings, SimulatedMicroscope
from acquisition.stage import Position, StageError
from acquisition.stages.simulated import SimulatedStage, StageFaults


def test_it_arrives_after_a_time_that_grows_with_the_distance() -> None:
    world = SimulatedMicroscope()
    stage = SimulatedStage(world)
    stage.move_to(Position(3_000.0, -4_000.0))
    assert stage.position() == Position(3_000.0, -4_000.0)
    assert world.clock.now_s() == pytest.approx(0.7)


@pytest.mark.parametrize("target", [Position(6_001, 0), Position(0, -6_001)])
def test_it_refuses_what_is_outside_its_limits_and_stays(target: Position) -> None:
    stage = SimulatedStage(SimulatedMicroscope())
    with pytest.raises(StageError, match="limits"):
        stage.move_to(target)
    assert stage.position() == Position(0, 0)


def test_it_passes_the_places_between() -> None:
    world = SimulatedMicroscope()
    world.travel(Position(1_000.0, 500.0), 2.0)
    assert world.position_at(1.0) == Position(500.0, 250.0)
    assert world.position_at(5.0) == Position(1_000.0, 500.0)


def test_a_stuck_stage_says_where_it_did_not_arrive() -> None:
    stage = SimulatedStage(SimulatedMicroscope(), StageFaults(stuck=True))
    with pytest.raises(StageError, match=r"\(800, 0\)"):
        stage.move_to(Position(800, 0))
    assert stage.position() == Position(400, 0)


def test_stop_ends_a_move_on_the_way() -> None:
    world = SimulatedMicroscope(BenchSettings(paced=True))
    stage = SimulatedStage(world)
    errors: list[StageError] = []

    def move() -> None:
        try:
            stage.move_to(Position(6_000.0, 6_000.0))
        except StageError as error:
            errors.append(error)

    mover = threading.Thread(target=move)
    mover.start()
    while stage.position() == Position(0, 0):
        pass
    stage.stop()
    mover.join(timeout=10)
    assert "stopped" in str(errors[0])
    assert 0 < stage.position().x_um < 6_000
