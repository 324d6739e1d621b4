"""A4 pages that are filled from the top."""

from typing import TYPE_CHECKING

from qc.eqa.report.letters import POINTS_PER_INCH, wrapped
from qc.eqa.report.print_table import SIZE, draw_table, print_table
from qc.eqa.scoring.tables import TextTable
from qc.plots.axes import shortened
from qc.plots.chart import Sheet
from qc.plots.paper import Place, draw_sheet
from qc.plots.paper_style import INK, SOFT, WIDTH_IN

if TYPE_CHECKING:
    from matplotlib.figure import Figure

A4_IN = (8.27, 11.69)
_LEFT_IN = (A4_IN[0] - WIDTH_IN) / 2
_TOP_IN, _BOTTOM_IN = 0.6, 0.66
_LEADING = 1.35
_TITLE, _TEXT, _NOTE, _FOOTER = 9.0, 7.8, 6.6, 6.6
_BELOW_TITLE_IN = 0.04
_FEWEST_ROWS = 4
"""A table is not begun for fewer rows at the foot of a page."""


class Pages:
    """The pages of a report, each filled from its top until nothing more fits.

    Args:
        name: What stands at the foot of each page.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._pages: list[Figure] = []
        self._used_in = A4_IN[1]
        self._has_sheet = False

    def turn(self) -> None:
        """Begin a new page."""
        from matplotlib.figure import Figure  # noqa: PLC0415 - loads for a second, for reports only

        self._pages.append(Figure(figsize=A4_IN))
        self._used_in = _TOP_IN
        self._has_sheet = False

    def heading(self, text: str, size: float = 12.0) -> None:
        """Write a heading; what follows stands on the same page."""
        self._need(2.0)
        self._write(text, size, bold=True)
        self._used_in += 0.06

    def paragraph(self, text: str) -> None:
        """Write a paragraph."""
        self._write(text, _TEXT)
        self._used_in += 0.06

    def sheet(self, sheet: Sheet) -> None:
        """Draw a sheet of charts, and its note below."""
        note_in = self._height(sheet.note, _NOTE) if sheet.note else 0.0
        if self._has_sheet:
            # matplotlib lays out the charts of a page together.
            self.turn()
        self._need(sheet.height_in + note_in + 0.4)
        self._write(sheet.title, _TITLE, bold=True)
        bottom_in = A4_IN[1] - self._used_in - sheet.height_in
        draw_sheet(self._pages[-1], sheet, Place(_LEFT_IN, bottom_in, WIDTH_IN, sheet.height_in))
        self._has_sheet = True
        self._used_in += sheet.height_in + 0.1
        if sheet.note:
            self._write(sheet.note, _NOTE, colour=SOFT)
        self._used_in += 0.1

    def table(self, table: TextTable, *, left: bool = False, most: float = SIZE) -> None:
        """Print a table, its title and its note; it goes on on the next page where it must.

        Args:
            table: What is printed.
            left: Whether all its columns begin at their left.
            most: The largest type, in points.
        """
        printed = print_table(table, left=left, most=most)
        title_in, note_in = self._height(table.title, _TITLE), self._height(table.note, _NOTE)
        first, title = 0, table.title
        while first < len(printed.rows):
            left_over = len(printed.rows) - first
            fitting = printed.fitting(first, self._room_in - title_in - note_in)
            if fitting < min(left_over, _FEWEST_ROWS) and self._used_in > _TOP_IN:
                self.turn()
                continue
            rows = printed.rows[first : first + max(fitting, 1)]
            self._write(title, _TITLE, bold=True)
            self._used_in += _BELOW_TITLE_IN
            self._used_in += draw_table(self._pages[-1], printed, rows, _LEFT_IN, self._used_in)
            first, title = first + len(rows), f"{table.title} (continued)"
        self._used_in += 0.05
        if table.note:
            self._write(table.note, _NOTE, colour=SOFT)
        self._used_in += 0.16

    def finished(self) -> tuple["Figure", ...]:
        """Return the pages, numbered."""
        count = len(self._pages)
        name = shortened(self._name, 90)
        for number, page in enumerate(self._pages, start=1):
            height = 0.42 / A4_IN[1]
            for text, at_in, side in (
                (name, _LEFT_IN, "left"),
                (f"page {number} of {count}", A4_IN[0] - _LEFT_IN, "right"),
            ):
                page.text(at_in / A4_IN[0], height, text, ha=side, fontsize=_FOOTER, color=SOFT,
                          parse_math=False)  # fmt: skip
        return tuple(self._pages)

    @property
    def _room_in(self) -> float:
        return A4_IN[1] - _BOTTOM_IN - self._used_in

    def _need(self, height_in: float) -> None:
        if self._room_in < height_in:
            self.turn()

    def _height(self, text: str, size: float) -> float:
        return (
            len(wrapped(text, WIDTH_IN, size)) * size * _LEADING / POINTS_PER_INCH
            + 0.06
            + _BELOW_TITLE_IN
        )

    def _write(self, text: str, size: float, *, bold: bool = False, colour: str = INK) -> None:
        """Write lines, each on the page that has room for it."""
        line_in = size * _LEADING / POINTS_PER_INCH
        for line in wrapped(text, WIDTH_IN, size, bold=bold):
            self._need(line_in)
            height = 1 - (self._used_in + size / POINTS_PER_INCH) / A4_IN[1]
            self._pages[-1].text(
                _LEFT_IN / A4_IN[0], height, line, va="baseline", fontsize=size, color=colour,
                weight="bold" if bold else "normal", parse_math=False,
            )  # fmt: skip
            self._used_in += line_in
