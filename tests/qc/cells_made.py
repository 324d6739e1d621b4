"""Cells and corrections to test with."""

from typing import Any

from inference.counting import GradeCounts, tally
from inference.grading import Grade
from qc.cells import StoredCell
from qc.corrections import Correction, CorrectionKind

A, B, C, D = Grade


def cell(number: int, grade: Grade, *, counted: bool = True, **changes: Any) -> StoredCell:
    values: dict[str, Any] = {
        "first_frame": 0 if counted else 90,
        "last_frame": 298,
        "x_px": 10.0 * number,
        "y_px": 20.5,
        "rule_grade": grade,
        "reason": "gets 31.0 µm on in 1 s",
        "path_px": ((10.0 * number, 20.5), (10.0 * number + 30, 22.25)),
    }
    return StoredCell(number, grade=grade, counted=counted, **(values | changes))


CELLS = (
    cell(1, A, probabilities=(0.5, 0.4, 0.06, 0.04), review=("two grades are close",)),
    cell(2, A),
    cell(3, B),
    cell(4, C, progress_um_s=2.5),
    cell(5, D),
    cell(6, A, counted=False),
    cell(7, D, counted=False, review=("first seen late",)),
)
COUNTED = GradeCounts(2, 1, 1, 1)
assert tally([each.grade for each in CELLS if each.counted]) == COUNTED


def correction(kind: CorrectionKind, reason: str = "seen again", **changes: Any) -> Correction:
    return Correction(kind, changes.pop("operator", "Bo Check"), reason, **changes)


def wrong(number: int, grade: Grade, **changes: Any) -> Correction:
    return correction(CorrectionKind.WRONG_GRADE, cell=number, grade=grade, **changes)


def missed(grade: Grade, **changes: Any) -> Correction:
    place = {"x_px": 100.0, "y_px": 80.0, "frame": 0} | changes
    return correction(CorrectionKind.MISSED_CELL, grade=grade, **place)


def false(number: int, **changes: Any) -> Correction:
    return correction(CorrectionKind.FALSE_CELL, cell=number, **changes)


def split(kept: int, taken: int, **changes: Any) -> Correction:
    return correction(CorrectionKind.SPLIT_TRACK, cell=kept, other=taken, **changes)


def joined(number: int, grade: Grade, **changes: Any) -> Correction:
    return correction(CorrectionKind.JOINED_TRACK, cell=number, grade=grade, **changes)


def withdrawn(earlier: Correction, **changes: Any) -> Correction:
    return correction(CorrectionKind.WITHDRAWN, withdraws=earlier.correction_id, **changes)
