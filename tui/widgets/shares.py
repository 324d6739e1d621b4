"""Shares with their 95 % intervals, drawn on one axis from 0 to 100 %."""

from collections.abc import Mapping

from textual.content import Content

from inference.counting import Share, whole_percent
from tui.widgets.words import GRADE_NAMES, written_percent

_TEXT_WIDTH = 38
_AXIS_OVERHANG = 3  # of the label "100 %" past its column
_LEAST_AXIS = 21


def shares_chart(shares: Mapping[str, Share], width: int) -> Content:
    """Draw a line for every share: name, cells, percent, interval, and a bar with whiskers.

    Args:
        shares: By "a", "b", "c", "d" and "progressive".
        width: Columns that there are.
    """
    axis = max(width - _TEXT_WIDTH - _AXIS_OVERHANG, _LEAST_AXIS)
    head = f"{'':14}{'cells':>6}{'share':>7}{'95 % CI':>9}"
    lines = [Content.styled(head, "$foreground-muted")]
    named = ((name, shares[key]) for key, name in GRADE_NAMES.items() if key in shares)
    lines.extend(_line(name, share, axis) for name, share in named)
    lines.append(Content.styled(" " * _TEXT_WIDTH + axis_text(axis), "$foreground-muted"))
    return Content("\n").join(lines)


def _line(name: str, share: Share, axis: int) -> Content:
    figures = f"{name:<14}{share.count:>6}{written_percent(share.percent):>7}"
    if share.percent is None:
        return Content(figures)
    low, high = (whole_percent(end) for end in share.ci95)
    interval = f"{low}–{high}"
    return Content(f"{figures}{interval:>9}  ") + interval_bar(share.percent, share.ci95, axis)


def interval_bar(percent: float, ci95: tuple[float, float], axis: int) -> Content:
    """Draw a bar to the lower limit, and ├─●─┤ over the interval, each to the nearest column."""
    low, middle, high = (_column(value, axis) for value in (ci95[0], percent, ci95[1]))
    cells = ["━"] * low + ["─"] * (high - low + 1)
    cells[low], cells[high] = "├", "┤"
    cells[middle] = "●"
    text = "".join(cells)
    return Content.assemble((text[:low], "$accent"), (text[low:], "bold"))


def axis_text(axis: int) -> str:
    """Write 0, 25, 50, 75 and 100 % under their columns."""
    cells = [" "] * (axis + _AXIS_OVERHANG)
    for value in (0, 25, 50, 75, 100):
        label = f"{value}" if value < 100 else "100 %"
        start = max(_column(value, axis) - (len(str(value)) - 1) // 2, 0)
        cells[start : start + len(label)] = label
    return "".join(cells).rstrip()[: axis + _AXIS_OVERHANG]


def _column(percent: float, axis: int) -> int:
    return round(min(max(percent, 0.0), 100.0) / 100 * (axis - 1))
