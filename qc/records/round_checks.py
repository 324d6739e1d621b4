"""What was changed in a round behind the records' back, held against its seals and the audit trail.

A seal shows a change of what is stored; only the audit trail shows what was taken away whole, or
put in without a word.
"""

import re
from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from qc.eqa.rounds.signing import broken_seals
from qc.eqa.rounds.values import Release, Round, SignedReading
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
    told = rows.exec(
        select(AuditRow).where(AuditRow.subject == "reading").order_by(col(AuditRow.at_utc))
    ).all()
    known = {row.subject_id for row in told}
    stored = {each.reading.reading_id for each in signed}
    for each in signed:
        if each.reading.reading_id not in known:
            who = f"reading {each.number} of {one.name}, by {each.reading.reader}"
            yield f"{who}: the audit trail does not know it"
    of_this = re.compile(f"signed: (reading [0-9]+ of {re.escape(one.name)})")
    for row in told:
        if (action := of_this.fullmatch(row.action)) and row.subject_id not in stored:
            yield f"{action[1]}, by {row.operator}: it was signed, and is gone"


def _told(rows: Session, round_id: UUID) -> tuple[str, ...]:
    wanted = select(AuditRow.action).where(AuditRow.subject_id == round_id)
    return tuple(rows.exec(wanted.order_by(col(AuditRow.at_utc))))
