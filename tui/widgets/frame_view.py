"""The live picture: half blocks or braille dots, with a scale bar, a grid and its own faults."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from time import perf_counter
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from textual.events import Resize
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from calibration.reticle import PITCH_UM
from calibration.scale import Scale
from tui.themes import has_few_colours
from tui.widgets import cells, picture
from tui.widgets.picture import Fit, Levels

_BAR_SHARE = 0.3


class ViewStyle(StrEnum):
    """How the picture is drawn."""

    GREYS = "greys"
    DOTS = "dots"


@dataclass(frozen=True, slots=True)
class Mark:
    """A short text over the picture, its first character at a place of the picture.

    Attributes:
        x_px: Place from the left.
        y_px: Place from the top.
        text: What is written there.
    """

    x_px: float
    y_px: float
    text: str


class FrameView(Widget):
    """Shows the newest picture of a camera in its true shape.

    Attributes:
        scale: What a pixel is worth; without it there is no scale bar and no grid.
        grid: Whether a grid of 25 µm is drawn, its origin in the picture's upper left corner.
        drawn_as: Grey half blocks, or braille dots for slow lines and terminals without colour.
        fault: What is wrong with the camera, in words; empty where nothing is.
        waiting: What is said before the first picture.
        marks: What is written over the picture.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "frame-view--label",
        "frame-view--fault",
        "frame-view--mark",
    }
    DEFAULT_CSS = """
    FrameView {
        color: $foreground;
        background: $background;

        .frame-view--label {
            color: $foreground;
            background: $background;
        }

        .frame-view--fault {
            color: $text-error;
            background: $background;
            text-style: bold;
        }

        .frame-view--mark {
            color: $text-warning;
            background: $background;
            text-style: bold;
        }
    }
    """

    scale: reactive[Scale | None] = reactive(None)
    grid: reactive[bool] = reactive(False)
    drawn_as: reactive[ViewStyle] = reactive(ViewStyle.GREYS)
    fault: reactive[str] = reactive("")
    waiting: reactive[str] = reactive("no picture yet")
    marks: reactive[tuple[Mark, ...]] = reactive(())

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._pixels: NDArray[np.uint8] | None = None
        self._levels: Levels | None = None
        self._strips: list[Strip] = []

    def on_mount(self) -> None:
        """Choose dots where the terminal has too few greys for a picture."""
        if has_few_colours(self.app):
            self.drawn_as = ViewStyle.DOTS

    def show(self, pixels: NDArray[np.uint8], clock: Callable[[], float] = perf_counter) -> float:
        """Show a picture and return what that cost in s.

        Args:
            pixels: Grey values, shape (height, width).
            clock: Seconds that only rise.
        """
        began_s = clock()
        self._pixels = pixels
        self._draw()
        return clock() - began_s

    def toggle_grid(self) -> None:
        """Show the reticle, or take it away."""
        self.grid = not self.grid

    def clear(self) -> None:
        """Show no picture, and forget the contrast of the last."""
        self._pixels = self._levels = None
        self._draw()

    def watch_marks(self) -> None:
        """Draw again."""
        self._draw()

    def watch_scale(self) -> None:
        """Draw again."""
        self._draw()

    def watch_grid(self) -> None:
        """Draw again."""
        self._draw()

    def watch_drawn_as(self) -> None:
        """Draw again."""
        self._draw()

    def watch_fault(self) -> None:
        """Draw again."""
        self._draw()

    def watch_waiting(self) -> None:
        """Draw again."""
        self._draw()

    def on_resize(self, _event: Resize) -> None:
        """Draw again, to the new size."""
        self._draw()

    def render_line(self, y: int) -> Strip:
        """Return a line that was drawn when the picture came."""
        if y < len(self._strips):
            return self._strips[y]
        return Strip.blank(self.size.width, self.rich_style)

    def _draw(self) -> None:
        width, height = self.size
        if width and height:
            blank = [Strip.blank(width, self.rich_style)] * height
            self._strips = blank if self._pixels is None else self._with_picture(blank)
            self._say()
        self.refresh()

    def _with_picture(self, lines: list[Strip]) -> list[Strip]:
        assert self._pixels is not None  # noqa: S101
        width, height = self.size
        high_px, wide_px = self._pixels.shape
        fitted = picture.fit(high_px, wide_px, self.scale, width, height)
        drawn = self._dots(fitted) if self.drawn_as is ViewStyle.DOTS else self._greys(fitted)
        self._mark(drawn, fitted)
        drawn[-1] = self._with_scale_bar(drawn[-1], fitted)
        left, top = (width - fitted.columns) // 2, (height - fitted.rows) // 2
        framed = [cells.placed(strip, left, width, self.rich_style) for strip in drawn]
        return lines[:top] + framed + lines[top + fitted.rows :]

    def _mark(self, drawn: list[Strip], fitted: Fit) -> None:
        assert self._pixels is not None  # noqa: S101
        high_px, wide_px = self._pixels.shape
        style = self.get_component_rich_style("frame-view--mark")
        for mark in self.marks:
            column = math.floor(mark.x_px / wide_px * fitted.columns)
            row = math.floor(mark.y_px / high_px * fitted.rows)
            if 0 <= column < fitted.columns and 0 <= row < fitted.rows:
                drawn[row] = cells.overlay(drawn[row], column, mark.text, style)

    def _greys(self, fitted: Fit) -> list[Strip]:
        bright, dark = self._departures(fitted.columns, 2 * fitted.rows)
        shades = picture.tones(bright, dark, self._eased(picture.levels_of(bright, dark)))
        if self.grid:
            on_grid = _grid(fitted, 1, 2)
            shades[on_grid] = np.minimum(shades[on_grid] + 3, picture.GREY_LEVELS - 1)
        return cells.half_block_strips(shades)

    def _dots(self, fitted: Fit) -> list[Strip]:
        bright, dark = self._departures(2 * fitted.columns, 4 * fitted.rows, picture.COARSE)
        levels = self._eased(picture.levels_of(bright, dark))
        drawn = picture.braille(bright, dark, levels)
        if self.grid:
            # Every other dot of a line, for the cells under it are dots as well.
            on_grid = _grid(fitted, 2, 4)
            on_grid[1::2, ::2] = on_grid[::2, 1::2] = False
            drawn |= picture.braille_of(on_grid)
        return cells.text_strips(drawn, self.rich_style)

    def _departures(
        self, across: int, down: int, k: int = picture.FINE
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        assert self._pixels is not None  # noqa: S101
        return picture.departures(self._pixels, across, down, k)

    def _eased(self, measured: Levels) -> Levels:
        self._levels = measured if self._levels is None else self._levels.eased(measured)
        return self._levels

    def _with_scale_bar(self, strip: Strip, fitted: Fit) -> Strip:
        label = self.get_component_rich_style("frame-view--label")
        if fitted.um_per_column is None:
            return cells.overlay(strip, 0, " no scale ", label)
        length_um = picture.bar_length_um(fitted.um_per_column, _BAR_SHARE * fitted.columns)
        bar = picture.bar_text(length_um / fitted.um_per_column)
        grid = f" · grid {PITCH_UM:g} µm" if self.grid else ""
        return cells.overlay(strip, 0, f" {bar} {length_um} µm{grid} ", label)

    def _say(self) -> None:
        text = self.fault or ("" if self._pixels is not None else self.waiting)
        if text:
            middle = len(self._strips) // 2
            label = f" {text} "[: self.size.width]
            column = (self.size.width - len(label)) // 2
            name = "frame-view--fault" if self.fault else "frame-view--label"
            style = self.get_component_rich_style(name)
            self._strips[middle] = cells.overlay(self._strips[middle], column, label, style)


def _grid(fitted: Fit, across: int, down: int) -> NDArray[np.bool_]:
    """Return which dots lie on the grid, so many of them to a character; none without a scale."""
    on_grid = np.zeros((down * fitted.rows, across * fitted.columns), bool)
    if fitted.um_per_column and fitted.um_per_half_row:
        um_across, um_down = fitted.um_per_column / across, 2 * fitted.um_per_half_row / down
        on_grid[:, picture.grid_steps(um_across, on_grid.shape[1], PITCH_UM)] = True
        on_grid[picture.grid_steps(um_down, on_grid.shape[0], PITCH_UM), :] = True
    return on_grid
