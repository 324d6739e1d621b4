"""The tables of the database. Counts are stored, percentages are derived."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import JSON, BigInteger, CheckConstraint, MetaData, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from calibration.profiles import Origin
from inference.grading import Grade
from qc.corrections import CorrectionKind
from qc.records.values import FieldOutcome, SessionState

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""How constraints are named, so that a migration can name them on every database."""


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """Return the constraint that a column holds one value of an enumeration."""
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def at_least(minimum: int, *columns: str) -> CheckConstraint:
    """Return the constraint that no column is below a minimum."""
    text = " AND ".join(f"{column} >= {minimum}" for column in columns)
    return CheckConstraint(text, name=f"{columns[0]}_minimum")


class Record(SQLModel):
    """What every table has: a key that stays unique when databases are merged."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)
    id: UUID = Field(default_factory=uuid4, primary_key=True)


class OperatorRow(Record, table=True):
    """A person who examines."""

    __tablename__ = "operator"
    name: str = Field(unique=True, sa_type=Text)
    created_utc: datetime


class SampleRow(Record, table=True):
    """A sample, under the laboratory's own label."""

    __tablename__ = "sample"
    label: str = Field(unique=True, sa_type=Text)
    created_utc: datetime


class CalibrationRow(Record, table=True):
    """A scale and where it comes from."""

    __tablename__ = "calibration"
    __table_args__ = (
        CheckConstraint("um_per_px_x > 0 AND um_per_px_y > 0", name="um_per_px_positive"),
    )
    um_per_px_x: float
    um_per_px_y: float
    u_rel_x: float | None = None
    u_rel_y: float | None = None
    source: str = Field(sa_type=Text)
    picture_sha256: str | None = Field(default=None, sa_type=Text)
    created_utc: datetime


class OpticsRow(Record, table=True):
    """Objective, adapter and camera under the laboratory's own name for them."""

    __tablename__ = "optics"
    __table_args__ = (at_least(1, "binning_x", "binning_y"),)
    name: str = Field(unique=True, sa_type=Text)
    objective: float
    adapter: float
    camera_serial: str = Field(sa_type=Text)
    pixel_pitch_x_um: float
    pixel_pitch_y_um: float
    binning_x: int
    binning_y: int
    region_px: list[int] | None = Field(default=None, sa_type=JSON)
    operator_id: UUID = Field(foreign_key="operator.id")
    created_utc: datetime


class ProfileRow(Record, table=True):
    """A scale of named optics, and from when it holds; the next one supersedes it."""

    __tablename__ = "profile"
    __table_args__ = (
        UniqueConstraint("optics_id", "number"),
        one_of("origin", Origin),
        at_least(1, "number", "valid_days"),
    )
    optics_id: UUID = Field(foreign_key="optics.id")
    number: int
    calibration_id: UUID = Field(foreign_key="calibration.id")
    operator_id: UUID = Field(foreign_key="operator.id")
    measured_utc: datetime
    valid_days: int
    origin: str = Field(sa_type=Text)
    micrometer: str = Field(sa_type=Text)
    created_utc: datetime


class SessionRow(Record, table=True):
    """One examination of one sample, and what it was asked to do."""

    __tablename__ = "session"
    __table_args__ = (
        one_of("state", SessionState),
        CheckConstraint("(state = 'open') = (ended_utc IS NULL)", name="ended"),
        at_least(1, "replicates", "min_cells", "min_fields", "max_attempts"),
    )
    sample_id: UUID = Field(foreign_key="sample.id", index=True)
    operator_id: UUID = Field(foreign_key="operator.id")
    calibration_id: UUID = Field(foreign_key="calibration.id")
    state: str = Field(sa_type=Text)
    seed: int = Field(sa_type=BigInteger)
    replicates: int
    min_cells: int
    min_fields: int
    max_fields: int
    max_attempts: int
    max_drift_um_s: float
    temperature_c: float
    temperature_tolerance_c: float
    temperature_override: str | None = Field(default=None, sa_type=Text)
    settings: dict[str, Any] = Field(sa_type=JSON)
    camera_vendor: str = Field(sa_type=Text)
    camera_model: str = Field(sa_type=Text)
    camera_serial: str = Field(sa_type=Text)
    camera_has_clock: bool
    folder: str = Field(sa_type=Text)
    software: str = Field(sa_type=Text)
    begun_utc: datetime
    ended_utc: datetime | None = None
    closing_reason: str | None = Field(default=None, sa_type=Text)


class SessionProfileRow(Record, table=True):
    """The profile that gave a session its scale; a scale without optics has none."""

    __tablename__ = "session_profile"
    session_id: UUID = Field(foreign_key="session.id", unique=True)
    profile_id: UUID = Field(foreign_key="profile.id")


class PreparationRow(Record, table=True):
    """How a session's sample came under the lens; a session that does not know has none."""

    __tablename__ = "preparation"
    session_id: UUID = Field(foreign_key="session.id", unique=True)
    collected_utc: datetime | None = None
    preheated_by: str | None = Field(default=None, sa_type=Text)
    preheated_utc: datetime | None = None


class ReplicateRow(Record, table=True):
    """One preparation of the sample."""

    __tablename__ = "replicate"
    __table_args__ = (UniqueConstraint("session_id", "number"), at_least(1, "number"))
    session_id: UUID = Field(foreign_key="session.id")
    number: int
    begun_utc: datetime


