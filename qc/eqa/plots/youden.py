"""Youden charts: two videos of a set, read by many readers."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean

from qc.agreement.composition import total_variation
from qc.eqa.scores.reading import GradeReading, Parameter
from qc.eqa.scores.youden import Ellipse, Youden, youden
from qc.eqa.scoring.values import ReaderScores
from qc.eqa.scoring.wording import NAMES
from qc.plots.axes import clipped, padded
from qc.plots.chart import Chart, Level, Line, Mark, Points, Role

LEAST_READERS = 4
_TURN = tuple(2 * math.pi * step / 90 for step in range(91))


@dataclass(frozen=True, slots=True)
class VideoPair:
    """Two videos that the same readers have read.

    Attributes:
        first: ID of one.
        second: ID of the other.
        apart: Total variation between their assigned values, in percentage points.
        readings: What each reader read of both, by name.
    """

    first: int
    second: int
    apart: float
    readings: dict[str, tuple[GradeReading, GradeReading]]


def most_alike(readers: Sequence[ReaderScores]) -> VideoPair | None:
    """Return the two videos of at least four readers whose assigned values are most alike.

    Youden's plot asks for two items of about the same content: only then is a reader that is off
    in both off by the same. Alike is by the total variation over the four grades; readers who are
    held against each other have values of their own, of which the mean is taken.

    Returns:
        None where no two videos were read by four.
    """
    read = [dict(zip(one.videos, one.readings, strict=True)) for one in readers]
    truth = _mean_grades(readers)
    pairs = [
        pair
        for pair in combinations(sorted(truth), 2)
        if sum(pair[0] in one and pair[1] in one for one in read) >= LEAST_READERS
    ]
    if not pairs:
        return None
    (ones, others) = ([truth[pair[side]] for pair in pairs] for side in (0, 1))
    apart = total_variation(ones, others)
    best = min(range(len(pairs)), key=lambda place: (apart[place], pairs[place]))
    first, second = pairs[best]
    both = {
        one.reader: (values[first], values[second])
        for one, values in zip(readers, read, strict=True)
        if first in values and second in values
    }
    return VideoPair(first, second, apart[best], both)


def _mean_grades(readers: Sequence[ReaderScores]) -> dict[int, tuple[float, ...]]:
    """Return what was assigned to each video, averaged over its readers."""
    assigned: dict[int, list[tuple[float, ...]]] = defaultdict(list)
    for one in readers:
        for video, value in zip(one.videos, one.assigned, strict=True):
            assigned[video].append(value.grades)
    return {
        video: tuple(fmean(grade) for grade in zip(*every, strict=True))
        for video, every in assigned.items()
    }


def youden_chart(pair: VideoPair, parameter: Parameter) -> Chart:
    """Return the readings of both videos, with medians, the 95 % circle and the 95 % ellipse.

    Args:
        pair: Two videos, read by at least four readers.
        parameter: What was read.
    """
    found = youden(
        {name: (one.value(parameter), other.value(parameter))
         for name, (one, other) in pair.readings.items()}
    )  # fmt: skip
    circle, ellipse = _circle(found), _around(found.ellipse)
    x = [*circle[0], *ellipse[0], *(point.first for point in found.points.values())]
    y = [*circle[1], *ellipse[1], *(point.second for point in found.points.values())]
    x_range, y_range = _square(padded(x), padded(y))
    first, second = found.medians
    slope = clipped(1.0, second - first, x_range, y_range)
    return Chart(
        NAMES[parameter],
        f"reading of video {pair.first}, %",
        f"reading of video {pair.second}, %",
        x_range,
        y_range,
        (
            Level(first, Role.CENTRE, "medians", vertical=True),
            Level(second, Role.CENTRE),
            *(() if slope is None else (Line(*slope, Role.NEUTRAL, "45° through the medians"),)),
            Line(*circle, Role.LIMIT, "95 % circle: random error alone"),
            Line(*ellipse, Role.OTHER_FIT, "95 % ellipse"),
            *_readers(found),
        ),
        equal=True,
    )


def _circle(found: Youden) -> tuple[tuple[float, ...], tuple[float, ...]]:
    (x, y), radius = found.medians, found.circle_radius
    return (
        tuple(x + radius * math.cos(turn) for turn in _TURN),
        tuple(y + radius * math.sin(turn) for turn in _TURN),
    )


def _around(ellipse: Ellipse) -> tuple[tuple[float, ...], tuple[float, ...]]:
    (x, y), (long, short) = ellipse.centre, ellipse.semi_axes
    over, up = math.cos(ellipse.angle), math.sin(ellipse.angle)
    return (
        tuple(x + long * math.cos(t) * over - short * math.sin(t) * up for t in _TURN),
        tuple(y + long * math.cos(t) * up + short * math.sin(t) * over for t in _TURN),
    )


def _square(
    x: tuple[float, float], y: tuple[float, float]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return two ranges of the same length about the same middles."""
    half = max(x[1] - x[0], y[1] - y[0]) / 2
    middles = sum(x) / 2, sum(y) / 2
    return (middles[0] - half, middles[0] + half), (middles[1] - half, middles[1] + half)


def _readers(found: Youden) -> Iterator[Mark]:
    """Yield the readers by their numbers, those that read the same at one place."""
    places: dict[tuple[float, float, bool], list[str]] = {}
    for number, point in enumerate(found.points.values(), start=1):
        places.setdefault((point.first, point.second, point.outside), []).append(str(number))
    for outside, role, label in (
        (False, Role.READER, "readers, numbered as below"),
        (True, Role.WARNING, "readers outside the circle"),
    ):
        here = {place: numbers for place, numbers in places.items() if place[2] is outside}
        if here:
            x, y, _ = zip(*here, strict=True)
            yield Points(x, y, role, label, tuple(", ".join(numbers) for numbers in here.values()))
