"""Charts of a reader from round to round."""

from collections.abc import Sequence

from qc.agreement.readings import Interval
from qc.eqa.plots.scores import VERDICT_ROLES, score_lines
from qc.eqa.scores.performance import ACTION, verdict
from qc.plots.axes import along, numbered, padded
from qc.plots.chart import Chart, Line, Mark, Points, Role, Spans


def over_time_chart(
    title: str,
    labels: Sequence[str],
    errors: Sequence[float],
    *,
    intervals: Sequence[Interval] = (),
    zero_rule: Sequence[float] = (),
) -> Chart:
    """Return the mean absolute error of a reader from round to round.

    Args:
        title: Whose, over which categories.
        labels: Name or date of each round, the oldest first; at least one.
        errors: MAE of each, in percentage points.
        intervals: 95 % interval of each; none is drawn where there are none.
        zero_rule: ZeroR's MAE of each round; as above.

    Raises:
        ValueError: If there is not one of everything given for each round.
    """
    places = _places(labels, errors, intervals, zero_rule)
    marks: list[Mark] = []
    if zero_rule:
        marks.append(Line(places, tuple(zero_rule), Role.REFERENCE, "ZeroR, same videos"))
    if intervals:
        marks.append(Spans(places, tuple(intervals), Role.READER))
    marks += [Line(places, tuple(errors), Role.READER),
              Points(places, tuple(errors), Role.READER, "reader")]  # fmt: skip
    most = max(*errors, *zero_rule, *(high for _, high in intervals), 1.0)
    return Chart(
        title, "round", "mean absolute error, points", along(len(labels)), (0.0, 1.06 * most),
        tuple(marks), x_ticks=numbered(labels),
    )  # fmt: skip


def scores_over_time_chart(
    title: str, labels: Sequence[str], scores: Sequence[Sequence[float]]
) -> Chart:
    """Return the scores for proficiency of a reader from round to round, each by its verdict.

    Args:
        title: Whose, of which parameter.
        labels: Name or date of each round, the oldest first; at least one.
        scores: z or z' of the items of each round.

    Raises:
        ValueError: If there are not scores for each round.
    """
    places = _places(labels, scores)
    each = [(place, value) for place, row in zip(places, scores, strict=True) for value in row]
    marks: list[Mark] = []
    for name, role in VERDICT_ROLES.items():
        here = [(place, value) for place, value in each if verdict(value) is name]
        if here:
            x, y = zip(*here, strict=True)
            marks.append(Points(x, y, role, name.value))
    reach = (-ACTION - 0.5, ACTION + 0.5)
    return Chart(
        title, "round", "z or z'", along(len(labels)),
        padded((*reach, *(value for _, value in each)), share=0.03), (*score_lines(), *marks),
        x_ticks=numbered(labels),
    )  # fmt: skip


def _places(
    labels: Sequence[str], first: Sequence[object], *more: Sequence[object]
) -> tuple[float, ...]:
    for values in (first, *(values for values in more if values)):
        if len(values) != len(labels) or not labels:
            raise ValueError(f"{len(values)} values do not fit {len(labels)} rounds")
    return tuple(map(float, range(len(labels))))
