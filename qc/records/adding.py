"""Adding rows: what a new row points at is looked up first, and added where it is missing."""

from uuid import UUID

from sqlmodel import Session, col, select

from calibration.scale import Scale
from qc.corrected import admitted, check_missed
from qc.corrections import Correction, described
from qc.records import cell_mapping, mapping
from qc.records.models import (
    AuditRow,
    CalibrationRow,
    GraderRow,
    OperatorRow,
    SampleRow,
    SessionRow,
)
from qc.records.values import ClipRecord, ResultRecord, SessionRecord, utc_now
from qc.review import counted_field


def sample_id(rows: Session, label: str) -> UUID:
    """Return the key of a sample, which is added where it is missing."""
    row = rows.exec(select(SampleRow).where(SampleRow.label == label)).one_or_none()
    if row is None:
        row = SampleRow(label=label, created_utc=utc_now())
        rows.add(row)
        rows.flush()
    return row.id


def operator_id(rows: Session, name: str) -> UUID:
    """Return the key of an operator, who is added where missing."""
    row = rows.exec(select(OperatorRow).where(OperatorRow.name == name)).one_or_none()
    if row is None:
        row = OperatorRow(name=name, created_utc=utc_now())
        rows.add(row)
        rows.flush()
    return row.id


def operator_name(rows: Session, session: SessionRow) -> str:
    """Return who examines in a session."""
    return rows.exec(select(OperatorRow.name).where(OperatorRow.id == session.operator_id)).one()


def calibration_id(rows: Session, scale: Scale, picture_sha256: str | None) -> UUID:
    """Return the key of a calibration, which is added where it is missing."""
    same = select(CalibrationRow).where(
        CalibrationRow.um_per_px_x == scale.um_per_px_x,
        CalibrationRow.um_per_px_y == scale.um_per_px_y,
        col(CalibrationRow.u_rel_x).is_not_distinct_from(scale.u_rel_x),
        col(CalibrationRow.u_rel_y).is_not_distinct_from(scale.u_rel_y),
        CalibrationRow.source == scale.source,
        col(CalibrationRow.picture_sha256).is_not_distinct_from(picture_sha256),
    )
    row = rows.exec(same).first()
    if row is None:
        row = CalibrationRow(
            um_per_px_x=scale.um_per_px_x,
            um_per_px_y=scale.um_per_px_y,
            u_rel_x=scale.u_rel_x,
            u_rel_y=scale.u_rel_y,
            source=scale.source,
            picture_sha256=picture_sha256,
            created_utc=utc_now(),
        )
        rows.add(row)
        rows.flush()
    return row.id


def add_preparation(rows: Session, session: SessionRecord) -> None:
    """Add what was said of a session's sample and slide, with its entry in the audit trail."""
    preparation = session.plan.preparation
    row = mapping.preparation_row(session.session_id, preparation)
    if row is None:
        return
    rows.flush()
    rows.add(row)
    if preparation.preheated_by is not None:
        action = "pre-heated slide confirmed"
        rows.add(
            audit(preparation.preheated_by, action, "session", session.session_id, "replicate 1")
        )


def add_clip(rows: Session, field_id: UUID, clip: ClipRecord) -> None:
    """Add the clip of a field, with the temperatures during its recording."""
    row = mapping.clip_row(field_id, clip)
    rows.add(row)
    rows.flush()
    if clip.temperatures:
        rows.add(mapping.temperature_log_row(row.id, clip.temperatures))


def add_result(rows: Session, field_id: UUID, result: ResultRecord) -> None:
    """Add the result of a field with its cells."""
    calibration = calibration_id(rows, result.scale, result.calibration_sha256)
    row = mapping.result_row(field_id, result, calibration, operator_id(rows, result.operator))
    rows.add(row)
    rows.flush()
    if result.grader is not None:
        grader = result.grader
        rows.add(GraderRow(result_id=row.id, name=grader.name, sha256=grader.sha256))
    rows.add_all(cell_mapping.cell_row(row.id, cell) for cell in result.cells)


def add_correction(
    rows: Session, session: SessionRecord, field_id: UUID, wanted: Correction
) -> Correction:
    """Add a correction of a counted field, with its entry in the audit trail.

    Raises:
        CorrectionError: If the field is not counted, or the correction contradicts what is there.
    """
    _, field = counted_field(session, field_id)
    field.extent.check(wanted)
    cells = field.result.cells if field.result else ()
    if field.result:
        check_missed(cells, field.corrections, wanted, field.extent, field.result.scale)
    made = admitted(cells, field.corrections, wanted)
    rows.add(cell_mapping.correction_row(field_id, made, operator_id(rows, made.operator)))
    action = f"{made.what}: {described(made)}"
    rows.add(audit(made.operator, action, "correction", made.correction_id, made.reason))
    return made


def audit(
    operator: str, action: str, subject: str, subject_id: UUID, reason: str | None
) -> AuditRow:
    """Return an entry of the audit trail, made now."""
    return AuditRow(
        at_utc=utc_now(),
        operator=operator,
        action=action,
        subject=subject,
        subject_id=subject_id,
        reason=reason,
    )
