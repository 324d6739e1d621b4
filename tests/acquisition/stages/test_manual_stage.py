"""The manual stage believes the pictures: moved, at rest, and nowhere it has been before."""

import threading
import time
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from acquisition.stage import Position
from acquisition.stages.manual import in_words
from tests.acquisition.stages.emulated import SIZE, Technician


@pytest.fixture
def technician() -> Technician:
    """Someone at the third field, who now does only what the test lets him do."""
    someone = Technician()
    for place in (Position(1_000, 1_000), Position(-2_000, 500)):
        someone.stage.move_to(place)
    someone.obeys = someone.confirms = False
    someone.told.clear()
    return someone


def wait(reached: Callable[[], bool]) -> None:
    until = time.monotonic() + 40
    while not reached():
        assert time.monotonic() < until
        time.sleep(0.01)


def moving(someone: Technician, target: Position) -> threading.Thread:
    thread = threading.Thread(target=someone.stage.move_to, args=(target,))
    thread.start()
    return thread


def test_it_waits_while_the_last_field_is_still_there_and_goes_on_when_it_is_not(
    technician: Technician,
) -> None:
    mover = moving(technician, Position(3_000, -3_000))
    wait(lambda: any("% of field 2" in text for text in technician.told))
    assert mover.is_alive()
    technician.world.travel(Position(3_000, -3_000), 0.0)
    mover.join(40)
    assert technician.told[-1] == "the place is new and the slide is at rest"
    assert technician.stage.position() == Position(3_000, -3_000)
    assert [notice.code for notice in technician.stage.notices] == ["by_hand"]


@pytest.mark.parametrize(("x_share", "y_share"), [(0.4, 0.0), (0.0, 0.6), (0.3, 0.3), (-0.5, 0.2)])
def test_it_does_not_take_a_place_that_overlaps_an_earlier_field(
    technician: Technician, x_share: float, y_share: float
) -> None:
    optics = technician.world.settings.optics
    x_um = 1_000 + x_share * 2 * SIZE.width_px * optics.um_per_px_x
    y_um = 1_000 + y_share * 2 * SIZE.height_px * optics.um_per_px_y
    technician.world.travel(Position(x_um, y_um), 0.0)
    mover = moving(technician, Position(3_000, -3_000))
    common = (1 - abs(x_share)) * (1 - abs(y_share))
    wait(lambda: any("of field 1" in text for text in technician.told))
    seen = next(text for text in technician.told if "of field 1" in text)
    assert int(seen.split("shows ")[1].split("%")[0]) == pytest.approx(100 * common, abs=4)
    technician.world.travel(Position(3_000, -3_000), 0.0)
    mover.join(40)


def test_it_waits_until_the_slide_is_at_rest(technician: Technician) -> None:
    world = technician.world
    world.travel(Position(-2_000, 3_500), 1.5)
    mover = moving(technician, Position(-2_000, 3_500))
    mover.join(50)
    assert not mover.is_alive()
    assert world.position_at(world.clock.now_s()) == Position(-2_000, 3_500)


def test_on_a_word_it_takes_a_field_again_and_says_so(technician: Technician) -> None:
    technician.confirms = True
    technician.stage.move_to(Position(3_000, -3_000))
    (notice,) = technician.stage.notices
    assert notice.code == "by_hand_unverified"
    assert "on the technician's word alone: the picture shows 100% of field 2" in notice.text


def test_the_first_field_of_a_slide_needs_the_technician_s_word(technician: Technician) -> None:
    technician.stage.new_slide()
    assert technician.stage.position() == Position(0, 0)
    mover = moving(technician, Position(1_000, 1_000))
    wait(lambda: any(text.endswith("and confirm") for text in technician.told))
    assert mover.is_alive()
    technician.confirms = True
    mover.join(40)
    assert not mover.is_alive()


def test_where_nothing_lies_still_it_asks(
    technician: Technician, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(1)

    def noise(*_: object) -> NDArray[np.uint8]:
        return rng.integers(90, 110, (SIZE.height_px, SIZE.width_px)).astype(np.uint8)

    monkeypatch.setattr(technician.world, "render", noise)
    mover = moving(technician, Position(3_000, -3_000))
    wait(lambda: any("nothing lies still" in text for text in technician.told))
    technician.confirms = True
    mover.join(40)
    (notice,) = technician.stage.notices
    assert "on the technician's word alone: nothing lies still" in notice.text


def test_a_place_is_told_as_it_lies_before_the_technician() -> None:
    assert in_words(Position(-1_500, 260)) == (
        "1.5 mm left and 0.3 mm towards you of the coverslip's middle"
    )
