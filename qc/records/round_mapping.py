"""Between the values of rounds and the rows of their tables."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from uuid import UUID

from inference.counting import GradeCounts
from qc.eqa.rounds.values import (
    Closing,
    Reader,
    ReaderKind,
    Reading,
    Release,
    Round,
    RoundItem,
    Schedule,
    SignedReading,
)
from qc.eqa.scores.reading import GRADES, GradeReading, Parameter
from qc.records.database import StoreError
from qc.records.round_models import (
    ReadingRow,
    ReleaseRow,
    RoundClosingRow,
    RoundItemRow,
    RoundRow,
    RoundScheduleRow,
)


def round_row(made: Round, operator_id: UUID) -> RoundRow:
    """Return the row of a round."""
    return RoundRow(
        id=made.round_id,
        name=made.name,
        source=made.source,
        table_sha256=made.table_sha256,
        given_sigma={name.value: points for name, points in made.given_sigma.items()},
        standard_uncertainty=made.standard_uncertainty,
        seed=made.seed,
        operator_id=operator_id,
        created_utc=made.created_utc,
    )


def schedule_row(made: Round, schedule: Schedule) -> RoundScheduleRow:
    """Return the row of a control programme's schedule."""
    return RoundScheduleRow(
        round_id=made.round_id,
        every_days=schedule.every_days,
        repeats=schedule.repeats,
        baseline=schedule.baseline,
    )


def item_row(made: Round, item: RoundItem) -> RoundItemRow:
    """Return the row of an item."""
    return RoundItemRow(
        id=item.item_id,
        round_id=made.round_id,
        number=item.number,
        video_id=item.video_id,
        path=item.path,
        sha256=item.sha256,
        assigned_percent={
            name.value: value for name, value in zip(GRADES, item.assigned.grades, strict=True)
        },
    )


def reading_row(one: Round, signed: SignedReading) -> ReadingRow:
    """Return the row of a signed reading."""
    reading = signed.reading
    a, b, c, d = astuple(reading.counts)
    return ReadingRow(
        id=reading.reading_id,
        round_id=one.round_id,
        item_id=reading.item_id,
        number=signed.number,
        occasion=reading.occasion,
        repeat=reading.repeat,
        reader_kind=reading.reader.kind.value,
        reader=reading.reader.name,
        count_a=a,
        count_b=b,
        count_c=c,
        count_d=d,
        software=reading.software,
        models=[list(model) for model in reading.models],
        begun_utc=reading.begun_utc,
        signed_utc=reading.signed_utc,
        previous_sha256=signed.previous_sha256,
        sha256=signed.sha256,
    )


def release_row(one: Round, release: Release, operator_id: UUID) -> ReleaseRow:
    """Return the row of a release."""
    return ReleaseRow(
        round_id=one.round_id,
        reader_kind=release.reader.kind.value,
        reader=release.reader.name,
        occasion=release.occasion,
        operator_id=operator_id,
        reason=release.reason,
        at_utc=release.at_utc,
    )


def round_value(
    row: RoundRow,
    items: Sequence[RoundItemRow],
    created_by: str,
    schedule: RoundScheduleRow | None,
    closed: Closing | None,
) -> Round:
    """Return a round from its rows.

    Raises:
        StoreError: If they hold what no round has.
    """
    with _unchanged(f"the round {row.name}"):
        return Round(
            name=row.name,
            source=row.source,
            table_sha256=row.table_sha256,
            items=tuple(_item_value(item) for item in items),
            given_sigma={Parameter(name): points for name, points in row.given_sigma.items()},
            standard_uncertainty=row.standard_uncertainty,
            seed=row.seed,
            created_by=created_by,
            created_utc=row.created_utc,
            schedule=None if schedule is None else _schedule_value(schedule),
            closed=closed,
            round_id=row.id,
        )


def closing_value(row: RoundClosingRow, by: str) -> Closing:
    """Return the end of a round."""
    return Closing(by, row.reason, row.at_utc)


def release_value(row: ReleaseRow, by: str) -> Release:
    """Return a release."""
    return Release(_reader(row), row.occasion, by, row.reason, row.at_utc)


def signed_value(row: ReadingRow) -> SignedReading:
    """Return a signed reading.

    Raises:
        StoreError: If its row holds what no reading has.
    """
    with _unchanged(f"reading {row.number} by {row.reader}"):
        reading = Reading(
            item_id=row.item_id,
            occasion=row.occasion,
            repeat=row.repeat,
            reader=_reader(row),
            counts=GradeCounts(row.count_a, row.count_b, row.count_c, row.count_d),
            software=row.software,
            models=tuple((name, sha256) for name, sha256 in row.models),
            begun_utc=row.begun_utc,
            signed_utc=row.signed_utc,
            reading_id=row.id,
        )
        return SignedReading(reading, row.number, row.previous_sha256, row.sha256)


@contextmanager
def _unchanged(what: str) -> Iterator[None]:
    """Tell of rows that hold what motiscope never writes."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise StoreError(
            f"{what} was changed behind motiscope's back ({type(error).__name__}: {error}); take "
            "the database from a copy"
        ) from error


def _item_value(row: RoundItemRow) -> RoundItem:
    assigned = GradeReading(*(row.assigned_percent[name.value] for name in GRADES))
    return RoundItem(row.number, row.video_id, row.path, row.sha256, assigned, row.id)


def _schedule_value(row: RoundScheduleRow) -> Schedule:
    return Schedule(row.every_days, row.repeats, row.baseline)


def _reader(row: ReadingRow | ReleaseRow) -> Reader:
    return Reader(ReaderKind(row.reader_kind), row.reader)
