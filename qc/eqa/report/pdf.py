"""The report as a PDF: plots and tables on pages of A4."""

from pathlib import Path

from qc.eqa.plots.sheets import bland_altman_sheet, common_sheets, scatter_sheet, score_sheet
from qc.eqa.report.content import USE, facts, hash_table, methods
from qc.eqa.report.new_file import new_file
from qc.eqa.report.pages import Pages
from qc.eqa.scored import ScoredReader, ScoredSet
from qc.eqa.scoring.tables import (
    TextTable,
    agreement_table,
    correlation_table,
    error_table,
    limit_table,
    line_table,
    verdict_table,
    video_table,
)
from qc.eqa.scoring.wording import videos
from qc.plots.paper_style import styled

_MANY_ROWS = 5.8
"""Type of a table of every video, in points: 65 of them are one page."""


def write_pdf(scored: ScoredSet, path: Path) -> None:
    """Write the report of a set as a PDF, whole or not at all.

    Raises:
        FileExistsError: If there is a file of that name; it stays as it is.
        OSError: If the file cannot be written.
    """
    from matplotlib.backends.backend_pdf import PdfPages  # noqa: PLC0415 - loads for a second

    title = f"External quality assessment: {scored.assigned.name}"
    said = {"Title": title, "CreationDate": None}
    with styled(), new_file(path) as part, PdfPages(part, metadata=said) as file:
        for page in _pages(scored, title).finished():
            file.savefig(page)


def _pages(scored: ScoredSet, title: str) -> Pages:
    pages = Pages(title)
    pages.turn()
    pages.heading(title, 15.0)
    pages.paragraph(USE)
    pages.table(TextTable("Data, versions, hashes", ("", ""), facts(scored)), left=True)
    faults = scored.faults or ("Every reader has read every video of the set.",)
    pages.heading("What did not match", 9.0)
    for fault in faults:
        pages.paragraph(fault)
    for sheet in common_sheets([one.scores for one in scored.readers]):
        pages.sheet(sheet)
    for one in scored.readers:
        _reader_pages(pages, one, scored)
    pages.turn()
    pages.heading("Methods")
    for text in methods(scored):
        pages.paragraph(text)
    hashes = hash_table(scored)
    if hashes is not None:
        pages.table(hashes, left=True)
    return pages


def _reader_pages(pages: Pages, one: ScoredReader, scored: ScoredSet) -> None:
    """Put each table below the plot that it belongs to."""
    scores = one.scores
    pages.turn()
    pages.heading(f"{one.reader.name}: {videos(len(scores.videos))}")
    pages.table(error_table(scores))
    for sheet, tables in (
        (bland_altman_sheet(scores), (agreement_table(scores),)),
        (scatter_sheet(scores), (correlation_table(scores), line_table(scores))),
        (score_sheet(scores), (verdict_table(scores, scored.rules),)),
    ):
        if sheet.shows_something:
            pages.sheet(sheet)
        for table in tables:
            pages.table(table)
    pages.table(limit_table(scores))
    pages.table(video_table(scores), most=_MANY_ROWS)
