"""The charts of a report, put together as they stand on paper."""

from collections.abc import Iterator, Sequence

from qc.eqa.plots.agreement import bland_altman_chart, scatter_chart
from qc.eqa.plots.scores import error_chart, score_chart
from qc.eqa.plots.youden import VideoPair, most_alike, youden_chart
from qc.eqa.scoring.published import VISEM_QC
from qc.eqa.scoring.values import ReaderScores
from qc.eqa.scoring.wording import NAMES
from qc.plots.chart import Sheet

_FEW = 20
"""Videos whose bars find room in a third of a page."""


def common_sheets(readers: Sequence[ReaderScores]) -> tuple[Sheet, ...]:
    """Return what is shown of all readers together: errors, and Youden's pairs from four on."""
    return tuple(sheet for sheet in _common(readers) if sheet.shows_something)


def _common(readers: Sequence[ReaderScores]) -> Iterator[Sheet]:
    three = [(one.reader, one.three) for one in readers]
    four = [(one.reader, one.four) for one in readers]
    paper = VISEM_QC
    charts = (
        error_chart("three categories", three, paper.mae_three, paper.zero_rule_three),
        error_chart("four categories", four, paper.mae_four, paper.zero_rule_four),
    )
    yield Sheet("Mean absolute errors", charts, 2, 1.15 + 0.34 * len(readers))
    pair = most_alike(readers)
    if pair is not None:
        charts_of_pair = tuple(youden_chart(pair, parameter) for parameter in NAMES)
        yield Sheet("Youden pairs", charts_of_pair, 3, 5.6, _pair_words(pair))


def _pair_words(pair: VideoPair) -> str:
    names = ", ".join(f"{place} {name}" for place, name in enumerate(pair.readings, start=1))
    return (
        f"Videos {pair.first} and {pair.second}: of all pairs that at least four readers have "
        f"read, their assigned values are most alike ({pair.apart:.1f} points apart in total "
        f"variation over the four grades). Readers: {names}."
    )


def reader_sheets(scores: ReaderScores) -> tuple[Sheet, ...]:
    """Return what is shown of one reader; what its videos are too few for is left out."""
    each = (bland_altman_sheet(scores), scatter_sheet(scores), score_sheet(scores))
    return tuple(sheet for sheet in each if sheet.shows_something)


def bland_altman_sheet(scores: ReaderScores) -> Sheet:
    """Return the differences of a reader in every parameter."""
    charts = tuple(bland_altman_chart(scores.of(parameter)) for parameter in NAMES)
    return Sheet("Bland-Altman", charts, 3, 4.7)


def scatter_sheet(scores: ReaderScores) -> Sheet:
    """Return the readings of a reader against the assigned values in every parameter."""
    charts = tuple(scatter_chart(scores.of(parameter)) for parameter in NAMES)
    return Sheet("Readings and assigned values", charts, 3, 5.6)


def score_sheet(scores: ReaderScores) -> Sheet:
    """Return the scores of a reader for every video in every parameter."""
    charts = tuple(score_chart(scores.of(parameter), scores.videos) for parameter in NAMES)
    title, few = "Scores for proficiency by video", len(scores.videos) <= _FEW
    return Sheet(title, charts, 3, 3.6) if few else Sheet(title, charts, 1, 7.6)
