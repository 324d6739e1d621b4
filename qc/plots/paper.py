"""Charts on paper, with matplotlib."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import ceil
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from qc.plots.chart import Band, Bars, Chart, Mark, Sheet, legend
from qc.plots.paper_marks import draw, key
from qc.plots.paper_style import SOFT, WIDTH_IN

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LEGEND_ROW_IN, _KEY_IN = 0.16, 0.45
_LETTER_IN, _TURNED_IN = 0.058, 0.085
"""A letter along its line, and a line of letters that is turned across the axis."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sheet stands on a page, in inches from its left and its lower edge."""

    left_in: float
    bottom_in: float
    width_in: float
    height_in: float


def sheet_figure(sheet: Sheet) -> "Figure":
    """Return a sheet as a figure of its own, as wide as an A4 page's text; draw it `styled`."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - loads for a second, for reports only

    figure = Figure(figsize=(WIDTH_IN, sheet.height_in))
    draw_sheet(figure, sheet, Place(0.0, 0.0, WIDTH_IN, sheet.height_in))
    return figure


def draw_sheet(figure: "Figure", sheet: Sheet, place: Place) -> None:
    """Draw the charts of a sheet and their legend; a figure takes one."""
    marks = legend(sheet.charts)
    columns, rows = _legend_size(marks, place.width_in)
    below_in = _LEGEND_ROW_IN * rows + 0.05
    wide, high = figure.get_size_inches()
    left, bottom, width = place.left_in / wide, place.bottom_in / high, place.width_in / wide
    height = (place.height_in - below_in) / high
    figure.set_layout_engine("constrained", rect=(left, bottom + below_in / high, width, height))
    _draw_charts(figure, sheet, place)
    if marks:
        figure.legend(
            handles=[key(mark) for mark in marks], loc="lower center", ncols=columns,
            bbox_to_anchor=(left, bottom, width, 0.1), borderaxespad=0.0, borderpad=0.0,
            labelspacing=0.35,
        )  # fmt: skip


def _legend_size(marks: Sequence[Mark], width_in: float) -> tuple[int, int]:
    """Return the most columns with which a legend is not wider than the page, and its rows."""
    lengths = [len(mark.label) for mark in marks]
    for columns in range(len(marks), 1, -1):
        # matplotlib fills them so, one after the other.
        parts = np.array_split(lengths, columns)
        if sum(_LETTER_IN * part.max() + _KEY_IN for part in parts) <= width_in:
            return columns, ceil(len(marks) / columns)
    return 1, len(marks)


def _draw_charts(figure: "Figure", sheet: Sheet, place: Place) -> None:
    rows = ceil(len(sheet.charts) / sheet.columns)
    panels = figure.subplots(rows, sheet.columns, squeeze=False)
    width_in = place.width_in / sheet.columns - 0.55
    for number, (axes, chart) in enumerate(zip_longest(panels.ravel(), sheet.charts)):
        if chart is None:
            axes.axis("off")
            continue
        below = number + sheet.columns < len(sheet.charts)
        _draw_chart(axes, chart, width_in)
        _share(axes, chart, sheet, number, below)


def _draw_chart(axes: "Axes", chart: Chart, width_in: float) -> None:
    axes.set_title(chart.title, pad=13 if chart.notes else 3, parse_math=False)
    if chart.missing:
        axes.axis("off")
        axes.text(0.5, 0.5, fill(chart.missing, 30), ha="center", va="center", color=SOFT)
        return
    # Inside the chart the notes would lie on lines and points.
    axes.text(0, 1.02, "   ".join(chart.notes), transform=axes.transAxes, fontsize=6.5,
              va="bottom", color=SOFT, parse_math=False)  # fmt: skip
    axes.set(xlim=chart.x_range, ylim=chart.y_range, xlabel=chart.x_label, ylabel=chart.y_label)
    if chart.equal:
        axes.set_aspect("equal")
    for layer, mark in enumerate(chart.marks):
        draw(axes, mark, 1.0 + layer if not isinstance(mark, Band | Bars) else 0.5)
    _write_ticks(axes, chart, width_in)


def _write_ticks(axes: "Axes", chart: Chart, width_in: float) -> None:
    """Write names along the axis, across it where they are too long, and not more than fit."""
    if chart.y_ticks:
        axes.set_yticks([at for at, _ in chart.y_ticks], [name for _, name in chart.y_ticks],
                        parse_math=False)  # fmt: skip
    if not chart.x_ticks:
        return
    count = len(chart.x_ticks)
    widest = max(len(name) for _, name in chart.x_ticks) + 2
    lying = count * widest * _LETTER_IN <= width_in
    every = 1 if lying else ceil(count * _TURNED_IN / width_in)
    ticks = chart.x_ticks[::every]
    axes.set_xticks([at for at, _ in ticks], [name for _, name in ticks], parse_math=False,
                    rotation=0 if lying else 90, fontsize=7 if lying else 5.8)  # fmt: skip


def _share(axes: "Axes", chart: Chart, sheet: Sheet, number: int, below: bool) -> None:
    """Leave out what the chart to the left or below says too."""
    charts = sheet.charts
    if below and all(one.x_label == chart.x_label for one in charts):
        axes.set_xlabel("")
        if chart.x_ticks and all(one.x_ticks == chart.x_ticks for one in charts):
            axes.set_xticklabels([])
    if number % sheet.columns:
        if all(one.y_label == chart.y_label for one in charts):
            axes.set_ylabel("")
        if chart.y_ticks and chart.y_ticks == charts[number - 1].y_ticks:
            axes.set_yticklabels([])
