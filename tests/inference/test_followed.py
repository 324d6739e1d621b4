"""What is known of a field before its cells are graded."""

import numpy as np
import pytest

from inference.followed import usual_spacing_um
from inference.grading import ALONE_UM
from inference.linker import link
from tests.inference.scenes import SCALE, Cell, detect, swimmer

FRAMES = 50


@pytest.mark.parametrize("apart_um", [8.0, 25.0])
def test_the_spacing_is_the_distance_to_the_nearest_neighbour(apart_um: float) -> None:
    cells = [Cell(swimmer((apart_um * i, 20), (0, 30), FRAMES)) for i in range(6)]
    tracks = link(detect(cells), SCALE)
    assert usual_spacing_um(tracks) == pytest.approx(apart_um, abs=0.5)


def test_cells_of_other_frames_are_no_neighbours() -> None:
    path = swimmer((0, 20), (0, 30), 2 * FRAMES)
    early, late = path.copy(), path + np.array([5, 0])
    early[FRAMES:], late[:FRAMES] = np.nan, np.nan
    assert usual_spacing_um(link(detect([Cell(early), Cell(late)]), SCALE)) == ALONE_UM


def test_a_cell_alone_has_no_neighbour() -> None:
    assert usual_spacing_um(()) == ALONE_UM
    tracks = link(detect([Cell(swimmer((0, 20), (0, 30), FRAMES))]), SCALE)
    assert usual_spacing_um(tracks) == ALONE_UM
