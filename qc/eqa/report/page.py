"""The report as one page of HTML that needs no other file."""

from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from qc.eqa.report.agreement_plots import bland_altman_figure, scatter_figure
from qc.eqa.report.content import facts, hash_table, methods
from qc.eqa.report.drawing import as_uri, styled
from qc.eqa.report.score_plots import error_figure, score_figure
from qc.eqa.scored import ScoredReader, ScoredSet
from qc.eqa.scoring.tables import TextTable, score_tables, video_table


@dataclass(frozen=True, slots=True)
class Picture:
    """A plot of a page."""

    title: str
    uri: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """What a page shows of one reader."""

    reader: str
    videos: int
    pictures: tuple[Picture, ...]
    tables: tuple[TextTable, ...]


def report_page(scored: ScoredSet) -> str:
    """Return the report of a set as HTML."""
    environment = Environment(
        loader=PackageLoader("qc.eqa.report", "."), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    with styled():
        return environment.get_template("template.html").render(
            name=scored.assigned.name,
            errors=as_uri(error_figure([one.scores for one in scored.readers])),
            chapters=list(_chapters(scored)),
            methods=methods(scored),
            facts=facts(scored),
            faults=scored.faults,
            hashes=hash_table(scored),
        )


def _chapters(scored: ScoredSet) -> Iterator[Chapter]:
    for one in scored.readers:
        tables = (*score_tables(one.scores, scored.rules), video_table(one.scores))
        yield Chapter(one.reader.name, len(one.scores.videos), tuple(_pictures(one)), tables)


def _pictures(one: ScoredReader) -> Iterator[Picture]:
    yield Picture("Bland-Altman", as_uri(bland_altman_figure(one.scores)))
    yield Picture("Readings and assigned values", as_uri(scatter_figure(one.scores)))
    yield Picture("Scores for proficiency by video", as_uri(score_figure(one.scores)))
