"""Rounds and readings to work with."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from inference.counting import GradeCounts
from qc.eqa.rounds.values import Reader, ReaderKind, Reading, Round, RoundItem, Schedule
from qc.eqa.scores.reading import GradeReading

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ADA = Reader(ReaderKind.PERSON, "Ada")
BEN = Reader(ReaderKind.PERSON, "Ben")
SCOPE = Reader(ReaderKind.INSTRUMENT, "scope 1")
EVEN = GradeCounts(60, 40, 20, 80)


def make_round(videos: int = 3, schedule: Schedule | None = None, **changes) -> Round:
    items = tuple(
        RoundItem(n, 600 + n, f"/set/videos/{600 + n}.mkv", f"{n}" * 64,
                  GradeReading(30, 20, 10, 40))
        for n in range(1, videos + 1)
    )  # fmt: skip
    one = Round(
        name="spring",
        source="set/truth.csv",
        table_sha256="e" * 64,
        items=items,
        given_sigma={},
        standard_uncertainty=0.0,
        seed=7,
        created_by="Quinn",
        created_utc=NOON,
        schedule=schedule,
        round_id=UUID(int=1),
    )
    return replace(one, **changes)


def make_reading(
    one: Round,
    place: int = 0,
    reader: Reader = ADA,
    counts: GradeCounts = EVEN,
    occasion: int = 1,
    repeat: int = 1,
    at: datetime = NOON,
) -> Reading:
    return Reading(
        item_id=one.items[place].item_id,
        occasion=occasion,
        repeat=repeat,
        reader=reader,
        counts=counts,
        software="motiscope 0.1.0",
        models=(),
        begun_utc=at - timedelta(minutes=4),
        signed_utc=at,
    )


def control_readings(
    one: Round, reader: Reader, progressive: Sequence[Sequence[int]], apart: int = 0
) -> list[Reading]:
    """Readings of a control programme of 200 cells each, one occasion a day.

    Args:
        one: The programme.
        reader: Who reads.
        progressive: Percent that is progressive, of each item on each occasion.
        apart: Percent that the second repeat is above that, and the first below.
    """
    return [
        make_reading(
            one,
            place,
            reader,
            GradeCounts(read, read, 20, 180 - 2 * read),
            occasion,
            repeat,
            NOON + timedelta(days=occasion),
        )
        for occasion, percents in enumerate(progressive, start=1)
        for place, percent in enumerate(percents)
        for repeat in range(1, one.repeats + 1)
        for read in [percent + (2 * repeat - 3) * apart]
    ]
