"""Between the rows of cells and corrections and their frozen values."""

from uuid import UUID

from inference.grading import Grade
from qc.cells import StoredCell
from qc.corrections import Correction, CorrectionKind
from qc.records.models import CellRow, CorrectionRow


def cell_row(result_id: UUID, cell: StoredCell) -> CellRow:
    """Return the row of a cell."""
    p_a, p_b, p_c, p_d = cell.probabilities or (None,) * 4
    return CellRow(
        result_id=result_id,
        number=cell.number,
        first_frame=cell.first_frame,
        last_frame=cell.last_frame,
        x_px=cell.x_px,
        y_px=cell.y_px,
        grade=cell.grade.value,
        counted=cell.counted,
        rule_grade=_text(cell.rule_grade),
        p_a=p_a,
        p_b=p_b,
        p_c=p_c,
        p_d=p_d,
        review=list(cell.review),
        progress_um_s=cell.progress_um_s,
        reason=cell.reason,
        path_px=list(cell.path_px),
    )


def cell_value(row: CellRow) -> StoredCell:
    """Return a cell from its row."""
    return StoredCell(
        number=row.number,
        first_frame=row.first_frame,
        last_frame=row.last_frame,
        x_px=row.x_px,
        y_px=row.y_px,
        grade=Grade(row.grade),
        counted=row.counted,
        rule_grade=_grade(row.rule_grade),
        probabilities=_probabilities(row),
        review=tuple(row.review),
        progress_um_s=row.progress_um_s,
        reason=row.reason,
        path_px=tuple((x, y) for x, y in row.path_px),
    )


def _probabilities(row: CellRow) -> tuple[float, float, float, float] | None:
    if row.p_a is None or row.p_b is None or row.p_c is None or row.p_d is None:
        return None
    return row.p_a, row.p_b, row.p_c, row.p_d


def correction_row(field_id: UUID, correction: Correction, operator_id: UUID) -> CorrectionRow:
    """Return the row of a correction."""
    return CorrectionRow(
        id=correction.correction_id,
        field_id=field_id,
        number=correction.number,
        kind=correction.kind.value,
        cell=correction.cell,
        other=correction.other,
        grade=_text(correction.grade),
        was=_text(correction.was),
        x_px=correction.x_px,
        y_px=correction.y_px,
        frame=correction.frame,
        withdraws_id=correction.withdraws,
        operator_id=operator_id,
        reason=correction.reason,
        at_utc=correction.at_utc,
    )


def correction_value(row: CorrectionRow, operator: str) -> Correction:
    """Return a correction from its row."""
    return Correction(
        kind=CorrectionKind(row.kind),
        operator=operator,
        reason=row.reason,
        cell=row.cell,
        other=row.other,
        grade=_grade(row.grade),
        was=_grade(row.was),
        x_px=row.x_px,
        y_px=row.y_px,
        frame=row.frame,
        withdraws=row.withdraws_id,
        number=row.number,
        at_utc=row.at_utc,
        correction_id=row.id,
    )


def _text(grade: Grade | None) -> str | None:
    return None if grade is None else grade.value


def _grade(text: str | None) -> Grade | None:
    return None if text is None else Grade(text)
