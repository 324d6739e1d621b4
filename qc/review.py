"""The cells of a session as a person goes through them: those to review first."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from qc.cells import StoredCell
from qc.corrected import CellNow
from qc.corrections import Correction, CorrectionError, CorrectionKind, described
from qc.records.values import FieldRecord, ReplicateRecord, SessionRecord


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One cell of a counted field.

    Attributes:
        replicate: Number of its replicate.
        field: Its field.
        now: How it stands after the corrections.
        cell: What the analysis says of it; None for a cell that a person added.
        x_px: Place of the head where it is first seen, from the left of the clip's picture.
        y_px: The same from its top.
        frame: The frame of the clip in which it is first seen.
    """

    replicate: int
    field: FieldRecord
    now: CellNow
    cell: StoredCell | None
    x_px: float
    y_px: float
    frame: int

    @property
    def place(self) -> str:
        """Its field, as replicate.number."""
        return f"{self.replicate}.{self.field.number}"

    @property
    def key(self) -> str:
        """A text that names it within its session."""
        return f"{self.place}.{self.now.number}"

    @property
    def review(self) -> tuple[str, ...]:
        """Why a person should look at it."""
        return self.cell.review if self.cell else ()

    @property
    def standing(self) -> str:
        """Whether it is counted, and what people made of it."""
        if self.now.gone:
            return self.now.gone
        counted = "counted" if self.now.counted else "not counted"
        if self.cell is None:
            return f"{counted}, added"
        return f"{counted}, corrected" if self.now.corrections else counted


def review_lines(session: SessionRecord) -> tuple[ReviewLine, ...]:
    """Return every cell of the counted fields.

    First come those to review that are counted, then those to review that are not, then the rest;
    within each by replicate, field and number.
    """
    lines = (
        line
        for replicate in session.replicates
        for field in replicate.counting
        for line in _field_lines(replicate, field)
    )
    return tuple(sorted(lines, key=_rank))


def _rank(line: ReviewLine) -> tuple[bool, bool, int, int, int]:
    wanted = bool(line.review)
    swam_in = wanted and line.cell is not None and not line.cell.counted
    return not wanted, swam_in, line.replicate, line.field.number, line.now.number


def _field_lines(replicate: ReplicateRecord, field: FieldRecord) -> Iterator[ReviewLine]:
    cells = {cell.number: cell for cell in field.result.cells} if field.result else {}
    added = {c.cell: c for c in field.corrections if c.kind is CorrectionKind.MISSED_CELL}
    joined = {c.other: c.cell for c in field.corrections if c.kind is CorrectionKind.JOINED_TRACK}
    for number, now in field.cells_now.items():
        origin = number
        while origin not in cells and origin not in added:
            origin = joined[origin] or 0
        place = _place(cells.get(origin), added.get(origin))
        yield ReviewLine(replicate.number, field, now, cells.get(number), *place)


def _place(cell: StoredCell | None, added: Correction | None) -> tuple[float, float, int]:
    if cell is not None:
        return cell.x_px, cell.y_px, cell.first_frame
    if added is None or added.x_px is None or added.y_px is None or added.frame is None:
        raise CorrectionError("an added cell has no place")
    return added.x_px, added.y_px, added.frame


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One correction of a counted field.

    Attributes:
        place: The field, as replicate.number.
        correction: What was corrected.
        withdrawn_by: The correction that took it back, None where none did.
    """

    place: str
    correction: Correction
    withdrawn_by: UUID | None

    @property
    def stands(self) -> bool:
        """Whether it was not taken back; no withdrawal ever is."""
        return self.withdrawn_by is None

    @property
    def text(self) -> str:
        """What it says."""
        return described(self.correction)


def correction_lines(session: SessionRecord) -> tuple[CorrectionLine, ...]:
    """Return every correction of the counted fields in the order of time."""
    lines = (
        line
        for place, field in _counted_fields(session)
        for line in _correction_lines(place, field)
    )
    return tuple(sorted(lines, key=lambda line: line.correction.at_utc))


def _correction_lines(place: str, field: FieldRecord) -> Iterator[CorrectionLine]:
    withdrawals = {each.withdraws: each.correction_id for each in field.corrections}
    for each in field.corrections:
        yield CorrectionLine(place, each, withdrawals.get(each.correction_id))


def counted_field(session: SessionRecord, field_id: UUID) -> tuple[str, FieldRecord]:
    """Return a counted field of a session, with its name as replicate.number.

    Raises:
        CorrectionError: If it does not enter the count, so that no correction changes anything.
    """
    for place, field in _counted_fields(session):
        if field.field_id == field_id:
            return place, field
    raise CorrectionError("this recording of the field is not counted; there is nothing to correct")


def _counted_fields(session: SessionRecord) -> Iterator[tuple[str, FieldRecord]]:
    for replicate in session.replicates:
        for field in replicate.counting:
            yield f"{replicate.number}.{field.number}", field


def field_named(session: SessionRecord, place: str) -> FieldRecord:
    """Return the counted field that a person names as replicate.number, such as 1.3.

    Raises:
        CorrectionError: If there is none.
    """
    fields = dict(_counted_fields(session))
    if place not in fields:
        held = f"it has {', '.join(fields)}" if fields else "it has none"
        raise CorrectionError(f"the session has no counted field {place}; {held}")
    return fields[place]


def correction_named(session: SessionRecord, key: str) -> tuple[FieldRecord, Correction]:
    """Return the correction whose key begins so, with its field.

    Raises:
        CorrectionError: If there is none, or more than one.
    """
    start = key.strip().lower()
    found = [
        (field, correction)
        for _, field in _counted_fields(session)
        for correction in field.corrections
        if start and str(correction.correction_id).startswith(start)
    ]
    if len(found) != 1:
        many = f"{len(found)} corrections" if found else "no correction"
        raise CorrectionError(f"the session has {many} {key}; see motiscope review")
    return found[0]
