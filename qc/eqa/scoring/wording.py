"""How statistics are written in the tables of a score."""

from collections.abc import Sequence

from qc.agreement.readings import Estimate, Interval
from qc.eqa.scores.classification import Measure
from qc.eqa.scores.reading import Parameter
from qc.eqa.scoring.values import Missing

NONE = "–"
NAMES = {
    Parameter.RAPID: "rapid (a)",
    Parameter.SLOW: "slow (b)",
    Parameter.NON_PROGRESSIVE: "non-progressive (c)",
    Parameter.IMMOTILE: "immotile (d)",
    Parameter.PROGRESSIVE: "progressive (PR)",
    Parameter.TOTAL_MOTILE: "total motile",
}
"""Every parameter, in the order of a report."""


def estimate(value: float, ci95: Interval | None, decimals: int = 1, signed: bool = False) -> str:
    """Return a value with its 95 % interval behind it."""
    text = number(value, decimals, signed)
    if ci95 is None:
        return text
    low, high = (number(end, decimals, signed) for end in ci95)
    return f"{text} ({low} to {high})"


def number(value: float, decimals: int, signed: bool = False) -> str:
    """Return a number with fixed decimals and a true minus sign; never minus nothing."""
    rounded = round(value, decimals) + 0.0
    return f"{rounded:{'+' if signed and rounded else ''}.{decimals}f}".replace("-", "−")


def of(found: Estimate | Missing, decimals: int = 1) -> str:
    """Return an estimate with its interval, or that it is missing."""
    if isinstance(found, Missing):
        return found.word
    return estimate(found.value, found.ci95, decimals)


def measure(found: Measure) -> str:
    """Return a measure of classification, a dash where it is undefined."""
    return NONE if found.value is None else number(found.value, 2)


def p_value(p: float | None) -> str:
    """Return a p as papers print it."""
    if p is None:
        return NONE
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def many(count: int, thing: str) -> str:
    """Return how many of a thing, whose plural ends in s."""
    return f"{count} {thing}{'' if count == 1 else 's'}"


def videos(count: int) -> str:
    """Return how many videos."""
    return many(count, "video")


def listed(videos: Sequence[int], most: int = 12) -> str:
    """Return some video IDs, not more than a line takes."""
    more = f" and {len(videos) - most} more" if len(videos) > most else ""
    return ", ".join(map(str, videos[:most])) + more
