"""Named optics and their calibrations in the tables."""

from collections import defaultdict
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from calibration.optics import Optics
from calibration.profiles import (
    CalibrationProfile,
    OpticsHistory,
    Origin,
    ProfileError,
    check_name,
)
from qc.records import adding, mapping
from qc.records.models import (
    CalibrationRow,
    OperatorRow,
    OpticsRow,
    ProfileRow,
    SessionProfileRow,
)
from qc.records.values import utc_now


def optics_id(rows: Session, name: str, optics: Optics, operator: str) -> UUID:
    """Return the key of optics, which are added where their name is new.

    Raises:
        ProfileError: If the name cannot be, or belongs to other optics.
    """
    check_name(name)
    row = rows.exec(select(OpticsRow).where(OpticsRow.name == name)).one_or_none()
    if row is None:
        row = _optics_row(name, optics, adding.operator_id(rows, operator))
        rows.add(row)
        rows.flush()
        rows.add(adding.audit(operator, f"defined: {optics}", "optics", row.id, None))
    elif _optics(row) != optics:
        raise ProfileError(
            f"{name} is {_optics(row)}; {optics} needs a name and a scale of its own"
        )
    return row.id


def add_profile(rows: Session, profile: CalibrationProfile) -> None:
    """Add a calibration, with its optics where their name is new.

    Raises:
        ProfileError: If the name belongs to other optics.
    """
    optics = optics_id(rows, profile.name, profile.optics, profile.by)
    before = select(func.max(ProfileRow.number)).where(ProfileRow.optics_id == optics)
    rows.add(
        ProfileRow(
            id=profile.profile_id,
            optics_id=optics,
            number=(rows.exec(before).one() or 0) + 1,
            calibration_id=adding.calibration_id(rows, profile.scale, profile.picture_sha256),
            operator_id=adding.operator_id(rows, profile.by),
            measured_utc=profile.measured_at,
            valid_days=profile.valid_days,
            origin=profile.origin.value,
            micrometer=profile.micrometer,
            created_utc=utc_now(),
        )
    )
    action = f"{profile.origin.value}: {profile.name}"
    rows.add(adding.audit(profile.by, action, "profile", profile.profile_id, None))


def histories(rows: Session) -> tuple[OpticsHistory, ...]:
    """Return all optics by name, with their calibrations in the order of measuring."""
    made: dict[UUID, list[CalibrationProfile]] = defaultdict(list)
    wanted = _profiles().order_by(col(ProfileRow.measured_utc), col(ProfileRow.number))
    for found in rows.exec(wanted):
        made[found[1].id].append(_profile(*found))
    every = rows.exec(select(OpticsRow).order_by(OpticsRow.name))
    return tuple(OpticsHistory(row.name, _optics(row), tuple(made[row.id])) for row in every)


def profile_of_session(rows: Session, session_id: UUID) -> CalibrationProfile | None:
    """Return the calibration that gave a session its scale, None where none did."""
    found = rows.exec(
        _profiles()
        .join(SessionProfileRow, col(SessionProfileRow.profile_id) == col(ProfileRow.id))
        .where(SessionProfileRow.session_id == session_id)
    ).one_or_none()
    return _profile(*found) if found else None


def _profiles() -> Select[ProfileRow, OpticsRow, CalibrationRow, OperatorRow]:
    return (
        select(ProfileRow, OpticsRow, CalibrationRow, OperatorRow)
        .select_from(ProfileRow)
        .join(OpticsRow, col(OpticsRow.id) == col(ProfileRow.optics_id))
        .join(CalibrationRow, col(CalibrationRow.id) == col(ProfileRow.calibration_id))
        .join(OperatorRow, col(OperatorRow.id) == col(ProfileRow.operator_id))
    )


def _profile(
    row: ProfileRow, optics: OpticsRow, calibration: CalibrationRow, operator: OperatorRow
) -> CalibrationProfile:
    return CalibrationProfile(
        name=optics.name,
        scale=mapping.scale_value(calibration),
        optics=_optics(optics),
        measured_at=row.measured_utc,
        by=operator.name,
        valid_days=row.valid_days,
        origin=Origin(row.origin),
        micrometer=row.micrometer,
        picture_sha256=calibration.picture_sha256,
        profile_id=row.id,
    )


def _optics_row(name: str, optics: Optics, operator_id: UUID) -> OpticsRow:
    return OpticsRow(
        name=name,
        objective=optics.objective,
        adapter=optics.adapter,
        camera_serial=optics.camera_serial,
        pixel_pitch_x_um=optics.pixel_pitch_um[0],
        pixel_pitch_y_um=optics.pixel_pitch_um[1],
        binning_x=optics.binning[0],
        binning_y=optics.binning[1],
        region_px=None if optics.region_px is None else list(optics.region_px),
        operator_id=operator_id,
        created_utc=utc_now(),
    )


def _optics(row: OpticsRow) -> Optics:
    region = None
    if row.region_px is not None:
        left, top, width, height = row.region_px
        region = (left, top, width, height)
    return Optics(
        objective=row.objective,
        adapter=row.adapter,
        camera_serial=row.camera_serial,
        pixel_pitch_um=(row.pixel_pitch_x_um, row.pixel_pitch_y_um),
        binning=(row.binning_x, row.binning_y),
        region_px=region,
    )
