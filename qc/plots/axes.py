"""Ranges, ticks and short names: what every chart needs of its axes."""

import math
from collections.abc import Iterable, Sequence

from qc.agreement.readings import Interval
from qc.plots.chart import Tick

_STEPS = (1, 2, 5, 10)


def padded(values: Iterable[float], least: float = 1.0, share: float = 0.06) -> Interval:
    """Return a range that holds all values with room on both sides.

    Args:
        values: At least one.
        least: Width of the range where the values are all alike.
        share: Room on each side, as a part of the width.
    """
    held = tuple(values)
    low, high = min(held), max(held)
    room = share * (high - low)
    if high - low < least:
        room = (least - (high - low)) / 2
    return low - room, high + room


def nice_ticks(shown: Interval, most: int) -> tuple[Tick, ...]:
    """Return round numbers within a range, 1, 2 or 5 times a power of ten apart.

    Args:
        shown: The range, its end above its begin.
        most: About how many there may be, at least 1.
    """
    low, high = shown
    least = (high - low) / max(most, 1)
    power = 10.0 ** math.floor(math.log10(least))
    step = next(k * power for k in _STEPS if k * power >= least * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple((k * step, _written(k * step)) for k in range(first, last + 1))


def numbered(labels: Sequence[str]) -> tuple[Tick, ...]:
    """Return ticks at 0, 1, 2 and on."""
    return tuple((float(place), label) for place, label in enumerate(labels))


def along(count: int) -> Interval:
    """Return the range of so many things at 0, 1, 2 and on; of one where there is none."""
    return -0.7, max(count, 1) - 0.3


def clipped(
    slope: float, intercept: float, x_range: Interval, y_range: Interval
) -> tuple[Interval, Interval] | None:
    """Return the part of a straight line that a chart shows, as two x and two y.

    Returns:
        None where the line does not run through the chart.
    """
    low, high = x_range
    if slope:
        first, last = sorted((y - intercept) / slope for y in y_range)
        low, high = max(low, first), min(high, last)
    elif not y_range[0] <= intercept <= y_range[1]:
        return None
    if low >= high:
        return None
    return (low, high), (intercept + slope * low, intercept + slope * high)


def shortened(name: str, most: int = 24) -> str:
    """Return a name that is not longer than `most` letters: its begin and its end."""
    if len(name) <= most:
        return name
    tail = most // 3
    return f"{name[: most - tail - 1].rstrip()}…{name[-tail:].lstrip()}"


def _written(value: float) -> str:
    return f"{round(value, 9) + 0.0:g}".replace("-", "−")
