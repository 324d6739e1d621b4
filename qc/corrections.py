"""What a person says was wrong with a field; `qc.corrected` says what follows from it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from inference.grading import Grade


class CorrectionKind(StrEnum):
    """What was wrong."""

    WRONG_GRADE = "wrong_grade"
    MISSED_CELL = "missed_cell"
    FALSE_CELL = "false_cell"
    SPLIT_TRACK = "split_track"
    JOINED_TRACK = "joined_track"
    WITHDRAWN = "withdrawn"


class CorrectionError(ValueError):
    """A correction that cannot be made; one line says why."""


_NEEDS = {
    CorrectionKind.WRONG_GRADE: {"cell", "grade"},
    CorrectionKind.MISSED_CELL: {"x_px", "y_px", "frame", "grade"},
    CorrectionKind.FALSE_CELL: {"cell"},
    CorrectionKind.SPLIT_TRACK: {"cell", "other"},
    CorrectionKind.JOINED_TRACK: {"cell", "grade"},
    CorrectionKind.WITHDRAWN: {"withdraws"},
}
_NUMBERED = {CorrectionKind.MISSED_CELL: "cell", CorrectionKind.JOINED_TRACK: "other"}
"""Where a correction that adds a cell has the number of that cell, once it is admitted."""
_WORDS = {"x_px": "place", "y_px": "place", "other": "other cell", "withdraws": "correction"}


@dataclass(frozen=True, slots=True)
class Correction:
    """What one person says was wrong with one field.

    Attributes:
        kind: What was wrong.
        operator: Who says so.
        reason: Why.
        cell: Number of the cell concerned; of a missed cell the number that it was given.
        other: Second cell: the one taken away of a split track, the one added of a joined track.
        grade: The right grade, where one is given.
        was: The grade that the cell, or the one taken away, had until then.
        x_px: Place of a missed cell, from the left of the clip's picture.
        y_px: The same from its top.
        frame: Frame of the clip in which it was seen there, from 0.
        withdraws: The correction that is taken back.
        number: Which correction of its field this is, from 1; they apply in this order.
        at_utc: When it was made.
        correction_id: Its key.

    Raises:
        CorrectionError: If it lacks what its kind needs, or has what its kind has no use for.
    """

    kind: CorrectionKind
    operator: str
    reason: str
    cell: int | None = None
    other: int | None = None
    grade: Grade | None = None
    was: Grade | None = None
    x_px: float | None = None
    y_px: float | None = None
    frame: int | None = None
    withdraws: UUID | None = None
    number: int = 1
    at_utc: datetime = field(default_factory=lambda: datetime.now(UTC))
    correction_id: UUID = field(default_factory=uuid4)

    def __post_init__(self) -> None:
        for name in ("operator", "reason"):
            if not getattr(self, name).strip():
                raise CorrectionError(f"a correction needs its {name}; give one")
        given = {name for name in _GIVEN if getattr(self, name) is not None}
        for name in sorted(_NEEDS[self.kind] - given):
            raise CorrectionError(f"{self.what} needs its {_WORDS.get(name, name)}; give one")
        for name in sorted(given - _NEEDS[self.kind] - {_NUMBERED.get(self.kind)}):
            raise CorrectionError(f"{self.what} has no {_WORDS.get(name, name)}; leave it out")

    @property
    def what(self) -> str:
        """Its kind in words."""
        return self.kind.value.replace("_", " ")

    @property
    def short_id(self) -> str:
        """The beginning of its key, enough to name it."""
        return str(self.correction_id)[:8]


_GIVEN = ("cell", "other", "grade", "x_px", "y_px", "frame", "withdraws")


def in_force(corrections: Iterable[Correction]) -> tuple[Correction, ...]:
    """Return the corrections that are not withdrawn, in order, without the withdrawals."""
    ordered = sorted(corrections, key=lambda each: each.number)
    withdrawn = {each.withdraws for each in ordered}
    return tuple(
        each
        for each in ordered
        if each.kind is not CorrectionKind.WITHDRAWN and each.correction_id not in withdrawn
    )


def described(correction: Correction) -> str:
    """Say in a few words what a correction says."""
    one, two, was = correction.cell, correction.other, correction.was
    match correction.kind:
        case CorrectionKind.WRONG_GRADE:
            return f"cell {one} is {correction.grade}, not {was}"
        case CorrectionKind.MISSED_CELL:
            place = f"{correction.x_px:g}, {correction.y_px:g} px in frame {correction.frame}"
            return f"cell {one}, {correction.grade}, was missed at {place}"
        case CorrectionKind.FALSE_CELL:
            return f"cell {one}, {was}, is no cell"
        case CorrectionKind.SPLIT_TRACK:
            return f"cell {two}, {was}, is part of cell {one}"
        case CorrectionKind.JOINED_TRACK:
            return f"cell {one} is two cells; the second, cell {two}, is {correction.grade}"
        case CorrectionKind.WITHDRAWN:
            return f"correction {str(correction.withdraws)[:8]} is withdrawn"
