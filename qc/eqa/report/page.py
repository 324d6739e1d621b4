"""A report as one page of HTML that needs no other file."""

from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from qc.eqa.report.report import Chapter, Part, Report
from qc.eqa.report.wording import USE
from qc.eqa.scoring.tables import TextTable
from qc.new_file import new_file
from qc.plots.chart import Sheet
from qc.plots.paper import sheet_figure
from qc.plots.paper_style import styled


@dataclass(frozen=True, slots=True)
class Picture:
    """A plot of a page.

    Attributes:
        title: Over it.
        uri: The plot itself, as SVG.
        note: Below it.
    """

    title: str
    uri: str
    note: str


def write_page(report: Report, path: Path) -> None:
    """Write a report as HTML, whole or not at all.

    Raises:
        FileExistsError: If there is a file of that name; it stays as it is.
        OSError: If the file cannot be written.
    """
    with new_file(path) as part:
        part.write_text(report_page(report), encoding="utf-8")


def report_page(report: Report) -> str:
    """Return a report as HTML."""
    environment = Environment(
        loader=PackageLoader("qc.eqa.report", "."), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    with styled():
        return environment.get_template("template.html").render(
            report=report,
            use=USE,
            common=[_picture(sheet) for sheet in report.common],
            chapters=[(chapter.title, _parts(chapter)) for chapter in report.chapters],
        )


def _parts(chapter: Chapter) -> list[tuple[Picture | None, TextTable | None]]:
    """Return each part as a picture or as a table."""
    return [_part(part) for part in chapter.parts]


def _part(part: Part) -> tuple[Picture | None, TextTable | None]:
    return (None, part) if isinstance(part, TextTable) else (_picture(part), None)


def _picture(sheet: Sheet) -> Picture:
    file = BytesIO()
    sheet_figure(sheet).savefig(file, format="svg", metadata={"Date": None})
    coded = b64encode(file.getvalue()).decode()
    return Picture(sheet.title, f"data:image/svg+xml;base64,{coded}", sheet.note)
