"""Between the rows of the tables and the frozen values that the rest of motiscope uses."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from acquisition.camera import CameraInfo, CameraSettings
from acquisition.notice import Notice
from acquisition.stage import Position
from acquisition.temperature_log import Reading
from calibration.profiles import CalibrationProfile
from calibration.scale import Scale
from inference.counting import GradeCounts
from inference.field import Drift
from inference.grading import Grade, Thresholds
from inference.identity import ModelIdentity
from qc.cells import StoredCell
from qc.corrections import Correction
from qc.plan import ExaminationPlan
from qc.preparation import Preparation
from qc.records.database import StoreError
from qc.records.models import (
    CalibrationRow,
    ClipRow,
    FieldRow,
    GraderRow,
    PreparationRow,
    ReplicateRow,
    ResultRow,
    SessionRow,
    TemperatureLogRow,
)
from qc.records.values import (
    ClipRecord,
    FieldOutcome,
    FieldRecord,
    ReplicateRecord,
    ResultRecord,
    SessionRecord,
    SessionState,
)


def session_row(
    session: SessionRecord, sample_id: UUID, operator_id: UUID, calibration_id: UUID
) -> SessionRow:
    """Return the row of a session."""
    plan, camera = session.plan, session.camera
    return SessionRow(
        id=session.session_id,
        sample_id=sample_id,
        operator_id=operator_id,
        calibration_id=calibration_id,
        state=session.state.value,
        seed=plan.seed,
        replicates=plan.replicates,
        min_cells=plan.min_cells,
        min_fields=plan.min_fields,
        max_fields=plan.max_fields,
        max_attempts=plan.max_attempts,
        max_drift_um_s=plan.max_drift_um_s,
        temperature_c=plan.temperature_c,
        temperature_tolerance_c=plan.temperature_tolerance_c,
        temperature_override=plan.temperature_override,
        settings=asdict(plan.settings),
        camera_vendor=camera.vendor,
        camera_model=camera.model,
        camera_serial=camera.serial,
        camera_has_clock=camera.has_clock,
        folder=session.folder,
        software=session.software,
        begun_utc=session.begun_utc,
        ended_utc=session.ended_utc,
        closing_reason=session.closing_reason,
    )


def session_value(
    row: SessionRow,
    sample: str,
    operator: str,
    calibration: CalibrationRow,
    profile: CalibrationProfile | None,
    preparation: PreparationRow | None,
    replicates: Sequence[ReplicateRecord],
) -> SessionRecord:
    """Return a session from its row and those around it."""
    return SessionRecord(
        plan=_plan(row, sample, operator, calibration, profile, preparation),
        camera=CameraInfo(
            vendor=row.camera_vendor,
            model=row.camera_model,
            serial=row.camera_serial,
            has_clock=row.camera_has_clock,
        ),
        folder=row.folder,
        software=row.software,
        begun_utc=row.begun_utc,
        state=SessionState(row.state),
        ended_utc=row.ended_utc,
        closing_reason=row.closing_reason,
        replicates=tuple(replicates),
        session_id=row.id,
    )


def _plan(
    row: SessionRow,
    sample: str,
    operator: str,
    calibration: CalibrationRow,
    profile: CalibrationProfile | None,
    preparation: PreparationRow | None,
) -> ExaminationPlan:
    return ExaminationPlan(
        sample=sample,
        operator=operator,
        scale=scale_value(calibration),
        calibration_sha256=calibration.picture_sha256,
        profile=profile,
        seed=row.seed,
        replicates=row.replicates,
        min_cells=row.min_cells,
        min_fields=row.min_fields,
        max_fields=row.max_fields,
        max_attempts=row.max_attempts,
        max_drift_um_s=row.max_drift_um_s,
        temperature_c=row.temperature_c,
        temperature_tolerance_c=row.temperature_tolerance_c,
        temperature_override=row.temperature_override,
        settings=CameraSettings(**row.settings),
        preparation=_preparation(preparation),
    )


def preparation_row(session_id: UUID, preparation: Preparation) -> PreparationRow | None:
    """Return the row of what was said of a sample and its slide, None where nothing was."""
    if preparation == Preparation():
        return None
    return PreparationRow(session_id=session_id, **asdict(preparation))


def _preparation(row: PreparationRow | None) -> Preparation:
    if row is None:
        return Preparation()
    return Preparation(row.collected_utc, row.preheated_by, row.preheated_utc)


def scale_value(row: CalibrationRow) -> Scale:
    """Return the scale of a calibration."""
    return Scale(
        um_per_px_x=row.um_per_px_x,
        um_per_px_y=row.um_per_px_y,
        source=row.source,
        u_rel_x=row.u_rel_x,
        u_rel_y=row.u_rel_y,
    )


def replicate_value(row: ReplicateRow, fields: Sequence[FieldRecord]) -> ReplicateRecord:
    """Return a replicate with its fields."""
    return ReplicateRecord(
        number=row.number, begun_utc=row.begun_utc, fields=tuple(fields), replicate_id=row.id
    )


def field_row(replicate_id: UUID, field: FieldRecord) -> FieldRow:
    """Return the row of a field."""
    return FieldRow(
        id=field.field_id,
        replicate_id=replicate_id,
        number=field.number,
        attempt=field.attempt,
        outcome=field.outcome.value,
        x_um=field.position.x_um if field.position else None,
        y_um=field.position.y_um if field.position else None,
        replaces_id=field.replaces,
        reason=field.reason,
    )


def field_value(
    row: FieldRow,
    clip: ClipRow,
    temperatures: TemperatureLogRow | None,
    result: ResultRecord | None,
    corrections: Sequence[Correction] = (),
) -> FieldRecord:
    """Return a field with its clip, its result and its corrections."""
    return FieldRecord(
        number=row.number,
        attempt=row.attempt,
        outcome=FieldOutcome(row.outcome),
        position=_position(row),
        clip=_clip_value(clip, temperatures),
        result=result,
        replaces=row.replaces_id,
        reason=row.reason,
        field_id=row.id,
        corrections=tuple(corrections),
    )


def _position(row: FieldRow) -> Position | None:
    if row.x_um is None or row.y_um is None:
        return None
    return Position(row.x_um, row.y_um)


def clip_row(field_id: UUID, clip: ClipRecord) -> ClipRow:
    """Return the row of a clip."""
    return ClipRow(
        field_id=field_id,
        path=clip.path,
        sha256=clip.sha256,
        frames=clip.frames,
        lost_frames=clip.lost_frames,
        frame_rate_hz=clip.frame_rate_hz,
        duration_s=clip.duration_s,
        settings=asdict(clip.settings),
        begun_utc=clip.begun_utc,
        ended_utc=clip.ended_utc,
        temperature_begun_c=clip.temperature_begun_c,
        temperature_ended_c=clip.temperature_ended_c,
        focus=clip.focus,
    )


def temperature_log_row(clip_id: UUID, readings: Sequence[Reading]) -> TemperatureLogRow:
    """Return the row of the temperatures during the recording of a clip."""
    return TemperatureLogRow(
        clip_id=clip_id,
        times_s=[reading.time_s for reading in readings],
        temperatures_c=[reading.temperature_c for reading in readings],
    )


def _readings(row: TemperatureLogRow | None) -> tuple[Reading, ...]:
    if row is None:
        return ()
    return tuple(map(Reading, row.times_s, row.temperatures_c))


def _clip_value(row: ClipRow, temperatures: TemperatureLogRow | None) -> ClipRecord:
    return ClipRecord(
        path=row.path,
        sha256=row.sha256,
        frames=row.frames,
        lost_frames=row.lost_frames,
        frame_rate_hz=row.frame_rate_hz,
        duration_s=row.duration_s,
        settings=CameraSettings(**row.settings),
        begun_utc=row.begun_utc,
        ended_utc=row.ended_utc,
        temperature_begun_c=row.temperature_begun_c,
        temperature_ended_c=row.temperature_ended_c,
        focus=row.focus,
        temperatures=_readings(temperatures),
    )


def result_row(
    field_id: UUID, result: ResultRecord, calibration_id: UUID, operator_id: UUID
) -> ResultRow:
    """Return the row of a result."""
    return ResultRow(
        field_id=field_id,
        calibration_id=calibration_id,
        operator_id=operator_id,
        count_a=result.counted.a,
        count_b=result.counted.b,
        count_c=result.counted.c,
        count_d=result.counted.d,
        time_weighted_percent={g.value: p for g, p in result.time_weighted_percent.items()},
        drift_x_um_s=result.drift.x_um_s if result.drift else None,
        drift_y_um_s=result.drift.y_um_s if result.drift else None,
        model_name=result.model.name,
        model_sha256=result.model.sha256,
        thresholds=asdict(result.thresholds),
        notices=[asdict(notice) for notice in result.notices],
        software=result.software,
        analysed_utc=result.analysed_utc,
    )


def result_value(
    row: ResultRow,
    calibration: CalibrationRow,
    operator: str,
    grader: GraderRow | None = None,
    cells: Sequence[StoredCell] = (),
) -> ResultRecord:
    """Return a result from its row and those that it points at.

    Raises:
        StoreError: If its cells do not add up to its count.
    """
    try:
        return _result(row, calibration, operator, grader, cells)
    except ValueError as error:
        raise StoreError(
            f"the result of {row.analysed_utc:%Y-%m-%d %H:%M:%S} UTC by {operator} was changed "
            f"behind motiscope's back: {error}"
        ) from error


def _result(
    row: ResultRow,
    calibration: CalibrationRow,
    operator: str,
    grader: GraderRow | None,
    cells: Sequence[StoredCell],
) -> ResultRecord:
    return ResultRecord(
        counted=GradeCounts(row.count_a, row.count_b, row.count_c, row.count_d),
        time_weighted_percent={Grade(g): p for g, p in row.time_weighted_percent.items()},
        drift=_drift(row),
        scale=scale_value(calibration),
        calibration_sha256=calibration.picture_sha256,
        model=ModelIdentity(row.model_name, row.model_sha256),
        grader=None if grader is None else ModelIdentity(grader.name, grader.sha256),
        thresholds=Thresholds(**row.thresholds),
        notices=tuple(Notice(**notice) for notice in row.notices),
        software=row.software,
        operator=operator,
        analysed_utc=row.analysed_utc,
        cells=tuple(cells),
    )


def _drift(row: ResultRow) -> Drift | None:
    if row.drift_x_um_s is None or row.drift_y_um_s is None:
        return None
    return Drift(row.drift_x_um_s, row.drift_y_um_s)
