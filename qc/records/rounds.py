"""Rounds and their signed readings in the records."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TypeAlias
from uuid import UUID

from sqlmodel import Session, col, select

from qc.eqa.rounds.blocking import Block, blocks
from qc.eqa.rounds.signing import seal_of_round, sign
from qc.eqa.rounds.values import Closing, Reading, Release, Round, RoundError, SignedReading
from qc.records import adding, round_checks, round_mapping
from qc.records.models import OperatorRow
from qc.records.round_models import (
    ReadingRow,
    ReleaseRow,
    RoundClosingRow,
    RoundItemRow,
    RoundRow,
    RoundScheduleRow,
)

Transaction: TypeAlias = Callable[[], AbstractContextManager[Session]]


class RoundRecords:
    """The rounds of a store. Every method is one transaction; what is stored is never changed.

    Args:
        writing: Begins a transaction that writes.
        reading: Begins one that only reads.
    """

    def __init__(self, writing: Transaction, reading: Transaction) -> None:
        self._writing = writing
        self._reading = reading

    def add(self, made: Round) -> None:
        """Store a new round.

        Raises:
            RoundError: If another has its name.
            StoreError: If it cannot be stored; nothing of it is then kept.
        """
        with self._writing() as rows:
            if rows.exec(select(RoundRow).where(RoundRow.name == made.name)).first() is not None:
                raise RoundError(f"there is a round called {made.name} already; name it otherwise")
            operator = adding.operator_id(rows, made.created_by)
            rows.add(round_mapping.round_row(made, operator))
            rows.flush()
            rows.add_all(round_mapping.item_row(made, item) for item in made.items)
            if made.schedule is not None:
                rows.add(round_mapping.schedule_row(made, made.schedule))
            action = f"created: {made.name}"
            rows.add(adding.audit(made.created_by, action, "round", made.round_id, None))

    def all(self) -> tuple[Round, ...]:
        """Return every round, the newest first."""
        with self._reading() as rows:
            found = rows.exec(select(RoundRow).order_by(col(RoundRow.created_utc).desc())).all()
            return tuple(_round(rows, row) for row in found)

    def named(self, name: str) -> Round:
        """Return a round.

        Raises:
            RoundError: If there is none of this name.
        """
        every = self.all()
        for one in every:
            if one.name == name.strip():
                return one
        known = f"known are {', '.join(one.name for one in every)}" if every else "there is none"
        raise RoundError(f"there is no round called {name} ({known})")

    def readings(self, round_id: UUID) -> tuple[SignedReading, ...]:
        """Return all readings of a round, in the order of signing."""
        with self._reading() as rows:
            return _readings(rows, round_id)

    def sign(self, one: Round, reading: Reading) -> SignedReading:
        """Store a reading at the end of its round's chain.

        Raises:
            RoundError: If the round is closed, or its reader has read this item already.
            StoreError: If it cannot be stored; nothing of it is then kept.
        """
        with self._writing() as rows:
            _refuse_closed(rows, one)
            _refuse_again(rows, one, reading)
            last = rows.exec(
                select(ReadingRow)
                .where(ReadingRow.round_id == one.round_id)
                .order_by(col(ReadingRow.number).desc())
            ).first()
            previous = seal_of_round(one) if last is None else last.sha256
            signed = sign(reading, 1 if last is None else last.number + 1, previous)
            rows.add(round_mapping.reading_row(one, signed))
            action = round_checks.signed_action(signed.number, one)
            who = reading.reader.name
            rows.add(adding.audit(who, action, "reading", reading.reading_id, None))
            return signed

    def close(self, one: Round, closing: Closing) -> None:
        """End a round: nobody can read it any more, and its values and readings are shown.

        Raises:
            RoundError: If it is closed already.
            StoreError: If it cannot be stored.
        """
        with self._writing() as rows:
            _refuse_closed(rows, one)
            operator = adding.operator_id(rows, closing.by)
            rows.add(
                RoundClosingRow(
                    round_id=one.round_id,
                    operator_id=operator,
                    reason=closing.reason,
                    at_utc=closing.at_utc,
                )
            )
            action = round_checks.closed_action(one)
            rows.add(adding.audit(closing.by, action, "round", one.round_id, closing.reason))

    def release(self, one: Round, release: Release) -> None:
        """Store why a reader's results are reported again.

        Raises:
            RoundError: If that occasion was released already.
            StoreError: If it cannot be stored.
        """
        with self._writing() as rows:
            if release in _releases(rows, one.round_id):
                raise RoundError(f"occasion {release.occasion} of {release.reader} is released")
            operator = adding.operator_id(rows, release.by)
            rows.add(round_mapping.release_row(one, release, operator))
            action = round_checks.released_action(one, release)
            rows.add(adding.audit(release.by, action, "round", one.round_id, release.reason))

    def releases(self, round_id: UUID) -> tuple[Release, ...]:
        """Return who released what in a control programme, the oldest first."""
        with self._reading() as rows:
            return _releases(rows, round_id)

    def faults(self, one: Round) -> tuple[str, ...]:
        """Return a line for each thing of a round that was changed behind the records' back."""
        with self._reading() as rows:
            signed, releases = _readings(rows, one.round_id), _releases(rows, one.round_id)
            return tuple(round_checks.faults(rows, one, signed, releases))

    def blocks(self) -> tuple[Block, ...]:
        """Return everyone whose results are not reported, over all open control programmes."""
        found: list[Block] = []
        with self._reading() as rows:
            for row in rows.exec(select(RoundRow).join(RoundScheduleRow)).all():
                one = _round(rows, row)
                if one.closed is None:
                    readings = [signed.reading for signed in _readings(rows, one.round_id)]
                    found += blocks(one, readings, _releases(rows, one.round_id))
        return tuple(found)


