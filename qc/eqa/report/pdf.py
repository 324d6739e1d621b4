"""A report as a PDF: plots and tables on pages of A4."""

from pathlib import Path

from qc.eqa.report.pages import Pages
from qc.eqa.report.print_table import SIZE
from qc.eqa.report.report import Part, Report
from qc.eqa.report.wording import USE
from qc.eqa.scoring.tables import TextTable
from qc.new_file import new_file
from qc.plots.paper_style import styled

_MANY = 20
_MANY_ROWS = 5.8
"""Type of a table of many rows, in points: every video of a set of 65 is one page."""


def write_pdf(report: Report, path: Path) -> None:
    """Write a report as a PDF, whole or not at all.

    Raises:
        FileExistsError: If there is a file of that name; it stays as it is.
        OSError: If the file cannot be written.
    """
    from matplotlib.backends.backend_pdf import PdfPages  # noqa: PLC0415 - loads for a second

    said = {"Title": report.title, "CreationDate": None}
    with styled(), new_file(path) as part, PdfPages(part, metadata=said) as file:
        for page in _pages(report).finished():
            file.savefig(page)


def _pages(report: Report) -> Pages:
    pages = Pages(report.title)
    pages.turn()
    pages.heading(report.title, 15.0)
    pages.paragraph(USE)
    pages.table(TextTable("Data, versions, hashes", ("", ""), report.facts), left=True)
    pages.heading(report.remarks_title, 9.0)
    for remark in report.remarks:
        pages.paragraph(remark)
    for sheet in report.common:
        pages.sheet(sheet)
    for chapter in report.chapters:
        pages.turn()
        pages.heading(chapter.title)
        for part in chapter.parts:
            _put(pages, part)
    pages.turn()
    pages.heading("Methods")
    for text in report.methods:
        pages.paragraph(text)
    if report.hashes is not None:
        pages.table(report.hashes, left=True)
    return pages


def _put(pages: Pages, part: Part) -> None:
    if isinstance(part, TextTable):
        pages.table(part, most=_MANY_ROWS if len(part.rows) > _MANY else SIZE)
    else:
        pages.sheet(part)
