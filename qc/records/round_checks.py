"""What was changed in a round behind the records' back, held against its seals and the audit trail.

A seal shows a change of what is stored; only the audit trail shows what was taken away whole, or
put in without a word.
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from qc.eqa.rounds.signing import broken_seals
from qc.eqa.rounds.values import Reading, Release, Round, SignedReading
from qc.records.models import AuditRow


def signed_action(number: int, one: Round) -> str:
    """Return how the audit trail tells that a reading was signed."""
    return f"signed: reading {number} of {one.name}"


def released_action(one: Round, release: Release) -> str:
    """Return how the audit trail tells that a reader was released."""
    return f"released: {release.reader}, occasion {release.occasion} of {one.name}"


def closed_action(one: Round) -> str:
    """Return how the audit trail tells that a round was closed."""
    return f"closed: {one.name}"


def faults(
    rows: Session, one: Round, signed: Sequence[SignedReading], releases: Sequence[Release]
) -> Iterator[str]:
    """Yield a line for each thing of a round that is not what was stored."""
    yield from broken_seals(one, signed)
    yield from _signed(rows, one, signed)
    told = _told(rows, one.round_id)
    expected = [released_action(one, release) for release in releases]
    if one.closed is not None:
        expected.append(closed_action(one))
    for action in expected:
        if action not in told:
            yield f"{one.name}: the audit trail does not know this: {action}"
    for action in told:
        if action.startswith(("released: ", "closed: ")) and action not in expected:
            yield f"{one.name}: the audit trail says this, and it is gone: {action}"


def _signed(rows: Session, one: Round, signed: Sequence[SignedReading]) -> Iterator[str]:
    readings: dict[UUID, Reading] = {each.reading.reading_id: each.reading for each in signed}
    told = rows.exec(
        select(AuditRow)
        .where(AuditRow.subject == "reading")
        .where(col(AuditRow.action).endswith(f" of {one.name}", autoescape=True))
        .order_by(col(AuditRow.at_utc))
    ).all()
    known = {row.subject_id for row in told}
    for each in signed:
        if each.reading.reading_id not in known:
            who = f"reading {each.number} of {one.name}, by {each.reading.reader}"
            yield f"{who}: the audit trail does not know it"
    # Of rounds whose names end alike each has its own.
    mine = [row for row in told if row.action == signed_action(_number(row.action), one)]
    for row in mine:
        if row.subject_id not in readings:
            number = _number(row.action)
            yield f"reading {number} of {one.name}, by {row.operator}: it was signed, and is gone"


def _number(action: str) -> int:
    words = action.split(" ")
    return int(words[2]) if len(words) > 2 and words[2].isdecimal() else 0


def _told(rows: Session, round_id: UUID) -> tuple[str, ...]:
    wanted = select(AuditRow.action).where(AuditRow.subject_id == round_id)
    return tuple(rows.exec(wanted.order_by(col(AuditRow.at_utc))))