def _round(rows: Session, row: RoundRow) -> Round:
    items = rows.exec(
        select(RoundItemRow)
        .where(RoundItemRow.round_id == row.id)
        .order_by(col(RoundItemRow.number))
    ).all()
    schedule = rows.exec(
        select(RoundScheduleRow).where(RoundScheduleRow.round_id == row.id)
    ).one_or_none()
    closing = rows.exec(
        select(RoundClosingRow).where(RoundClosingRow.round_id == row.id)
    ).one_or_none()
    by = {} if closing is None else _names(rows, [closing.operator_id])
    return round_mapping.round_value(
        row,
        items,
        _names(rows, [row.operator_id])[row.operator_id],
        schedule,
        None if closing is None else round_mapping.closing_value(closing, by[closing.operator_id]),
    )


def _readings(rows: Session, round_id: UUID) -> tuple[SignedReading, ...]:
    wanted = (
        select(ReadingRow).where(ReadingRow.round_id == round_id).order_by(col(ReadingRow.number))
    )
    return tuple(round_mapping.signed_value(row) for row in rows.exec(wanted))


def _releases(rows: Session, round_id: UUID) -> tuple[Release, ...]:
    found = rows.exec(
        select(ReleaseRow).where(ReleaseRow.round_id == round_id).order_by(col(ReleaseRow.at_utc))
    ).all()
    by = _names(rows, [row.operator_id for row in found])
    return tuple(round_mapping.release_value(row, by[row.operator_id]) for row in found)


def _names(rows: Session, operators: Sequence[UUID]) -> dict[UUID, str]:
    found = rows.exec(select(OperatorRow).where(col(OperatorRow.id).in_(operators)))
    return {row.id: row.name for row in found}


def _refuse_closed(rows: Session, one: Round) -> None:
    wanted = select(RoundClosingRow).where(RoundClosingRow.round_id == one.round_id)
    if rows.exec(wanted).first() is not None:
        raise RoundError(f"{one.name} is closed; it takes no more readings")


def _refuse_again(rows: Session, one: Round, reading: Reading) -> None:
    same = select(ReadingRow).where(
        ReadingRow.item_id == reading.item_id,
        ReadingRow.occasion == reading.occasion,
        ReadingRow.repeat == reading.repeat,
        ReadingRow.reader_kind == reading.reader.kind.value,
        ReadingRow.reader == reading.reader.name,
    )
    if rows.exec(same).first() is not None:
        raise RoundError(f"{reading.reader} has signed this reading of {one.name} already")
