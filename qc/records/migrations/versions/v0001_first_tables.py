"""The first tables, and the triggers that protect what is stored in them."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision: str = "0001"
down_revision: str | None = None

KEPT = ("operator", "sample", "calibration", "replicate", "field", "clip", "result", "audit")
"""Tables whose rows are only ever added."""


def upgrade() -> None:
    """Create the tables, and the triggers that protect what is stored."""
    _create_operator()
    _create_sample()
    _create_calibration()
    _create_session()
    _create_replicate()
    _create_field()
    _create_clip()
    _create_result()
    _create_audit()
    for table in KEPT:
        for event in ("UPDATE", "DELETE"):
            _refuse(table, event)
    _refuse("session", "DELETE")
    _refuse("session", "UPDATE", when="OLD.state <> 'open'")


def _refuse(table: str, event: str, when: str = "1 = 1") -> None:
    """Let SQLite itself refuse a change, whoever asks for it."""
    op.execute(
        f"CREATE TRIGGER kept_{table}_{event.lower()} BEFORE {event} ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, 'a stored {table} is never changed'); END"
    )


def _create_operator() -> None:
    op.create_table(
        "operator",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_utc", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator")),
        sa.UniqueConstraint("name", name=op.f("uq_operator_name")),
    )


def _create_sample() -> None:
    op.create_table(
        "sample",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_utc", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample")),
        sa.UniqueConstraint("label", name=op.f("uq_sample_label")),
    )


def _create_calibration() -> None:
    op.create_table(
        "calibration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("um_per_px_x", sa.Float(), nullable=False),
        sa.Column("um_per_px_y", sa.Float(), nullable=False),
        sa.Column("u_rel_x", sa.Float(), nullable=True),
        sa.Column("u_rel_y", sa.Float(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("picture_sha256", sa.Text(), nullable=True),
        sa.Column("created_utc", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "um_per_px_x > 0 AND um_per_px_y > 0", name=op.f("ck_calibration_um_per_px_positive")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration")),
    )


def _create_session() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("calibration_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("replicates", sa.Integer(), nullable=False),
        sa.Column("min_cells", sa.Integer(), nullable=False),
        sa.Column("min_fields", sa.Integer(), nullable=False),
        sa.Column("max_fields", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("max_drift_um_s", sa.Float(), nullable=False),
        sa.Column("temperature_c", sa.Float(), nullable=False),
        sa.Column("temperature_tolerance_c", sa.Float(), nullable=False),
        sa.Column("temperature_override", sa.Text(), nullable=True),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("camera_vendor", sa.Text(), nullable=False),
        sa.Column("camera_model", sa.Text(), nullable=False),
        sa.Column("camera_serial", sa.Text(), nullable=False),
        sa.Column("camera_has_clock", sa.Boolean(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("software", sa.Text(), nullable=False),
        sa.Column("begun_utc", UTCDateTime(), nullable=False),
        sa.Column("ended_utc", UTCDateTime(), nullable=True),
        sa.Column("closing_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (ended_utc IS NULL)", name=op.f("ck_session_ended")),
        sa.CheckConstraint(
            "state IN ('open', 'complete', 'incomplete', 'aborted')", name=op.f("ck_session_state")
        ),
        sa.CheckConstraint(
            "replicates >= 1 AND min_cells >= 1 AND min_fields >= 1 AND max_attempts >= 1",
            name=op.f("ck_session_replicates_minimum"),
        ),
        sa.ForeignKeyConstraint(
            ["calibration_id"],
            ["calibration.id"],
            name=op.f("fk_session_calibration_id_calibration"),
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name=op.f("fk_session_operator_id_operator")
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["sample.id"], name=op.f("fk_session_sample_id_sample")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_sample_id"), "session", ["sample_id"], unique=False)


def _create_replicate() -> None:
    op.create_table(
        "replicate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("begun_utc", UTCDateTime(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_replicate_number_minimum")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_replicate_session_id_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replicate")),
        sa.UniqueConstraint("session_id", "number", name=op.f("uq_replicate_session_id_number")),
    )


def _create_field() -> None:
    op.create_table(
        "field",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("replicate_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("x_um", sa.Float(), nullable=True),
        sa.Column("y_um", sa.Float(), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('counted', 'drifted', 'unfinished')", name=op.f("ck_field_outcome")
        ),
        sa.CheckConstraint("number >= 1 AND attempt >= 1", name=op.f("ck_field_number_minimum")),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["field.id"], name=op.f("fk_field_replaces_id_field")
        ),
        sa.ForeignKeyConstraint(
            ["replicate_id"], ["replicate.id"], name=op.f("fk_field_replicate_id_replicate")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_field_replaces_id")),
        sa.UniqueConstraint(
            "replicate_id", "number", "attempt", name=op.f("uq_field_replicate_id_number_attempt")
        ),
    )


def _create_clip() -> None:
    op.create_table(
        "clip",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("field_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("frames", sa.Integer(), nullable=False),
        sa.Column("lost_frames", sa.Integer(), nullable=False),
        sa.Column("frame_rate_hz", sa.Float(), nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("begun_utc", UTCDateTime(), nullable=False),
        sa.Column("ended_utc", UTCDateTime(), nullable=False),
        sa.Column("temperature_begun_c", sa.Float(), nullable=True),
        sa.Column("temperature_ended_c", sa.Float(), nullable=True),
        sa.Column("focus", sa.Float(), nullable=True),
        sa.CheckConstraint("frames >= 0 AND lost_frames >= 0", name=op.f("ck_clip_frames_minimum")),
        sa.ForeignKeyConstraint(["field_id"], ["field.id"], name=op.f("fk_clip_field_id_field")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clip")),
        sa.UniqueConstraint("field_id", name=op.f("uq_clip_field_id")),
    )


def _create_result() -> None:
    op.create_table(
        "result",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("field_id", sa.Uuid(), nullable=False),
        sa.Column("calibration_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("count_a", sa.Integer(), nullable=False),
        sa.Column("count_b", sa.Integer(), nullable=False),
        sa.Column("count_c", sa.Integer(), nullable=False),
        sa.Column("count_d", sa.Integer(), nullable=False),
        sa.Column("time_weighted_percent", sa.JSON(), nullable=False),
        sa.Column("drift_x_um_s", sa.Float(), nullable=True),
        sa.Column("drift_y_um_s", sa.Float(), nullable=True),
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column("model_sha256", sa.Text(), nullable=False),
        sa.Column("thresholds", sa.JSON(), nullable=False),
        sa.Column("notices", sa.JSON(), nullable=False),
        sa.Column("software", sa.Text(), nullable=False),
        sa.Column("analysed_utc", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "count_a >= 0 AND count_b >= 0 AND count_c >= 0 AND count_d >= 0",
            name=op.f("ck_result_count_a_minimum"),
        ),
        sa.ForeignKeyConstraint(
            ["calibration_id"],
            ["calibration.id"],
            name=op.f("fk_result_calibration_id_calibration"),
        ),
        sa.ForeignKeyConstraint(["field_id"], ["field.id"], name=op.f("fk_result_field_id_field")),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name=op.f("fk_result_operator_id_operator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result")),
        sa.UniqueConstraint("field_id", name=op.f("uq_result_field_id")),
    )
    # ### end Alembic commands ###


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at_utc", UTCDateTime(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at_utc"), "audit", ["at_utc"], unique=False)
    op.create_index(op.f("ix_audit_subject_id"), "audit", ["subject_id"], unique=False)
