"""The report of a reader over time: every closed round that it has read."""

from collections.abc import Iterator, Sequence

from acquisition.sidecar import software
from qc.agreement.errors import Errors
from qc.eqa.plots.history import history_sheets
from qc.eqa.report.of_set import METHODS
from qc.eqa.report.report import Chapter, Report
from qc.eqa.rounds.values import Round
from qc.eqa.scored import ScoredReader
from qc.eqa.scores.performance import ScoreVerdict
from qc.eqa.scoring.tables import TextTable
from qc.eqa.scoring.values import CategoryErrors, ReaderScores
from qc.eqa.scoring.wording import of


def reader_report(
    name: str, rounds: Sequence[tuple[Round, ScoredReader]], faults: Sequence[str]
) -> Report:
    """Return the report of one reader.

    Args:
        name: Of the reader.
        rounds: Closed rounds with the reader's scores, the oldest first, at least one.
        faults: What was changed in them behind the records' back, one line each.
    """
    named = [(one.name, scored.scores) for one, scored in rounds]
    return Report(
        title=f"Rounds of {name}",
        facts=tuple(_facts(rounds)),
        remarks_title="Rounds",
        remarks=(*faults, *(f"{one.name}: closed {_closed(one)}" for one, _ in rounds)),
        common=(),
        chapters=(Chapter(name, (history_table(named), *history_sheets(named))),),
        methods=METHODS,
    )


def history_table(rounds: Sequence[tuple[str, ReaderScores]]) -> TextTable:
    """Return one row for each round: errors beside ZeroR, and how many scores call for action."""
    return TextTable(
        "From round to round",
        ("round", "videos", "MAE, three", "ZeroR", "MAE, four", "ZeroR", "warning", "action"),
        tuple((name, *_row(scores)) for name, scores in rounds),
        "Errors in percentage points (95 % interval). Warnings and actions are counted over all "
        "videos and the four grades, progressive and total motility.",
    )


def _row(scores: ReaderScores) -> Iterator[str]:
    yield str(len(scores.videos))
    for both in (scores.three, scores.four):
        yield _mae(both)
        zero = both.zero_rule
        yield of(zero.mae, 2) if isinstance(zero, Errors) else zero.word
    for verdict in (ScoreVerdict.WARNING, ScoreVerdict.ACTION):
        yield str(sum(one.with_verdict(verdict) for one in scores.parameters))


def _mae(both: CategoryErrors) -> str:
    return of(both.reader.mae, 2) if isinstance(both.reader, Errors) else both.reader.word


def _facts(rounds: Sequence[tuple[Round, ScoredReader]]) -> Iterator[tuple[str, str]]:
    for one, scored in rounds:
        yield one.name, f"{one.source}, SHA-256 {one.table_sha256}"
        yield f"{one.name}, readings", f"{scored.reader.source} {scored.reader.sha256}"
    yield "Scores and report", software()


def _closed(one: Round) -> str:
    if one.closed is None:
        return "not yet"
    return f"on {one.closed.at_utc:%Y-%m-%d} by {one.closed.by}: {one.closed.reason}"
