"""A table of text as it stands on paper: measured first, so that nothing is cut off."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qc.eqa.report.letters import POINTS_PER_INCH, width_in, wrapped
from qc.eqa.scoring.tables import TextTable
from qc.plots.paper_style import INK, PALE, SOFT, WIDTH_IN

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIZE, _LEAST_SIZE = 6.8, 4.4
_GAP_IN, _WIDEST_GAP_IN = 0.08, 0.4
_WIDEST_CELL_IN = 4.4
_LEADING = 1.32
Lines = tuple[str, ...]
"""The lines of a cell."""


@dataclass(frozen=True, slots=True)
class PrintTable:
    """A table that was measured.

    Attributes:
        head: Lines of each column's name.
        rows: Lines of each cell.
        widths_in: Of the columns.
        gap_in: Between two of them.
        size: Of the type, in points.
        left: Whether all columns begin at their left; else all but the first end at their right.
    """

    head: tuple[Lines, ...]
    rows: tuple[tuple[Lines, ...], ...]
    widths_in: tuple[float, ...]
    gap_in: float
    size: float
    left: bool

    @property
    def line_in(self) -> float:
        """Height of a line of type."""
        return self.size * _LEADING / POINTS_PER_INCH

    @property
    def head_in(self) -> float:
        """Height of the columns' names, of next to nothing where they have none."""
        if not any(map(any, self.head)):
            return 0.03
        return max(map(len, self.head)) * self.line_in + 0.05

    def row_in(self, row: tuple[Lines, ...]) -> float:
        """Return the height of a row."""
        return max(map(len, row)) * self.line_in + 0.02

    def fitting(self, first: int, room_in: float) -> int:
        """Return how many rows, from the first on, fit below the columns' names."""
        used, count = self.head_in, 0
        for row in self.rows[first:]:
            used += self.row_in(row)
            if used > room_in:
                break
            count += 1
        return count


def print_table(table: TextTable, *, left: bool = False, most: float = SIZE) -> PrintTable:
    """Return a table measured for a page: in the largest type in which it is not too wide.

    Args:
        table: What is printed.
        left: Whether all columns begin at their left.
        most: The largest type, in points.
    """
    rows = tuple(
        tuple(tuple(wrapped(cell, _WIDEST_CELL_IN, SIZE)) for cell in row) for row in table.rows
    )
    columns = range(len(table.head))
    bodies = [max((_wide(row[column]) for row in rows), default=0.0) for column in columns]
    head: tuple[Lines, ...] = tuple((name,) for name in table.head)
    scale = most / SIZE
    if _needed(_widths(head, bodies)) > WIDTH_IN / scale:
        head = tuple(_head(name, body) for name, body in zip(table.head, bodies, strict=True))
    widths = _widths(head, bodies)
    scale = min(scale, max(WIDTH_IN / _needed(widths), _LEAST_SIZE / SIZE))
    widths = [scale * width for width in widths]
    spare = (WIDTH_IN - sum(widths)) / max(len(widths) - 1, 1)
    return PrintTable(head, rows, tuple(widths), min(spare, _WIDEST_GAP_IN), scale * SIZE, left)


def draw_table(
    page: "Figure", table: PrintTable, rows: Sequence[tuple[Lines, ...]], left_in: float,
    top_in: float,
) -> float:  # fmt: skip
    """Draw some rows of a table under its columns' names, and return their height.

    Args:
        page: What is drawn on.
        table: As `print_table` returns it.
        rows: Rows of it.
        left_in: Where it begins.
        top_in: Its upper edge, from the page's upper edge.
    """
    pen = _Pen(page, table, left_in)
    pen.write(table.head, top_in, bold=True)
    below_in = top_in + table.head_in
    pen.rule(below_in - 0.02, INK)
    for row in rows:
        pen.write(row, below_in, bold=False)
        below_in += table.row_in(row)
        pen.rule(below_in - 0.01, PALE)
    return below_in - top_in


def _head(name: str, body_in: float) -> Lines:
    widest_word = max((_wide((word,), bold=True) for word in name.split()), default=0.0)
    return tuple(wrapped(name, max(body_in, widest_word) + 1e-6, SIZE, bold=True))


def _widths(head: Sequence[Lines], bodies: Sequence[float]) -> list[float]:
    return [max(body, _wide(name, bold=True)) for body, name in zip(bodies, head, strict=True)]


def _needed(widths: Sequence[float]) -> float:
    return sum(widths) + _GAP_IN * (len(widths) - 1)


def _wide(lines: Lines, *, bold: bool = False) -> float:
    return max(width_in(line, SIZE, bold=bold) for line in lines)


@dataclass(frozen=True, slots=True)
class _Pen:
    page: "Figure"
    table: PrintTable
    left_in: float

    def write(self, cells: Sequence[Lines], top_in: float, *, bold: bool) -> None:
        left_in = self.left_in
        for column, (lines, wide_in) in enumerate(zip(cells, self.table.widths_in, strict=True)):
            right = column > 0 and not self.table.left
            # Names of columns stand on their rule, cells hang from theirs.
            above = max(map(len, cells)) - len(lines) if bold else 0
            for row, line in enumerate(lines, start=above):
                self._line(line, left_in + wide_in if right else left_in,
                           top_in + row * self.table.line_in, right, bold)  # fmt: skip
            left_in += wide_in + self.table.gap_in

    def _line(self, text: str, at_in: float, top_in: float, right: bool, bold: bool) -> None:
        wide, high = self.page.get_size_inches()
        # By their baselines: a line with a bracket is higher than one without.
        height = 1 - (top_in + self.table.size / POINTS_PER_INCH) / high
        self.page.text(
            at_in / wide, height, text, ha="right" if right else "left", va="baseline",
            fontsize=self.table.size, color=SOFT if bold else INK,
            weight="bold" if bold else "normal", parse_math=False,
        )  # fmt: skip

    def rule(self, top_in: float, colour: str) -> None:
        from matplotlib.lines import Line2D  # noqa: PLC0415 - loads for a second, for reports only

        wide, high = self.page.get_size_inches()
        across = sum(self.table.widths_in) + self.table.gap_in * (len(self.table.widths_in) - 1)
        self.page.add_artist(
            Line2D([self.left_in / wide, (self.left_in + across) / wide], [1 - top_in / high] * 2,
                   color=colour, linewidth=0.4)
        )  # fmt: skip
