import numpy as np
import pytest

from calibration.reticle import grid_lines, reticle
from calibration.scale import Scale


def test_squares_of_25_um_at_half_a_um_per_px_are_50_px_wide() -> None:
    grid = reticle(Scale(0.5, 0.5, "test"), 640, 480)
    np.testing.assert_allclose(grid.x_px, np.arange(50, 640, 50))
    np.testing.assert_allclose(grid.y_px, np.arange(50, 480, 50))


def test_squares_are_square_in_um_where_pixels_are_not() -> None:
    grid = reticle(Scale(0.5, 0.25, "test"), 200, 200)
    np.testing.assert_allclose(grid.x_px, [50, 100, 150])
    np.testing.assert_allclose(grid.y_px, [100])


def test_places_are_not_rounded() -> None:
    np.testing.assert_allclose(grid_lines(0.495, 152), [25 / 0.495, 50 / 0.495, 75 / 0.495])


@pytest.mark.parametrize(("length_px", "lines"), [(49, 0), (50, 0), (51, 1), (100, 1), (101, 2)])
def test_the_edges_have_no_line(length_px: int, lines: int) -> None:
    assert grid_lines(0.5, length_px).size == lines


def test_the_last_edge_has_no_line_by_rounding() -> None:
    assert grid_lines(0.1, 750).size == 2
    assert grid_lines(0.495, 1000, 49.5).size == 9
