"""Charts as text, with plotext."""

import re
import textwrap
from collections.abc import Iterator

from qc.plots.chart import Bars, Chart, Mark, Points, legend
from qc.plots.terminal_marks import Grid, draw, grid_of, write_over
from qc.plots.terminal_style import SIGNS, painted

_COLOUR = re.compile("\x1b\\[[0-9;]*m")
_LEAST_ROWS = 5
_LINES, _SQUARE_LINES, _LINES_PER_ROW = 20, 30, 3


def terminal_chart(chart: Chart, width: int, height: int, *, colour: bool = True) -> str:
    """Return a chart as text: `height` lines, none of them longer than `width`.

    Every role has its own sign, so that it can be read without colours too. Nothing is left behind
    in plotext, which others may use at the same time.

    Args:
        chart: What is shown.
        width: Columns, at least 30.
        height: Lines; a chart that is too low for what is written around it takes a few more.
        colour: Whether the terminal has colours.
    """
    head = [painted_bold(line) for line in textwrap.wrap(chart.title, width)]
    if chart.missing:
        said = [line.center(width).rstrip() for line in textwrap.wrap(chart.missing, width - 4)]
        return _joined([*head, "", *said], height, colour)
    head += textwrap.wrap(chart.y_label, width)
    foot = [*_key_lines(chart, width)]
    foot += textwrap.wrap("   ".join(chart.notes), width)
    rows = max(height - len(head) - len(foot) - 1, _LEAST_ROWS + 2)
    grid = grid_of(chart, width, rows)
    drawn = _drawn(chart, grid)
    along = chart.x_label.center(grid.columns) if len(chart.x_label) < grid.columns else ""
    below = (" " * grid.margin + along).rstrip() or chart.x_label[:width]
    return _joined([*head, *drawn, below, *foot], height, colour)


def lines_of(chart: Chart) -> int:
    """Return the lines that a chart needs to be read."""
    if chart.missing:
        return 3
    if chart.y_ticks:
        return 10 + _LINES_PER_ROW * len(chart.y_ticks)
    return _SQUARE_LINES if chart.equal else _LINES


def painted_bold(text: str) -> str:
    """Return a text in bold, as a terminal takes it."""
    return f"\x1b[1m{text}\x1b[0m"


def _joined(lines: list[str], height: int, colour: bool) -> str:
    text = "\n".join([*lines, *[""] * (height - len(lines))])
    return text if colour else _COLOUR.sub("", text)


def _drawn(chart: Chart, grid: Grid) -> list[str]:
    import plotext  # noqa: PLC0415 - for charts in the terminal only

    # A figure of our own, and a cell of it: plotext's one figure belongs to everybody, and only a
    # whole figure is cut to the size of the terminal.
    plot = type(plotext.active())().subplots(1, 1).subplot(1, 1)
    plot.plot_size(grid.width, grid.height)
    plot.theme("clear")
    plot.xaxes(lower=True, upper=False)
    plot.yaxes(left=True, right=False)
    plot.xlim(*grid.x_range)
    plot.ylim(*grid.y_range)
    plot.xticks(*zip(*grid.x_ticks, strict=True) if grid.x_ticks else ([], []))
    plot.yticks(*zip(*grid.y_ticks, strict=True) if grid.y_ticks else ([], []))
    for mark in chart.marks:
        draw(plot, mark, grid)
    for mark in chart.marks:
        write_over(plot, mark, grid)
    return str(plot.build()).rstrip("\n").split("\n")


def _key_lines(chart: Chart, width: int) -> Iterator[str]:
    """Yield the legend, as many entries in a line as fit."""
    line, used = "", 0
    for mark in legend([chart]):
        sign, label = _sign(mark), textwrap.shorten(mark.label, width - 4, placeholder="…")
        long = len(sign) + 1 + len(label)
        if used and used + 3 + long > width:
            yield line
            line, used = "", 0
        gap = "   " if used else ""
        line += f"{gap}{painted(sign, SIGNS[mark.role].colour)} {label}"
        used += len(gap) + long
    if line:
        yield line


def _sign(mark: Mark) -> str:
    signs = SIGNS[mark.role]
    match mark:
        case Points():
            return signs.point
        case Bars():
            return signs.bar
        case _:
            return 2 * signs.lying
