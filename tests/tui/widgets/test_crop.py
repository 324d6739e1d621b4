"""The surroundings of a cell."""

import numpy as np
import pytest

from calibration.scale import Scale
from qc.review import ReviewLine, review_lines
from tests.tui.reviewed import make_reviewed
from tui.widgets.crop import SIDE_UM, crop, nearest

SCALE = Scale(0.5, 0.5, "drawn")
PIXELS = np.arange(480 * 640, dtype=np.uint32).reshape(480, 640).astype(np.uint8)


def lines() -> dict[int, ReviewLine]:
    every = review_lines(make_reviewed())
    return {line.now.number: line for line in every if line.place == "1.1"}


def test_it_is_80_um_wide_in_both_axes_with_the_cell_in_its_middle() -> None:
    part = crop(PIXELS, SCALE, lines()[1], ())
    side = round(SIDE_UM / 0.5)
    assert part.pixels.shape == (side, side)
    assert np.array_equal(part.pixels, PIXELS[160:320, 240:400])
    left, right = part.marks[-2:]
    assert (left.text, left.x_px, left.y_px) == ("▸", 72.0, 80.0)
    assert (right.text, right.x_px, right.y_px) == ("◂", 88.0, 80.0)


@pytest.mark.parametrize(("number", "corner"), [(5, (320, 0)), (6, (0, 480))])
def test_at_the_edge_it_stays_in_the_picture(number: int, corner: tuple[int, int]) -> None:
    part = crop(PIXELS, SCALE, lines()[number], ())
    top, left = corner
    assert np.array_equal(part.pixels, PIXELS[top : top + 160, left : left + 160])


def test_a_picture_that_is_smaller_is_shown_whole() -> None:
    part = crop(PIXELS[:100, :120], SCALE, lines()[3], ())
    assert part.pixels.shape == (100, 120)


def test_cells_seen_at_the_same_time_are_numbered_where_they_are() -> None:
    held = lines()
    others = tuple(held.values())
    numbers = {m.text: (m.x_px, m.y_px) for m in crop(PIXELS, SCALE, held[1], others).marks}
    assert {"2", "3", "4", "5"} <= set(numbers)
    assert "6" not in numbers  # first seen in frame 90
    assert numbers["2"] == (352 - 240, 262 - 160)
    late = {m.text: (m.x_px, m.y_px) for m in crop(PIXELS, SCALE, held[6], others).marks}
    along = held[1].cell
    assert along is not None
    x_px, y_px = along.path_px[round(90 / 299 * 11)]
    assert late["1"] == (x_px - 480, y_px)


def test_the_nearest_are_named_by_the_way_between_their_paths() -> None:
    held = lines()
    said = nearest(held[1], tuple(held.values()), SCALE, many=2)
    # Their points lie 32 + 4 k px across and 22 - 2.5 k px down; k = -3 comes nearest, 35.6 px.
    assert said.startswith("2 (b, 18 µm), ")
