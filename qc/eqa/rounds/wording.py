"""A reader's control charts as tables of text, and the rules that were broken in words."""

from collections import defaultdict
from datetime import datetime

from qc.charts.levey_jennings import LeveyJennings
from qc.charts.westgard import Rule
from qc.eqa.rounds.blocking import in_words
from qc.eqa.rounds.control import ItemChart, ReaderControl
from qc.eqa.scoring.tables import TextTable
from qc.eqa.scoring.wording import NAMES, NONE, number


def control_table(found: ReaderControl) -> TextTable:
    """Return the mean of every control on every occasion, its limits below."""
    rows = [
        *(_occasion(found, place, begun) for place, begun in enumerate(found.begun_utc)),
        ("mean", "", *(_limit(chart, "mean") for chart in found.charts)),
        ("± 2 sd", "", *(_limit(chart, "warning") for chart in found.charts)),
        ("± 3 sd", "", *(_limit(chart, "action") for chart in found.charts)),
    ]
    return TextTable(
        f"{NAMES[found.parameter]} of {found.reader}, percent, mean of each occasion's repeats",
        ("occasion", "begun, UTC", *(f"control {chart.item.number}" for chart in found.charts)),
        tuple(rows),
        _note(found),
    )


def _note(found: ReaderControl) -> str:
    if found.has_limits:
        return (
            f"Limits from the first {found.baseline} occasions. ! lies beyond 2 sd, ✗ beyond 3 sd; "
            "occasions of the baseline are not judged."
        )
    return (
        f"{len(found.begun_utc)} of the {found.baseline} occasions are finished that limits come "
        "from; nothing is judged before."
    )


def _occasion(found: ReaderControl, place: int, begun_utc: datetime) -> tuple[str, ...]:
    judged = place >= found.baseline
    values = (_value(chart, place, judged=judged) for chart in found.charts)
    return (f"{place + 1}", f"{begun_utc:%Y-%m-%d %H:%M}", *values)


def _value(chart: ItemChart, place: int, *, judged: bool) -> str:
    mean = chart.means[place]
    if chart.limits is None or not judged:
        return f"{number(mean, 1)}  "
    away = abs(chart.limits.z([mean])[0])
    mark = "✗" if away > 3 else "!" if away > 2 else " "
    return f"{number(mean, 1)} {mark}"


def _limit(chart: ItemChart, name: str) -> str:
    if chart.limits is None:
        return NONE
    return f"{_written(chart.limits, name)}  "


def _written(limits: LeveyJennings, name: str) -> str:
    if name == "mean":
        return number(limits.mean, 1)
    low, high = limits.limits.warning if name == "warning" else limits.limits.action
    return f"{number(low, 1)} to {number(high, 1)}"


def broken_lines(found: ReaderControl) -> tuple[str, ...]:
    """Return one line for each occasion and rule that it broke, the newest first."""
    together: dict[tuple[int, Rule], set[int]] = defaultdict(set)
    for broken in found.broken:
        together[broken.occasion, broken.rule] |= {item for _, item in broken.points}
    return tuple(
        f"{'✗' if rule.rejects else '!'} occasion {occasion}: {in_words(found.parameter, rule)}, "
        f"control {', '.join(map(str, sorted(items)))}"
        for (occasion, rule), items in reversed(together.items())
    )
