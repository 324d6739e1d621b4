"""How values are written for people in a report."""

from datetime import UTC, datetime

from inference.counting import Share, whole_percent

GRADE_NAMES = {
    "progressive": "progressive (a + b)",
    "a": "a  rapid",
    "b": "b  slow",
    "c": "c  non-progressive",
    "d": "d  immotile",
}
"""The rows of a result, in the order of a report."""

NOT_MEASURED = "not measured"


def percent(value: float | None) -> str:
    """Return a percentage as WHO reports it, whole."""
    return "–" if value is None else f"{whole_percent(value)}"


def interval(share: Share) -> str:
    """Return a 95 % interval in whole percent."""
    low, high = share.ci95
    return f"{whole_percent(low)} – {whole_percent(high)}"


def moment(time: datetime | None) -> str:
    """Return a time in UTC, to the minute."""
    return "–" if time is None else f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def number(value: float | None, decimals: int = 1) -> str:
    """Return a number with fixed decimals, or a dash."""
    return "–" if value is None else f"{value:.{decimals}f}"


def short_hash(text: str | None) -> str:
    """Return the beginning of a hash, enough to compare by eye."""
    return "–" if text is None else text[:16]


def uncertainty(u_rel: float | None) -> str:
    """Return a relative standard uncertainty in percent."""
    return "uncertainty not stated" if u_rel is None else f"± {100 * u_rel:.2f} %"


def span(values: list[float], decimals: int, unit: str) -> str:
    """Return the range of some values with its unit."""
    if not values:
        return NOT_MEASURED
    low, high = f"{min(values):.{decimals}f}", f"{max(values):.{decimals}f}"
    return f"{low} {unit}" if low == high else f"{low} – {high} {unit}"
