"""Control charts: readings of a control in their order, with limits, and what breaks a rule."""

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, stdev

from qc.agreement.readings import Interval
from qc.charts.cusum import Cusum
from qc.charts.ewma import Ewma
from qc.charts.levey_jennings import LeveyJennings
from qc.charts.series import Limits
from qc.charts.westgard import Rule, Violation
from qc.charts.xbar_s import XbarS
from qc.plots.axes import along, numbered, padded
from qc.plots.chart import Chart, Level, Line, Mark, Points, Role

_WHEN = "reading"
_MOST_LABELS = 12


def levey_jennings_chart(
    title: str,
    chart: LeveyJennings,
    readings: Sequence[float],
    labels: Sequence[str],
    violations: Iterable[Violation],
    *,
    material: int = 0,
) -> Chart:
    """Return single readings of a control about its mean, with 2 and 3 sd and the broken rules.

    Args:
        title: What was read, by whom.
        chart: Mean and standard deviation of the control.
        readings: In percent, in their order; there may be none yet.
        labels: When each was read.
        violations: As `westgard` returns them; the first that rejects is written at
            the reading that broke it.
        material: Which of the controls of `violations` this is.

    Raises:
        ValueError: If there is not one label for each reading.
    """
    broken: dict[int, list[Violation]] = {}
    for violation in violations:
        if violation.points[-1][1] == material:
            broken.setdefault(violation.run, []).append(violation)
    roles = {
        run: Role.ACTION if any(one.rule.rejects for one in found) else Role.WARNING
        for run, found in broken.items()
    }
    names = {run: _first(found) for run, found in broken.items()}
    limits = chart.limits
    marks = (*_lines(limits, "mean", "2 sd", "3 sd"), *_readings(readings, roles, names))
    return _chart(
        title, "reading, %", marks, readings, labels, limits,
        _few(chart.enough, chart.readings, "readings"),
    )  # fmt: skip


def _first(found: Sequence[Violation]) -> str:
    """Return one rule of those that a reading broke, one that rejects before one that warns."""
    rules = sorted({one.rule for one in found}, key=list(Rule).index)
    return next((rule for rule in rules if rule.rejects), rules[0]).value


def xbar_s_charts(
    title: str, chart: XbarS, groups: Sequence[Sequence[float]], labels: Sequence[str]
) -> tuple[Chart, Chart]:
    """Return the chart of the means of groups of readings, and that of their scatter.

    Args:
        title: What was read, by whom.
        chart: The limits of both.
        groups: Readings in percent, at least 2 in each group.
        labels: When each group was read.

    Raises:
        ValueError: If there is not one label for each group, or a group is too small.
    """
    if any(len(group) < 2 for group in groups):
        raise ValueError("a group of one reading has no scatter")
    remark = _few(chart.enough, chart.groups, "groups")
    pairs = (
        ("means (X-bar)", "mean of the group, %", [fmean(group) for group in groups], chart.mean),
        ("scatter (S)", "sd of the group, points", [stdev(group) for group in groups],
         chart.spread),
    )  # fmt: skip
    first, second = (
        _chart(f"{title}: {what}", y_label, _against(values, limits), values, labels, limits,
               remark)
        for what, y_label, values, limits in pairs
    )  # fmt: skip
    return first, second


def cusum_chart(title: str, sums: Cusum, labels: Sequence[str], h: float = 5.0) -> Chart:
    """Return both sums of a tabular cusum: what gathers above the target upwards, below downwards.

    Args:
        title: What was read, by whom.
        sums: As `cusum` returns them.
        labels: When each reading was made.
        h: The decision interval that they were made with, in standard deviations.

    Raises:
        ValueError: If there is not one label for each reading.
    """
    high, low = [one.high for one in sums.points], [-one.low for one in sums.points]
    over = {place: Role.ACTION for place in sums.signals if sums.points[place].high > h}
    under = {place: Role.ACTION for place in sums.signals if sums.points[place].low > h}
    marks = (
        Level(0.0, Role.CENTRE, "target"),
        Level(h, Role.ACTION, f"decision interval, ±{h:g} sd"),
        Level(-h, Role.ACTION),
        *_readings(high, over, {}),
        *_readings(low, under, {}),
    )
    return Chart(
        title, _WHEN, "cusum, sd", along(len(high)), padded((h, -h, *high, *low)), marks,
        x_ticks=_ticks(labels, high),
    )  # fmt: skip


