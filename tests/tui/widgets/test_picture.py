"""Geometry and tone of the picture in character cells."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.scale import Scale
from tests.tui.fakes import heads
from tui.widgets import picture
from tui.widgets.picture import BACKGROUND_LEVEL, GREY_LEVELS, Levels

sizes = st.integers(20, 2000)
cells = st.integers(4, 200)
um = st.floats(0.1, 2.0)


@given(st.tuples(sizes, sizes), st.tuples(um, um), st.tuples(cells, cells))
def test_fit_keeps_the_shape_in_um_within_half_a_dot(size, um_per_px, room):
    (high, wide), (um_x, um_y), (columns, rows) = size, um_per_px, room
    fitted = picture.fit(high, wide, Scale(um_x, um_y, "drawn"), columns, rows)
    assert 1 <= fitted.columns <= columns
    assert 1 <= fitted.rows <= rows
    dot_um = max(wide * um_x / columns, high * um_y / (2 * rows))
    assert fitted.columns == 1 or abs(fitted.columns - wide * um_x / dot_um) <= 0.5 + 1e-6
    assert fitted.rows == 1 or abs(2 * fitted.rows - high * um_y / dot_um) <= 1 + 1e-6


def test_non_square_pixels_change_the_shape():
    square = picture.fit(576, 720, Scale(0.5, 0.5, "drawn"), 200, 40)
    wide = picture.fit(576, 720, Scale(0.5 * 16 / 15, 0.5, "drawn"), 200, 40)
    assert wide.columns / square.columns == pytest.approx(16 / 15, abs=0.01)
    assert wide.rows == square.rows


def test_um_of_all_columns_is_the_width_of_the_field():
    fitted = picture.fit(480, 640, Scale(0.5, 0.4, "drawn"), 56, 21)
    assert fitted.um_per_column is not None
    assert fitted.um_per_half_row is not None
    assert fitted.um_per_column * fitted.columns == pytest.approx(320)
    assert fitted.um_per_half_row * 2 * fitted.rows == pytest.approx(192)


@given(st.floats(0.05, 60, allow_nan=False))
def test_bar_is_right_to_a_sixteenth_of_a_column(columns):
    text = picture.bar_text(columns)
    eighths = sum("▏▎▍▌▋▊▉█".index(part) + 1 for part in text)
    assert abs(eighths / 8 - columns) <= 1 / 16 + 1e-9


@given(st.floats(0.1, 50), st.floats(2, 60))
def test_bar_length_is_round_and_fits(um_per_column, most_columns):
    length = picture.bar_length_um(um_per_column, most_columns)
    assert length == 1 or length / um_per_column <= most_columns


def test_grid_lines_lie_on_multiples_of_the_pitch():
    lines = picture.grid_steps(um_per_dot=5.0, dots=56, pitch_um=25.0)
    assert lines.tolist() == list(range(5, 56, 5))


def test_head_is_bright_where_it_lies_and_tail_is_dark():
    pixels = np.full((480, 640), 100, np.uint8)
    pixels[240:250, 320:330] = 230
    pixels[244:246, 330:380] = 60
    bright, dark = picture.departures(pixels, 64, 48)
    shades = picture.tones(bright, dark, picture.levels_of(bright, dark))
    assert shades[24, 32] == GREY_LEVELS - 1
    assert shades[24, 35] < BACKGROUND_LEVEL / 2
    assert shades[10, 10] == BACKGROUND_LEVEL


def test_uneven_light_is_taken_off():
    slope = np.linspace(60, 160, 640)[None, :].repeat(480, 0).astype(np.uint8)
    bright, dark = picture.departures(slope, 64, 48)
    shades = picture.tones(bright, dark, picture.levels_of(bright, dark))
    assert np.abs(shades[5:-5, 5:-5] - BACKGROUND_LEVEL).max() <= 2


def test_noise_alone_is_not_blown_up():
    noise = np.random.default_rng(1).normal(100, 1, (480, 640)).astype(np.uint8)
    bright, dark = picture.departures(noise, 64, 48)
    shades = picture.tones(bright, dark, picture.levels_of(bright, dark))
    assert np.percentile(np.abs(shades - BACKGROUND_LEVEL), 99) < 12


@given(st.integers(0, 3), st.integers(0, 1))
def test_braille_dot_stands_where_the_picture_says(row, column):
    bright = np.zeros((4, 2), np.float32)
    bright[row, column] = 50
    code = picture.braille(bright, np.zeros_like(bright), Levels(60, 60))[0, 0]
    numbered = {(0, 0): 1, (1, 0): 2, (2, 0): 3, (3, 0): 7, (0, 1): 4, (1, 1): 5, (2, 1): 6}
    assert code == 0x2800 + 2 ** (numbered.get((row, column), 8) - 1)


def test_levels_ease_towards_the_measured_ones():
    assert Levels(10, 20).eased(Levels(20, 10), 0.5) == Levels(15, 15)


def test_picture_of_many_heads_uses_the_whole_range():
    bright, dark = picture.departures(heads(), 56, 42)
    shades = picture.tones(bright, dark, picture.levels_of(bright, dark))
    assert (shades.min(), shades.max()) == (0, GREY_LEVELS - 1)
