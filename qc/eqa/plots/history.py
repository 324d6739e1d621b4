"""The charts of a reader over all rounds that it has read."""

from collections.abc import Sequence

from qc.agreement.errors import Errors
from qc.eqa.plots.over_time import over_time_chart, scores_over_time_chart
from qc.eqa.scoring.values import ReaderScores
from qc.eqa.scoring.wording import NAMES
from qc.plots.chart import Chart, Sheet, nothing

Rounds = Sequence[tuple[str, ReaderScores]]
"""Name and scores of each round, the oldest first."""


def history_sheets(rounds: Rounds) -> tuple[Sheet, ...]:
    """Return errors and scores for proficiency from round to round."""
    errors = (_errors("three categories", rounds), _errors("four categories", rounds))
    scores = tuple(
        scores_over_time_chart(
            NAMES[parameter],
            [name for name, _ in rounds],
            [[score.value for score in scores.of(parameter).scores] for _, scores in rounds],
        )
        for parameter in NAMES
    )
    return (
        Sheet("Mean absolute errors from round to round", errors, 2, 2.6),
        Sheet("Scores for proficiency from round to round", scores, 2, 7.4),
    )


def _errors(title: str, rounds: Rounds) -> Chart:
    found = [
        (name, mine, zero)
        for name, scores in rounds
        for both in [scores.three if title.startswith("three") else scores.four]
        if isinstance(mine := both.reader, Errors) and isinstance(zero := both.zero_rule, Errors)
    ]
    if not found:
        return nothing(title, "no round with two videos or more")
    return over_time_chart(
        title,
        [name for name, _, _ in found],
        [mine.mae.value for _, mine, _ in found],
        intervals=[mine.mae.ci95 for _, mine, _ in found],
        zero_rule=[zero.mae.value for _, _, zero in found],
    )