def ewma_chart(title: str, averages: Ewma, labels: Sequence[str]) -> Chart:
    """Return the moving average of readings between limits that widen from the first on.

    Args:
        title: What was read, by whom.
        averages: As `ewma` returns them.
        labels: When each reading was made.

    Raises:
        ValueError: If there is not one label for each reading.
    """
    values = [one.value for one in averages.points]
    roles = dict.fromkeys(averages.signals, Role.ACTION)
    places = tuple(map(float, range(len(values))))
    low, high = zip(*(one.limits for one in averages.points), strict=True)
    marks = (
        Level(sum(averages.steady_limits) / 2, Role.CENTRE, "target"),
        Line(places, low, Role.ACTION, "limits"),
        Line(places, high, Role.ACTION),
        *_readings(values, roles, {}),
    )
    shown = padded((*values, *averages.steady_limits))
    return Chart(
        title, _WHEN, "moving average, %", along(len(values)), shown, marks,
        x_ticks=_ticks(labels, values),
    )  # fmt: skip


def _chart(
    title: str,
    y_label: str,
    marks: tuple[Mark, ...],
    values: Sequence[float],
    labels: Sequence[str],
    limits: Limits,
    notes: tuple[str, ...],
) -> Chart:
    return Chart(
        title, _WHEN, y_label, along(len(values)), padded((*values, *limits.action)), marks,
        x_ticks=_ticks(labels, values), notes=notes,
    )  # fmt: skip


def _lines(limits: Limits, centre: str, warning: str, action: str) -> tuple[Mark, ...]:
    return (
        Level(limits.centre, Role.CENTRE, centre),
        *_both(limits.warning, Role.WARNING, warning),
        *_both(limits.action, Role.ACTION, action),
    )


def _both(limits: Interval, role: Role, label: str) -> tuple[Mark, ...]:
    return Level(limits[0], role, label), Level(limits[1], role)


def _against(values: Sequence[float], limits: Limits) -> tuple[Mark, ...]:
    roles = dict.fromkeys(limits.outside_warning(values), Role.WARNING)
    roles |= dict.fromkeys(limits.outside_action(values), Role.ACTION)
    lines = _lines(limits, "centre", "warning limits", "action limits")
    return (*lines, *_readings(values, roles, {}))


_SAID = {Role.READING: "", Role.WARNING: "warning", Role.ACTION: "out of control"}


def _readings(
    values: Sequence[float], roles: Mapping[int, Role], names: Mapping[int, str]
) -> tuple[Mark, ...]:
    """Return values joined by a line, those of a role with its sign."""
    places = tuple(map(float, range(len(values))))
    marks: list[Mark] = [Line(places, tuple(values), Role.READING)]
    for role, label in _SAID.items():
        here = [place for place in range(len(values)) if roles.get(place, Role.READING) is role]
        if here:
            written = tuple(names.get(place, "") for place in here)
            marks.append(
                Points(
                    tuple(map(float, here)), tuple(values[place] for place in here), role, label,
                    written if any(written) else (),
                )
            )  # fmt: skip
    return tuple(marks)


def _ticks(labels: Sequence[str], values: Sequence[float]) -> tuple[tuple[float, str], ...]:
    if len(labels) != len(values):
        raise ValueError(f"{len(labels)} labels do not fit {len(values)} readings")
    # Without a reading there is nothing to write, and numbers would mean nothing.
    every = max(1, math.ceil(len(labels) / _MOST_LABELS))
    return tuple(tick for tick in numbered(labels or [""]) if tick[0] % every == 0)


def _few(enough: bool, made_from: int, what: str) -> tuple[str, ...]:
    return () if enough else (f"limits from {made_from} {what}: too few yet",)
