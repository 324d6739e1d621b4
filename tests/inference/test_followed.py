"""What is known of a field before its cells are graded."""

import numpy as np
import pytest

from inference.followed import DEBRIS_SCORE, LEAST_DEBRIS, debris_activity, usual_spacing_um
from inference.grading import ALONE_UM
from inference.linker import link
from tests.inference.scenes import SCALE, WIDE_UM, Cell, detect, swimmer

FRAMES = 50


@pytest.mark.parametrize("apart_um", [8.0, 25.0])
def test_the_spacing_is_the_distance_to_the_nearest_neighbour(apart_um: float) -> None:
    cells = [Cell(swimmer((apart_um * i, 20), (0, 30), FRAMES)) for i in range(6)]
    tracks = link(detect(cells), SCALE, WIDE_UM)
    assert usual_spacing_um(tracks) == pytest.approx(apart_um, abs=0.5)


def test_cells_of_other_frames_are_no_neighbours() -> None:
    path = swimmer((0, 20), (0, 30), 2 * FRAMES)
    early, late = path.copy(), path + np.array([5, 0])
    early[FRAMES:], late[:FRAMES] = np.nan, np.nan
    assert usual_spacing_um(link(detect([Cell(early), Cell(late)]), SCALE, WIDE_UM)) == ALONE_UM


def test_a_cell_alone_has_no_neighbour() -> None:
    assert usual_spacing_um(()) == ALONE_UM
    tracks = link(detect([Cell(swimmer((0, 20), (0, 30), FRAMES))]), SCALE, WIDE_UM)
    assert usual_spacing_um(tracks) == ALONE_UM


def test_debris_activity_is_what_changes_around_what_is_hardly_a_cell() -> None:
    still = [Cell(swimmer((10 * i, 20), (0, 0), FRAMES), score=0.1, activity=1.5) for i in range(3)]
    passed = Cell(swimmer((50, 20), (0, 0), FRAMES), score=0.2, activity=6.0)
    beating = [Cell(swimmer((10 * i, 60), (0, 0), FRAMES), activity=5.0) for i in range(20)]
    assert debris_activity(detect([*still, passed, *beating])) == pytest.approx(1.5)


def test_too_little_debris_tells_nothing() -> None:
    few = Cell(swimmer((0, 0), (0, 0), LEAST_DEBRIS - 1), score=DEBRIS_SCORE / 2)
    unmeasured = Cell(swimmer((0, 0), (0, 0), FRAMES), score=0.1, activity=np.nan)
    assert np.isnan(debris_activity(detect([few])))
    assert np.isnan(debris_activity(detect([unmeasured])))
    assert np.isnan(debris_activity([]))
