"""Bland-Altman and scatter charts of a reader, one for each parameter."""

from collections.abc import Iterator

from qc.agreement.bland_altman import BlandAltman, Limit
from qc.eqa.scoring.values import Missing, ParameterScores
from qc.eqa.scoring.wording import NAMES, number
from qc.plots.axes import clipped, padded
from qc.plots.chart import Band, Chart, Level, Line, Mark, Points, Role, nothing

_READABLE = 0.09
"""Part of a chart's height that a written number takes."""


def bland_altman_chart(one: ParameterScores) -> Chart:
    """Return differences against means, with bias, limits and their 95 % intervals."""
    title, found = NAMES[one.parameter], one.bland_altman
    if isinstance(found, Missing):
        return nothing(title, found.why)
    low, high = padded(found.means)
    shown = padded((0.0, *found.differences, *found.lower.ci95, *found.upper.ci95), least=2.0)
    return Chart(
        title,
        "mean of reading and assigned, %",
        "reading − assigned, percentage points",
        (low, high),
        shown,
        tuple(_difference_marks(found, _READABLE * (shown[1] - shown[0]))),
    )


def _difference_marks(found: BlandAltman, readable: float) -> Iterator[Mark]:
    bias, limits = found.bias, (found.lower, found.upper)
    yield from (Band(*limit.ci95, Role.LIMIT) for limit in limits)
    yield Band(*bias.ci95, Role.CENTRE)
    yield Level(0.0, Role.NEUTRAL)
    yield Level(bias.mean, Role.CENTRE, "bias, 95 % interval", number(bias.mean, 1, signed=True))
    apart = found.upper.value - bias.mean > readable
    yield _limit(found.lower, "limits of agreement, 95 % intervals", apart)
    yield _limit(found.upper, "", apart)
    if found.proportional is not None:
        ends = (min(found.means), max(found.means))
        heights = (
            found.proportional.limits_at(ends[0])[1],
            found.proportional.limits_at(ends[1])[1],
        )
        yield Line(ends, heights, Role.FIT, "regression on the mean")
    yield Points(found.means, found.differences, Role.READING, "videos")


def _limit(limit: Limit, label: str, written: bool) -> Level:
    text = number(limit.value, 1, signed=True) if written else ""
    return Level(limit.value, Role.LIMIT, label, text)


def scatter_chart(one: ParameterScores) -> Chart:
    """Return readings against assigned values, with the line of identity and both regressions."""
    top = min(100.0, max(10.0, 1.06 * max(*one.assigned, *one.readings)))
    shown = (-0.02 * top, 1.02 * top)
    said = [] if isinstance(one.concordance, Missing) else [f"CCC {one.concordance.ccc:.3f}"]
    said += [] if isinstance(one.pearson, Missing) else [f"r {one.pearson.r:.3f}"]
    return Chart(
        NAMES[one.parameter],
        "assigned value, %",
        "reading, %",
        shown,
        shown,
        (
            Line((0.0, top), (0.0, top), Role.NEUTRAL, "identity"),
            *_regressions(one, (0.0, top)),
            Points(one.assigned, one.readings, Role.READER, "videos"),
        ),
        equal=True,
        notes=tuple(text.replace("-", "−") for text in said),
    )


def _regressions(one: ParameterScores, shown: tuple[float, float]) -> Iterator[Mark]:
    for line, role, label in (
        (one.passing_bablok, Role.FIT, "Passing-Bablok"),
        (one.deming, Role.OTHER_FIT, "Deming"),
    ):
        if isinstance(line, Missing):
            continue
        ends = clipped(line.slope.value, line.intercept.value, shown, shown)
        if ends is not None:
            yield Line(*ends, role, label)
