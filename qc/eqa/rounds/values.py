"""Rounds, their items, and the signed readings of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from inference.counting import GradeCounts
from qc.eqa.scores.reading import GradeReading, Parameter

DAYS = 7
"""Days after which controls come up again, where nothing else is asked for."""
REPEATS = 2
"""How often a control comes up on each occasion: two readings tell how far one reader scatters."""
BASELINE = 20
"""Occasions that a reader's limits come from (CLSI C24; WHO manual, 5th ed., chapter 7)."""


class RoundError(Exception):
    """A round cannot be made, read or closed so; the text is for people."""


class ReaderKind(StrEnum):
    """Who reads."""

    PERSON = "person"
    INSTRUMENT = "instrument"


@dataclass(frozen=True, slots=True)
class Reader:
    """Someone or something that reads.

    Attributes:
        kind: A person, or motiscope on a named instrument.
        name: The person's, or the instrument's.
    """

    kind: ReaderKind
    name: str

    def is_same(self, other: "Reader") -> bool:
        """Whether both are one, however their names are capitalised and spaced."""
        own, others = (" ".join(one.name.casefold().split()) for one in (self, other))
        return self.kind is other.kind and own == others

    def __str__(self) -> str:
        return self.name if self.kind is ReaderKind.PERSON else f"motiscope on {self.name}"


@dataclass(frozen=True, slots=True)
class RoundItem:
    """One reference video of a round.

    Attributes:
        number: From 1, in the order of the table; readers never see it before the round is closed.
        video_id: Its ID in the set.
        path: The file.
        sha256: Hash of it; what is read must have the same.
        assigned: The assigned value.
        item_id: Key.
    """

    number: int
    video_id: int
    path: str
    sha256: str
    assigned: GradeReading
    item_id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True)
class Schedule:
    """How controls come up again.

    Attributes:
        every_days: Days from one occasion to the next.
        repeats: How often each control comes up on an occasion.
        baseline: Occasions that a reader's limits come from.

    Raises:
        RoundError: If a value cannot be.
    """

    every_days: int = DAYS
    repeats: int = REPEATS
    baseline: int = BASELINE

    def __post_init__(self) -> None:
        for name, value, least, most in (
            ("days between occasions", self.every_days, 1, 3_660),
            ("readings of each control", self.repeats, 1, 100),
            ("occasions of the baseline", self.baseline, 2, 1_000),
        ):
            if value < least:
                raise RoundError(f"{name}: {value} is too few; {least} is the least")
            if value > most:
                raise RoundError(f"{name}: {value} is too many; {most} is the most")


@dataclass(frozen=True, slots=True)
class Closing:
    """The end of a round: from then on its values and readings are shown.

    Attributes:
        by: Who closed it.
        reason: Why.
        at_utc: When.
    """

    by: str
    reason: str
    at_utc: datetime


@dataclass(frozen=True, slots=True)
class Round:
    """A set of items with assigned values, and how readings of them are scored.

    Attributes:
        name: As the laboratory calls it.
        source: Name of the set and of its table.
        table_sha256: Hash of the table.
        items: The videos.
        given_sigma: Standard deviation for proficiency in points, of each parameter that has one.
        standard_uncertainty: Of every assigned value, in points; 0 where none was stated.
        seed: Of the readers' random orders.
        created_by: Who made it.
        created_utc: When.
        schedule: How its items come up again, None where they are read once: a control programme
            has one, a proficiency round has none.
        closed: Its end, None while it is open.
        round_id: Key.
    """

    name: str
    source: str
    table_sha256: str
    items: tuple[RoundItem, ...]
    given_sigma: Mapping[Parameter, float]
    standard_uncertainty: float
    seed: int
    created_by: str
    created_utc: datetime
    schedule: Schedule | None = None
    closed: Closing | None = None
    round_id: UUID = field(default_factory=uuid4)

    @property
    def is_control(self) -> bool:
        """Whether its items come up again."""
        return self.schedule is not None

    @property
    def repeats(self) -> int:
        """How often a reader reads each item on one occasion."""
        return 1 if self.schedule is None else self.schedule.repeats

    def item(self, item_id: UUID) -> RoundItem:
        """Return one of its items."""
        return next(one for one in self.items if one.item_id == item_id)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader counted in one item; signed, and never edited.

    Attributes:
        item_id: The item.
        occasion: From 1; above 1 in control programmes alone.
        repeat: From 1, of the item on this occasion.
        reader: Who read.
        counts: Cells by grade.
        software: Name and version of what the reading was entered with or made by.
        models: Name and hash of each network that was asked; none for people.
        begun_utc: When the item was first shown.
        signed_utc: When the reading was signed.
        reading_id: Key.
    """

    item_id: UUID
    occasion: int
    repeat: int
    reader: Reader
    counts: GradeCounts
    software: str
    models: tuple[tuple[str, str], ...]
    begun_utc: datetime
    signed_utc: datetime
    reading_id: UUID = field(default_factory=uuid4)

    @property
    def grades(self) -> GradeReading:
        """Percent of each grade."""
        return GradeReading.of(self.counts)


@dataclass(frozen=True, slots=True)
class SignedReading:
    """A reading in the chain of its round.

    Attributes:
        reading: The reading.
        number: From 1, in the order of signing over all readers.
        previous_sha256: Seal of the reading before it; of the round for the first.
        sha256: Seal of this one.
    """

    reading: Reading
    number: int
    previous_sha256: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Release:
    """Why reporting goes on after a broken rule.

    Attributes:
        reader: Whose readings broke it.
        occasion: The last occasion that is released.
        by: Who released it, with the right to do so.
        reason: Why.
        at_utc: When.
    """

    reader: Reader
    occasion: int
    by: str
    reason: str
    at_utc: datetime
