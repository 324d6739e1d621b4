"""Reading sessions back from the tables."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from inference.counting import GradeCounts
from qc.cells import StoredCell
from qc.corrections import Correction
from qc.records import calibrating, cell_mapping, mapping
from qc.records.models import (
    CalibrationRow,
    CellRow,
    ClipRow,
    CorrectionRow,
    FieldRow,
    GraderRow,
    OperatorRow,
    PreparationRow,
    ReplicateRow,
    ResultRow,
    SampleRow,
    SessionRow,
    TemperatureLogRow,
)
from qc.records.values import (
    FieldOutcome,
    FieldRecord,
    ReplicateRecord,
    ResultRecord,
    SessionRecord,
    SessionState,
    SessionSummary,
)
from qc.result import progressive_percent

_Counted = list[tuple[int, GradeCounts]]
"""Counted fields and corrected counts of each replicate."""


def session(rows: Session, session_id: UUID) -> SessionRecord | None:
    """Return a session whole, None where there is none with this key."""
    found = rows.exec(
        select(SessionRow, SampleRow, OperatorRow, CalibrationRow)
        .join(SampleRow)
        .join(OperatorRow)
        .join(CalibrationRow)
        .where(SessionRow.id == session_id)
    ).one_or_none()
    if found is None:
        return None
    row, sample, operator, calibration = found
    profile = calibrating.profile_of_session(rows, session_id)
    preparation = rows.exec(
        select(PreparationRow).where(PreparationRow.session_id == session_id)
    ).one_or_none()
    replicates = _replicates(rows, session_id)
    return mapping.session_value(
        row, sample.label, operator.name, calibration, profile, preparation, replicates
    )


def summaries(rows: Session, state: SessionState | None) -> tuple[SessionSummary, ...]:
    """Return all sessions, or those in one state, newest first."""
    wanted = (
        select(SessionRow, SampleRow, OperatorRow)
        .join(SampleRow)
        .join(OperatorRow)
        .order_by(col(SessionRow.begun_utc).desc(), col(SessionRow.id))
    )
    if state is not None:
        wanted = wanted.where(SessionRow.state == state.value)
    counts = _counts_by_session(rows)
    return tuple(
        _summary(row, sample.label, operator.name, counts)
        for row, sample, operator in rows.exec(wanted)
    )


def corrections(rows: Session, session_id: UUID) -> dict[UUID, list[Correction]]:
    """Return the corrections of a session by the key of their field, withdrawn ones included."""
    wanted = (
        select(CorrectionRow, OperatorRow)
        .join(OperatorRow)
        .join(FieldRow, col(FieldRow.id) == col(CorrectionRow.field_id))
        .join(ReplicateRow, col(FieldRow.replicate_id) == col(ReplicateRow.id))
        .where(ReplicateRow.session_id == session_id)
        .order_by(col(CorrectionRow.number))
    )
    found: dict[UUID, list[Correction]] = defaultdict(list)
    for row, operator in rows.exec(wanted):
        found[row.field_id].append(cell_mapping.correction_value(row, operator.name))
    return found


def _replicates(rows: Session, session_id: UUID) -> Sequence[ReplicateRecord]:
    fields = _fields_by_replicate(rows, session_id)
    wanted = (
        select(ReplicateRow)
        .where(ReplicateRow.session_id == session_id)
        .order_by(col(ReplicateRow.number))
    )
    return [mapping.replicate_value(row, fields[row.id]) for row in rows.exec(wanted)]


def _fields_by_replicate(rows: Session, session_id: UUID) -> dict[UUID, list[FieldRecord]]:
    wanted = (
        select(FieldRow, ClipRow, TemperatureLogRow)
        .select_from(FieldRow)
        .join(ClipRow)
        .join(TemperatureLogRow, col(TemperatureLogRow.clip_id) == col(ClipRow.id), isouter=True)
        .join(ReplicateRow, col(FieldRow.replicate_id) == col(ReplicateRow.id))
        .where(ReplicateRow.session_id == session_id)
        .order_by(col(FieldRow.number), col(FieldRow.attempt))
    )
    results = _results_by_field(rows, session_id)
    made = corrections(rows, session_id)
    fields: dict[UUID, list[FieldRecord]] = defaultdict(list)
    for row, clip, log in rows.exec(wanted):
        field = mapping.field_value(row, clip, log, results.get(row.id), made[row.id])
        fields[row.replicate_id].append(field)
    return fields


def _results_by_field(rows: Session, session_id: UUID) -> dict[UUID, ResultRecord]:
    wanted = (
        select(ResultRow, CalibrationRow, OperatorRow, GraderRow)
        .join(CalibrationRow)
        .join(OperatorRow)
        .join(GraderRow, isouter=True)
        .join(FieldRow, col(FieldRow.id) == col(ResultRow.field_id))
        .join(ReplicateRow, col(FieldRow.replicate_id) == col(ReplicateRow.id))
        .where(ReplicateRow.session_id == session_id)
    )
    cells = _cells_by_result(rows, session_id)
    return {
        row.field_id: mapping.result_value(row, calibration, operator.name, grader, cells[row.id])
        for row, calibration, operator, grader in rows.exec(wanted)
    }


def _cells_by_result(rows: Session, session_id: UUID) -> dict[UUID, list[StoredCell]]:
    wanted = (
        select(CellRow)
        .join(ResultRow)
        .join(FieldRow, col(FieldRow.id) == col(ResultRow.field_id))
        .join(ReplicateRow, col(FieldRow.replicate_id) == col(ReplicateRow.id))
        .where(ReplicateRow.session_id == session_id)
        .order_by(col(CellRow.number))
    )
    cells: dict[UUID, list[StoredCell]] = defaultdict(list)
    for row in rows.exec(wanted):
        cells[row.result_id].append(cell_mapping.cell_value(row))
    return cells


def _counts_by_session(rows: Session) -> dict[UUID, _Counted]:
    """Return the corrected counts of every session that has a replicate."""
    counts = _stored_counts(rows)
    corrected = (
        select(ReplicateRow.session_id)
        .join(FieldRow)
        .join(CorrectionRow, col(CorrectionRow.field_id) == col(FieldRow.id))
        .distinct()
    )
    for session_id in rows.exec(corrected).all():
        whole = _replicates(rows, session_id)
        counts[session_id] = [(len(each.field_counts), each.counted) for each in whole]
    return counts


def _stored_counts(rows: Session) -> dict[UUID, _Counted]:
    """Return the stored counts of every session that has a replicate."""
    newer = aliased(FieldRow)
    replaced = select(newer.id).where(newer.replaces_id == FieldRow.id).correlate(FieldRow).exists()
    wanted = (
        select(
            ReplicateRow.session_id,
            func.count(col(ResultRow.id)),
            *(
                func.coalesce(func.sum(column), 0)
                for column in (
                    ResultRow.count_a,
                    ResultRow.count_b,
                    ResultRow.count_c,
                    ResultRow.count_d,
                )
            ),
        )
        .select_from(ReplicateRow)
        .outerjoin(
            FieldRow,
            (col(FieldRow.replicate_id) == col(ReplicateRow.id))
            & (col(FieldRow.outcome) == FieldOutcome.COUNTED.value)
            & ~replaced,
        )
        .outerjoin(ResultRow, col(ResultRow.field_id) == col(FieldRow.id))
        .group_by(col(ReplicateRow.session_id), col(ReplicateRow.id))
    )
    counts: dict[UUID, _Counted] = defaultdict(list)
    for row in rows.exec(wanted):
        counts[row[0]].append((row[1], GradeCounts(*row[2:])))
    return counts


def _summary(
    row: SessionRow,
    sample: str,
    operator: str,
    counts: dict[UUID, _Counted],
) -> SessionSummary:
    replicates, state = counts.get(row.id, []), SessionState(row.state)
    counted = [each for _, each in replicates]
    return SessionSummary(
        session_id=row.id,
        sample=sample,
        operator=operator,
        state=state,
        begun_utc=row.begun_utc,
        ended_utc=row.ended_utc,
        replicates=len(replicates),
        fields=sum(fields for fields, _ in replicates),
        counted=sum(counted, GradeCounts()),
        progressive_percent=progressive_percent(state, counted, row.min_cells),
    )
