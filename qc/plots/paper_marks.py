"""The marks of a chart on paper, and their keys in the legend."""

from typing import TYPE_CHECKING

from qc.plots.chart import Band, Bars, Level, Line, Mark, Points, Spans
from qc.plots.paper_style import LOOKS

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

_BAR_WIDTH = 0.75
_GROUND = {"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 0.3}
"""Behind a name, so that no line runs through it."""


def draw(axes: "Axes", mark: Mark, layer: float) -> None:
    """Draw a mark; what has the higher layer lies above."""
    look = LOOKS[mark.role]
    match mark:
        case Points():
            axes.plot(mark.x, mark.y, look.sign, color=look.colour, markersize=look.size,
                      alpha=0.8, markeredgewidth=0, zorder=layer)  # fmt: skip
            _name(axes, mark)
        case Line():
            axes.plot(mark.x, mark.y, look.line, color=look.colour, linewidth=look.width,
                      zorder=layer)  # fmt: skip
        case Level():
            straight = axes.axvline if mark.vertical else axes.axhline
            straight(mark.value, color=look.colour, linestyle=look.line, linewidth=look.width,
                     zorder=layer)  # fmt: skip
            _write_value(axes, mark)
        case Band():
            axes.axhspan(mark.low, mark.high, color=look.colour, alpha=0.15, linewidth=0,
                         zorder=layer)  # fmt: skip
        case Bars():
            axes.bar(mark.x, mark.y, color=look.colour, width=_BAR_WIDTH, zorder=layer)
        case Spans():
            _draw_spans(axes, mark, layer)


def key(mark: Mark) -> "Artist":
    """Return a mark's picture for the legend."""
    from matplotlib.lines import Line2D  # noqa: PLC0415 - loads for a second, for reports only
    from matplotlib.patches import Patch  # noqa: PLC0415 - as above

    look = LOOKS[mark.role]
    match mark:
        case Bars() | Band():
            return Patch(color=look.colour, label=mark.label)
        case Points():
            return Line2D([], [], color=look.colour, marker=look.sign, markersize=look.size,
                          markeredgewidth=0, linestyle="none", label=mark.label)  # fmt: skip
        case _:
            return Line2D([], [], color=look.colour, linestyle=look.line, linewidth=look.width,
                          label=mark.label)  # fmt: skip


def _draw_spans(axes: "Axes", mark: Spans, layer: float) -> None:
    look = LOOKS[mark.role]
    middles = [sum(ends) / 2 for ends in mark.ends]
    halves = [(high - low) / 2 for low, high in mark.ends]
    x, y = (middles, mark.at) if mark.lying else (mark.at, middles)
    axes.errorbar(x, y, xerr=halves if mark.lying else None, yerr=None if mark.lying else halves,
                  fmt="none", ecolor=look.colour, elinewidth=1.0, capsize=2.2,
                  zorder=layer)  # fmt: skip


def _name(axes: "Axes", mark: Points) -> None:
    for x, y, name in zip(mark.x, mark.y, mark.names, strict=False):
        axes.annotate(name, (x, y), (3, 2.5), textcoords="offset points", fontsize=6.2,
                      parse_math=False, bbox=_GROUND)  # fmt: skip


def _write_value(axes: "Axes", mark: Level) -> None:
    if mark.text:
        axes.annotate(mark.text, (1.015, mark.value), xycoords=("axes fraction", "data"),
                      fontsize=6.5, ha="left", va="center")  # fmt: skip
