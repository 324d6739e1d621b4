"""What a chart shows, without a word of how it is drawn: the same on paper and in a terminal."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from qc.agreement.readings import Interval

Tick = tuple[float, str]
"""A place on an axis, and what is written there."""


class Role(StrEnum):
    """What a mark stands for; a renderer gives each its own colour, line and sign."""

    NEUTRAL = "neutral"
    CENTRE = "centre"
    LIMIT = "limit"
    GOOD = "good"
    WARNING = "warning"
    ACTION = "action"
    FIT = "fit"
    OTHER_FIT = "other fit"
    READING = "reading"
    READER = "reader"
    REFERENCE = "reference"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Points:
    """Single signs.

    Attributes:
        x: Places.
        y: Heights, one for each place.
        role: What they stand for.
        label: In the legend; not there where it is empty.
        names: What is written beside each; nothing where there is none.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    role: Role
    label: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """Places joined in their order; attributes as of `Points`."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    role: Role
    label: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A straight line through the whole chart.

    Attributes:
        value: Its height; its place where it is vertical.
        role: What it stands for.
        label: As above.
        text: What is written at its right end.
        vertical: Whether it runs upwards.
    """

    value: float
    role: Role
    label: str = ""
    text: str = ""
    vertical: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """An area through the whole chart, from a low to a high height."""

    low: float
    high: float
    role: Role
    label: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars from 0 upwards or downwards, at whole places; attributes as of `Points`."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    role: Role
    label: str = ""


@dataclass(frozen=True, slots=True)
class Spans:
    """Intervals, each with an end on both sides.

    Attributes:
        at: Where each stands: its place, or its height where it lies.
        ends: From where to where.
        role: What they stand for.
        lying: Whether they run to the right, not upwards.
    """

    at: tuple[float, ...]
    ends: tuple[Interval, ...]
    role: Role
    lying: bool = False
    label: str = ""


Mark = Points | Line | Level | Band | Bars | Spans


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart; what comes first among its marks lies below.

    Attributes:
        title: Over it.
        x_label: Along it, with the unit.
        y_label: Up it, with the unit.
        x_range: What it shows of x.
        y_range: What it shows of y.
        marks: What is drawn.
        x_ticks: What is written along it; numbers where there is none.
        y_ticks: What is written up it; numbers where there is none.
        equal: Whether a step is as long in x as in y.
        notes: Short remarks.
        missing: Why there is nothing to show, empty where there is.
    """

    title: str
    x_label: str
    y_label: str
    x_range: Interval
    y_range: Interval
    marks: tuple[Mark, ...]
    x_ticks: tuple[Tick, ...] = ()
    y_ticks: tuple[Tick, ...] = ()
    equal: bool = False
    notes: tuple[str, ...] = ()
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Charts that belong together.

    Attributes:
        title: Over all of them.
        charts: In the order of reading.
        columns: How many stand side by side on paper.
        height_in: Height on paper, in inches; as wide as the text.
        note: What one must know to read them.
    """

    title: str
    charts: tuple[Chart, ...]
    columns: int
    height_in: float
    note: str = ""

    @property
    def shows_something(self) -> bool:
        """Whether there is a chart that is not missing."""
        return any(not chart.missing for chart in self.charts)


def nothing(title: str, why: str) -> Chart:
    """Return a chart that says why it shows nothing."""
    return Chart(title, "", "", (0.0, 1.0), (0.0, 1.0), (), missing=why)


def legend(charts: Iterable[Chart]) -> tuple[Mark, ...]:
    """Return the first mark of each label, in their order."""
    found: dict[str, Mark] = {}
    for chart in charts:
        for mark in chart.marks:
            if mark.label:
                found.setdefault(mark.label, mark)
    return tuple(found.values())
