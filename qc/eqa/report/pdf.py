"""The report as a PDF: pages of A4, and plots that fit between the margins of one."""

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from qc.eqa.report.agreement_plots import bland_altman_figure, scatter_figure
from qc.eqa.report.content import facts, hash_table, methods
from qc.eqa.report.drawing import PALE, styled
from qc.eqa.report.score_plots import error_figure, score_figure
from qc.eqa.scored import ScoredReader, ScoredSet
from qc.eqa.scoring.tables import TextTable, score_tables, video_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

T = TypeVar("T")
A4_IN = (8.27, 11.69)
WIDE_IN = (11.69, 8.27)
_LETTERS, _LINES, _ROWS = 112, 62, 34


def write_pdf(scored: ScoredSet, path: Path) -> None:
    """Write the report of a set as a PDF.

    Raises:
        OSError: If the file cannot be written.
    """
    from matplotlib.backends.backend_pdf import PdfPages  # noqa: PLC0415 - loads for a second

    title = f"External quality assessment: {scored.assigned.name}"
    with styled(), PdfPages(path, metadata={"Title": title, "CreationDate": None}) as pages:
        for page in _pages(scored, title):
            pages.savefig(page)


def _pages(scored: ScoredSet, title: str) -> Iterator["Figure"]:
    about = ["For research use. motiscope is not a cleared medical device.", ""]
    about += [f"{name}: {text}" for name, text in facts(scored)]
    about += ["", "What did not match", *(scored.faults or ("Nothing.",))]
    yield from _text_pages(title, about)
    errors = error_figure([one.scores for one in scored.readers])
    yield _placed(errors, "All readers: mean absolute errors")
    for one in scored.readers:
        yield from _reader_pages(one, scored)
    yield from _text_pages("Methods", [line for text in methods(scored) for line in (text, "")])
    hashes = hash_table(scored)
    if hashes is not None:
        yield from _table_pages([hashes], "Hashes of the videos")


def _reader_pages(one: ScoredReader, scored: ScoredSet) -> Iterator["Figure"]:
    name = one.reader.name
    yield _placed(bland_altman_figure(one.scores), f"{name}: Bland-Altman")
    yield _placed(scatter_figure(one.scores), f"{name}: readings and assigned values")
    yield _placed(score_figure(one.scores), f"{name}: scores for proficiency by video")
    yield from _table_pages(score_tables(one.scores, scored.rules), name)
    yield from _table_pages([video_table(one.scores)], name)


def _placed(figure: "Figure", title: str) -> "Figure":
    """Return a plot with its title; the page is the plot, as wide as A4 leaves between margins."""
    figure.suptitle(title, fontsize=10, weight="bold", x=0.01, ha="left")
    return figure


def _page(size_in: tuple[float, float], title: str) -> "Figure":
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    figure = Figure(figsize=size_in)
    figure.text(0.06, 1 - 0.6 / size_in[1], title, fontsize=11, weight="bold")
    return figure


def _text_pages(title: str, paragraphs: Sequence[str]) -> Iterator["Figure"]:
    lines = [line for text in paragraphs for line in textwrap.wrap(text, _LETTERS) or [""]]
    for part in _parts(lines, _LINES):
        figure = _page(A4_IN, title)
        figure.text(0.06, 1 - 0.9 / A4_IN[1], "\n".join(part), fontsize=8, va="top",
                    linespacing=1.4, parse_math=False)  # fmt: skip
        yield figure


def _table_pages(tables: Sequence[TextTable], title: str) -> Iterator["Figure"]:
    for table in tables:
        for rows in _parts(table.rows, _ROWS):
            yield _table_page(table, rows, title)


def _table_page(table: TextTable, rows: Sequence[tuple[str, ...]], title: str) -> "Figure":
    figure = _page(WIDE_IN, f"{title}: {table.title}")
    axes = figure.add_axes((0.05, 0.12, 0.9, 0.78))
    axes.axis("off")
    drawn = axes.table([list(row) for row in rows], colLabels=list(table.head), loc="upper center",
                       cellLoc="right", edges="horizontal")  # fmt: skip
    drawn.auto_set_font_size(False)
    drawn.set_fontsize(7)
    drawn.auto_set_column_width(list(range(len(table.head))))
    for cell in drawn.get_celld().values():
        cell.set_edgecolor(PALE)
        cell.set_linewidth(0.5)
    note = "\n".join(textwrap.wrap(table.note, 170))
    figure.text(0.05, 0.05, note, fontsize=7.5, va="bottom", parse_math=False)
    return figure


def _parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for begin in range(0, len(items), size):
        yield items[begin : begin + size]
