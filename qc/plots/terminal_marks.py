"""The marks of a chart on a grid of characters."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from qc.agreement.readings import Interval
from qc.plots.axes import nice_ticks
from qc.plots.chart import Band, Bars, Chart, Level, Line, Mark, Points, Spans, Tick
from qc.plots.terminal_style import DEFAULT, SHADE, SIGNS

Plot = Any
"""A figure of plotext, which has no types."""

_COLUMNS_PER_NUMBER, _ROWS_PER_NUMBER = 8, 3


@dataclass(frozen=True, slots=True)
class Grid:
    """The characters that a chart is drawn on.

    Attributes:
        margin: Columns of the numbers at the left, with the axis.
        columns: Columns of the chart itself.
        rows: Rows of the chart itself; two more hold the axis and its numbers.
        x_range: From the middle of the first column to that of the last.
        y_range: From the middle of the lowest row to that of the highest.
        x_ticks: What is written along it: as many as fit.
        y_ticks: What is written up it.
    """

    margin: int
    columns: int
    rows: int
    x_range: Interval
    y_range: Interval
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]

    @property
    def width(self) -> int:
        """All columns."""
        return self.margin + self.columns

    @property
    def height(self) -> int:
        """All rows."""
        return self.rows + 2

    @property
    def x_step(self) -> float:
        """From one column to the next."""
        return (self.x_range[1] - self.x_range[0]) / (self.columns - 1)

    @property
    def y_step(self) -> float:
        """From one row to the next."""
        return (self.y_range[1] - self.y_range[0]) / (self.rows - 1)

    def heights(self, low: float, high: float) -> list[float]:
        """Return the middles of the rows from one height to another, at least of one."""
        begin, end = (round((one - self.y_range[0]) / self.y_step) for one in (low, high))
        return [self.y_range[0] + row * self.y_step for row in range(begin, end + 1)]


def grid_of(chart: Chart, width: int, height: int) -> Grid:
    """Return the grid of a chart within so many columns and lines, its numbers along included."""
    rows = height - 2
    y_ticks = chart.y_ticks or nice_ticks(chart.y_range, max(rows // _ROWS_PER_NUMBER, 2))
    margin = max((len(text) for _, text in y_ticks), default=0) + 1
    columns = width - margin
    if chart.equal:
        # A character is about twice as high as wide.
        shape = (chart.x_range[1] - chart.x_range[0]) / (chart.y_range[1] - chart.y_range[0])
        columns = min(columns, round(2 * rows * shape))
    x_ticks = chart.x_ticks or nice_ticks(chart.x_range, max(columns // _COLUMNS_PER_NUMBER, 2))
    return Grid(
        margin, columns, rows, chart.x_range, chart.y_range,
        _fitting(x_ticks, columns, chart.x_range), y_ticks,
    )  # fmt: skip


def _fitting(ticks: tuple[Tick, ...], columns: int, shown: Interval) -> tuple[Tick, ...]:
    """Return every so many ticks, such that no text comes near another; plotext moves those."""
    if not ticks:
        return ()
    apart = (shown[1] - shown[0]) / columns
    spacing = (ticks[-1][0] - ticks[0][0]) / max(len(ticks) - 1, 1) / apart
    room = 2 * max(len(text) for _, text in ticks)
    return ticks[:: ceil(room / spacing) if spacing else 1]


def draw(plot: Plot, mark: Mark, grid: Grid) -> None:
    """Draw a mark; a later one lies above."""
    signs = SIGNS[mark.role]
    match mark:
        case Points():
            plot.scatter(mark.x, mark.y, marker=signs.point, color=signs.colour)
        case Line():
            plot.plot(mark.x, mark.y, marker=signs.sloped, color=signs.colour)
        case Level():
            ends = grid.y_range if mark.vertical else grid.x_range
            across, sign = [mark.value] * 2, signs.upright if mark.vertical else signs.lying
            x, y = (across, ends) if mark.vertical else (ends, across)
            plot.plot(x, y, marker=sign, color=signs.colour)
        case Band():
            for height in grid.heights(mark.low, mark.high):
                plot.plot(grid.x_range, [height] * 2, marker=SHADE, color=signs.colour)
        case Bars():
            _draw_bars(plot, mark, grid)
        case Spans():
            _draw_spans(plot, mark)


def write_over(plot: Plot, mark: Mark, grid: Grid) -> None:
    """Write the texts of a mark over everything that is drawn."""
    if isinstance(mark, Level) and mark.text:
        plot.text(mark.text, grid.x_range[1], mark.value, color=DEFAULT, alignment="right")
    if isinstance(mark, Points):
        for x, y, name in zip(mark.x, mark.y, mark.names, strict=False):
            fits = x + (len(name) + 2) * grid.x_step <= grid.x_range[1]
            side, aside = ("left", 2 * grid.x_step) if fits else ("right", -2 * grid.x_step)
            plot.text(name, x + aside, y, color=DEFAULT, alignment=side)


def _draw_bars(plot: Plot, mark: Bars, grid: Grid) -> None:
    signs = SIGNS[mark.role]
    wide = max(int(0.8 / grid.x_step), 1)
    asides = [(number - (wide - 1) / 2) * grid.x_step for number in range(wide)]
    cells = [
        (x + aside, height)
        for x, y in zip(mark.x, mark.y, strict=True)
        for height in grid.heights(min(y, 0.0), max(y, 0.0))
        for aside in asides
    ]
    _scatter(plot, cells, signs.bar, signs.colour)


def _draw_spans(plot: Plot, mark: Spans) -> None:
    signs = SIGNS[mark.role]
    caps = ("├", "┤") if mark.lying else ("┴", "┬")
    for at, ends in zip(mark.at, mark.ends, strict=True):
        x, y = (ends, [at] * 2) if mark.lying else ([at] * 2, ends)
        plot.plot(x, y, marker="─" if mark.lying else "│", color=signs.colour)
        for place, cap in zip(zip(x, y, strict=True), caps, strict=True):
            _scatter(plot, [place], cap, signs.colour)


def _scatter(
    plot: Plot, cells: Sequence[tuple[float, float]], sign: str, colour: int | str
) -> None:
    x, y = zip(*cells, strict=True)
    plot.scatter(x, y, marker=sign, color=colour)