class FieldRow(Record, table=True):
    """One recording of one place on the slide."""

    __tablename__ = "field"
    __table_args__ = (
        UniqueConstraint("replicate_id", "number", "attempt"),
        one_of("outcome", FieldOutcome),
        at_least(1, "number", "attempt"),
    )
    replicate_id: UUID = Field(foreign_key="replicate.id")
    number: int
    attempt: int
    outcome: str = Field(sa_type=Text)
    x_um: float | None = None
    y_um: float | None = None
    replaces_id: UUID | None = Field(default=None, foreign_key="field.id", unique=True)
    reason: str | None = Field(default=None, sa_type=Text)


class ClipRow(Record, table=True):
    """The file that a field was recorded into."""

    __tablename__ = "clip"
    __table_args__ = (at_least(0, "frames", "lost_frames"),)
    field_id: UUID = Field(foreign_key="field.id", unique=True)
    path: str = Field(sa_type=Text)
    sha256: str = Field(sa_type=Text)
    frames: int
    lost_frames: int
    frame_rate_hz: float
    duration_s: float
    settings: dict[str, Any] = Field(sa_type=JSON)
    begun_utc: datetime
    ended_utc: datetime
    temperature_begun_c: float | None = None
    temperature_ended_c: float | None = None
    focus: float | None = None


class TemperatureLogRow(Record, table=True):
    """The temperature of the stage during the recording of a clip; one that was not has none."""

    __tablename__ = "temperature_log"
    clip_id: UUID = Field(foreign_key="clip.id", unique=True)
    times_s: list[float] = Field(sa_type=JSON)
    temperatures_c: list[float] = Field(sa_type=JSON)


class ResultRow(Record, table=True):
    """The count of a field, with everything that it came from."""

    __tablename__ = "result"
    __table_args__ = (at_least(0, "count_a", "count_b", "count_c", "count_d"),)
    field_id: UUID = Field(foreign_key="field.id", unique=True)
    calibration_id: UUID = Field(foreign_key="calibration.id")
    operator_id: UUID = Field(foreign_key="operator.id")
    count_a: int
    count_b: int
    count_c: int
    count_d: int
    time_weighted_percent: dict[str, float] = Field(sa_type=JSON)
    drift_x_um_s: float | None = None
    drift_y_um_s: float | None = None
    model_name: str = Field(sa_type=Text)
    model_sha256: str = Field(sa_type=Text)
    thresholds: dict[str, Any] = Field(sa_type=JSON)
    notices: list[dict[str, str]] = Field(sa_type=JSON)
    software: str = Field(sa_type=Text)
    analysed_utc: datetime


class GraderRow(Record, table=True):
    """The model that weighed the grades of a result; a result graded by the rule has none."""

    __tablename__ = "grader"
    result_id: UUID = Field(foreign_key="result.id", unique=True)
    name: str = Field(sa_type=Text)
    sha256: str = Field(sa_type=Text)


class CellRow(Record, table=True):
    """One graded track of a result."""

    __tablename__ = "cell"
    __table_args__ = (
        UniqueConstraint("result_id", "number"),
        one_of("grade", Grade),
        one_of("rule_grade", Grade),
        at_least(0, "first_frame", "last_frame"),
    )
    result_id: UUID = Field(foreign_key="result.id")
    number: int
    first_frame: int
    last_frame: int
    x_px: float
    y_px: float
    grade: str = Field(sa_type=Text)
    counted: bool
    rule_grade: str | None = Field(default=None, sa_type=Text)
    p_a: float | None = None
    p_b: float | None = None
    p_c: float | None = None
    p_d: float | None = None
    review: list[str] = Field(sa_type=JSON)
    progress_um_s: float | None = None
    reason: str = Field(sa_type=Text)
    path_px: list[tuple[float, float]] = Field(sa_type=JSON)


class CorrectionRow(Record, table=True):
    """What a person said was wrong with a field; the result stays as it is."""

    __tablename__ = "correction"
    __table_args__ = (
        UniqueConstraint("field_id", "number"),
        one_of("kind", CorrectionKind),
        one_of("grade", Grade),
        one_of("was", Grade),
        at_least(1, "number"),
        CheckConstraint("length(trim(reason)) > 0", name="reason"),
        CheckConstraint("(kind = 'withdrawn') = (withdraws_id IS NOT NULL)", name="withdraws"),
    )
    field_id: UUID = Field(foreign_key="field.id")
    number: int
    kind: str = Field(sa_type=Text)
    cell: int | None = None
    other: int | None = None
    grade: str | None = Field(default=None, sa_type=Text)
    was: str | None = Field(default=None, sa_type=Text)
    x_px: float | None = None
    y_px: float | None = None
    frame: int | None = None
    withdraws_id: UUID | None = Field(default=None, foreign_key="correction.id", unique=True)
    operator_id: UUID = Field(foreign_key="operator.id")
    reason: str = Field(sa_type=Text)
    at_utc: datetime


class AuditRow(Record, table=True):
    """Who did what to which record, when and why; rows are only ever added."""

    __tablename__ = "audit"
    at_utc: datetime = Field(index=True)
    operator: str = Field(sa_type=Text)
    action: str = Field(sa_type=Text)
    subject: str = Field(sa_type=Text)
    subject_id: UUID = Field(index=True)
    reason: str | None = Field(default=None, sa_type=Text)
