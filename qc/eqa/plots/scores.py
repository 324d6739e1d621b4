"""Charts of the scores: those of every video, and the errors of all readers."""

from collections.abc import Iterator, Sequence

from qc.agreement.errors import Errors
from qc.eqa.scores.performance import ACTION, WARNING, ScoreVerdict
from qc.eqa.scoring.values import CategoryErrors, Missing, ParameterScores
from qc.eqa.scoring.wording import NAMES
from qc.plots.axes import along, numbered, shortened
from qc.plots.chart import Bars, Chart, Level, Mark, Points, Role, Spans, nothing

VERDICT_ROLES = {
    ScoreVerdict.ACCEPTABLE: Role.GOOD,
    ScoreVerdict.WARNING: Role.WARNING,
    ScoreVerdict.ACTION: Role.ACTION,
}
_APART = 0.16
"""How far a reader's sign stands from the middle of its row, and ZeroR's on the other side."""


def score_chart(one: ParameterScores, videos: Sequence[int]) -> Chart:
    """Return a bar for each video, with the lines of warning and action.

    Args:
        one: The scores of a parameter.
        videos: The video of each.
    """
    values = [score.value for score in one.scores]
    reach = max(ACTION + 0.5, 1.1 * max(map(abs, values)))
    bars = []
    for name, role in VERDICT_ROLES.items():
        here = [place for place, score in enumerate(one.scores) if score.verdict is name]
        if here:
            heights = tuple(values[place] for place in here)
            bars.append(Bars(tuple(map(float, here)), heights, role, name.value))
    return Chart(
        NAMES[one.parameter],
        "video ID",
        " or ".join(sorted({score.kind.value for score in one.scores})),
        along(len(values)),
        (-reach, reach),
        (*bars, *score_lines()),
        x_ticks=numbered([str(video) for video in videos]),
    )


def score_lines() -> tuple[Mark, ...]:
    """Return no difference, and the limits of warning and action."""
    limits = ((WARNING, Role.WARNING), (ACTION, Role.ACTION))
    each = (Level(side, role) for limit, role in limits for side in (-limit, limit))
    return Level(0.0, Role.NEUTRAL), *each


def error_chart(
    title: str, readers: Sequence[tuple[str, CategoryErrors]], mae: float, zero_rule: float
) -> Chart:
    """Return the MAE of all readers, with ZeroR's on the same videos and the published ones.

    Args:
        title: Over which categories.
        readers: Name and errors of each, the first on top.
        mae: The published network's, in percentage points.
        zero_rule: The published ZeroR's.
    """
    found = [
        (name, one.reader, one.zero_rule)
        for name, one in readers
        if isinstance(one.reader, Errors) and isinstance(one.zero_rule, Errors)
    ]
    if not found:
        return nothing(title, "too few videos for a mean error")
    few = [shortened(name) for name, one in readers if isinstance(one.reader, Missing)]
    rows = [float(len(found) - 1 - row) for row in range(len(found))]
    marks = (
        Level(mae, Role.PUBLISHED, "published network", vertical=True),
        Level(zero_rule, Role.REFERENCE, "published ZeroR", vertical=True),
        *_errors([one for _, one, _ in found], rows, _APART, Role.READER, "reader"),
        *_errors([one for *_, one in found], rows, -_APART, Role.REFERENCE, "ZeroR, same videos"),
    )
    most = max(zero_rule, *(one.mae.ci95[1] for _, *both in found for one in both))
    names = [shortened(name) for name, *_ in found]
    return Chart(
        title, "MAE, percentage points (95 % interval)", "",
        (-0.02 * most, 1.06 * most),
        (-0.5, len(found) - 0.5), marks, y_ticks=tuple(zip(rows, names, strict=True)),
        notes=(f"too few videos: {', '.join(few)}",) if few else (),
    )  # fmt: skip


def _errors(
    found: Sequence[Errors], rows: Sequence[float], up: float, role: Role, label: str
) -> Iterator[Mark]:
    heights = tuple(row + up for row in rows)
    yield Spans(heights, tuple(one.mae.ci95 for one in found), role, lying=True)
    yield Points(tuple(one.mae.value for one in found), heights, role, label)
