"""The report as one page of HTML that needs no other file."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from qc.eqa.plots.sheets import common_sheets, reader_sheets
from qc.eqa.report.content import USE, facts, hash_table, methods
from qc.eqa.report.new_file import new_file
from qc.eqa.scored import ScoredSet
from qc.eqa.scoring.tables import TextTable, score_tables, video_table
from qc.eqa.scoring.wording import videos
from qc.plots.chart import Sheet
from qc.plots.paper import sheet_figure
from qc.plots.paper_style import styled


@dataclass(frozen=True, slots=True)
class Picture:
    """A plot of a page."""

    title: str
    uri: str
    note: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """What a page shows of one reader."""

    reader: str
    videos: str
    pictures: tuple[Picture, ...]
    tables: tuple[TextTable, ...]


def write_page(scored: ScoredSet, path: Path) -> None:
    """Write the report of a set as HTML, whole or not at all.

    Raises:
        FileExistsError: If there is a file of that name; it stays as it is.
        OSError: If the file cannot be written.
    """
    with new_file(path) as part:
        part.write_text(report_page(scored), encoding="utf-8")


def report_page(scored: ScoredSet) -> str:
    """Return the report of a set as HTML."""
    environment = Environment(
        loader=PackageLoader("qc.eqa.report", "."), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    with styled():
        return environment.get_template("template.html").render(
            name=scored.assigned.name,
            use=USE,
            pictures=list(map(_picture, common_sheets([one.scores for one in scored.readers]))),
            chapters=list(_chapters(scored)),
            methods=methods(scored),
            facts=facts(scored),
            faults=scored.faults,
            hashes=hash_table(scored),
        )


def _chapters(scored: ScoredSet) -> Iterator[Chapter]:
    for one in scored.readers:
        tables = (*score_tables(one.scores, scored.rules), video_table(one.scores))
        pictures = tuple(map(_picture, reader_sheets(one.scores)))
        yield Chapter(one.reader.name, videos(len(one.scores.videos)), pictures, tables)


def _picture(sheet: Sheet) -> Picture:
    file = BytesIO()
    sheet_figure(sheet).savefig(file, format="svg", metadata={"Date": None})
    coded = b64encode(file.getvalue()).decode()
    return Picture(sheet.title, f"data:image/svg+xml;base64,{coded}", sheet.note)
