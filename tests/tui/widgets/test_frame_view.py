"""The live picture as a widget."""

import numpy as np
import pytest
from textual.app import App, ComposeResult

from calibration.scale import Scale
from tests.tui.fakes import SCALE, heads
from tui.widgets.frame_view import FrameView, Mark, ViewStyle

SIZE = (56, 21)


class OneView(App[None]):
    """An app with nothing but the picture."""

    def compose(self) -> ComposeResult:
        yield FrameView()


@pytest.fixture
async def view():
    async with OneView().run_test(size=SIZE) as pilot:
        found = pilot.app.query_one(FrameView)
        found.scale = SCALE
        yield found


def text_of(view: FrameView) -> list[str]:
    return [view.render_line(y).text for y in range(view.size.height)]


def spot(x: int, y: int) -> np.ndarray:
    pixels = np.full((480, 640), 100, np.uint8)
    pixels[y - 6 : y + 6, x - 6 : x + 6] = 240
    return pixels


async def test_before_the_first_picture_it_says_so(view):
    assert "no picture yet" in "\n".join(text_of(view))
    assert "µm" not in "\n".join(text_of(view))


async def test_a_bright_spot_stands_in_its_place(view):
    view.show(spot(320, 240))
    line = view.render_line(240 * 21 // 480)
    column = 0
    for segment in line:
        if column <= 28 < column + len(segment.text):
            assert segment.style.color.triplet.red > 200
        column += len(segment.text)
    assert column == SIZE[0]


async def test_every_line_is_as_wide_as_the_widget(view):
    view.scale = Scale(1.0, 0.5, "drawn")
    view.show(heads())
    assert {view.render_line(y).cell_length for y in range(SIZE[1])} == {SIZE[0]}


async def test_scale_bar_is_as_long_as_it_says(view):
    view.show(heads())
    bar = text_of(view)[-1].split("µm")[0]
    length_um = int(bar.split()[-1])
    um_per_column = 640 * SCALE.um_per_px_x / SIZE[0]
    eighths = sum("▏▎▍▌▋▊▉█".index(part) + 1 for part in bar if part in "▏▎▍▌▋▊▉█")
    assert eighths / 8 * um_per_column == pytest.approx(length_um, abs=um_per_column / 16)


async def test_without_a_scale_there_is_no_bar(view):
    view.scale = None
    view.show(heads())
    assert "no scale" in text_of(view)[-1]
    assert "µm" not in text_of(view)[-1]


async def test_grid_is_drawn_and_named(view):
    view.show(spot(320, 240))
    plain = [view.render_line(y) for y in range(SIZE[1])]
    view.grid = True
    assert "grid 25 µm" in text_of(view)[-1]
    assert [view.render_line(y) for y in range(SIZE[1])] != plain


async def test_dots_need_no_colour(view):
    view.drawn_as = ViewStyle.DOTS
    view.show(spot(320, 240))
    line = text_of(view)[240 * 21 // 480]
    assert set(line[:20]) == {"\u2800"}
    assert line[28] > "\u2800"


async def test_the_grid_is_drawn_in_dots_as_well(view):
    view.drawn_as = ViewStyle.DOTS
    view.show(spot(320, 240))
    plain = text_of(view)
    view.grid = True
    changed = sum(
        a != b
        for old, new in zip(plain, text_of(view), strict=True)
        for a, b in zip(old, new, strict=True)
    )
    assert changed > 100


async def test_a_lost_camera_is_said_over_the_last_picture(view):
    view.show(heads())
    view.fault = "camera lost"
    assert "camera lost" in text_of(view)[SIZE[1] // 2]
    assert "▀" in text_of(view)[0]


async def test_cost_is_measured_by_the_given_clock(view):
    ticks = iter([1.0, 1.5])
    assert view.show(heads(), clock=lambda: next(ticks)) == 0.5


async def test_marks_stand_over_their_places_and_outside_ones_are_left_out(view):
    view.show(spot(320, 240))
    view.marks = (Mark(320, 240, "12"), Mark(-1, 5, "left"), Mark(640, 5, "right"))
    lines = text_of(view)
    rows = [number for number, line in enumerate(lines) if "12" in line]
    assert rows == [10]
    assert lines[10].index("12") == 28
    assert "left" not in "".join(lines)
    assert "right" not in "".join(lines)


async def test_a_cleared_view_shows_no_picture(view):
    view.show(spot(320, 240))
    view.clear()
    view.fault = "no picture"
    assert "▀" not in "".join(text_of(view))
    assert "no picture" in "".join(text_of(view))
