"""The laboratory's optics, their calibrations, and which of them gave a session its scale."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision: str = "0003"
down_revision: str | None = "0002"

KEPT = ("optics", "profile", "session_profile")
"""Tables whose rows are only ever added."""
_ORIGINS = "'measured', 'entered by hand', 'read from the video''s own micrometer'"


def upgrade() -> None:
    """Create the tables, and the triggers that protect what is stored."""
    _create_optics()
    _create_profile()
    _create_session_profile()
    for table in KEPT:
        for event in ("UPDATE", "DELETE"):
            _refuse(table, event)


def _refuse(table: str, event: str) -> None:
    """Let SQLite itself refuse a change, whoever asks for it."""
    op.execute(
        f"CREATE TRIGGER kept_{table}_{event.lower()} BEFORE {event} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'a stored {table} is never changed'); END"
    )


def _create_optics() -> None:
    op.create_table(
        "optics",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("objective", sa.Float(), nullable=False),
        sa.Column("adapter", sa.Float(), nullable=False),
        sa.Column("camera_serial", sa.Text(), nullable=False),
        sa.Column("pixel_pitch_x_um", sa.Float(), nullable=False),
        sa.Column("pixel_pitch_y_um", sa.Float(), nullable=False),
        sa.Column("binning_x", sa.Integer(), nullable=False),
        sa.Column("binning_y", sa.Integer(), nullable=False),
        sa.Column("region_px", sa.JSON(), nullable=True),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("created_utc", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "binning_x >= 1 AND binning_y >= 1", name=op.f("ck_optics_binning_x_minimum")
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name=op.f("fk_optics_operator_id_operator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_optics")),
        sa.UniqueConstraint("name", name=op.f("uq_optics_name")),
    )


def _create_profile() -> None:
    op.create_table(
        "profile",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("optics_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("calibration_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("measured_utc", UTCDateTime(), nullable=False),
        sa.Column("valid_days", sa.Integer(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("micrometer", sa.Text(), nullable=False),
        sa.Column("created_utc", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "number >= 1 AND valid_days >= 1", name=op.f("ck_profile_number_minimum")
        ),
        sa.CheckConstraint(f"origin IN ({_ORIGINS})", name=op.f("ck_profile_origin")),
        sa.ForeignKeyConstraint(
            ["calibration_id"],
            ["calibration.id"],
            name=op.f("fk_profile_calibration_id_calibration"),
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name=op.f("fk_profile_operator_id_operator")
        ),
        sa.ForeignKeyConstraint(
            ["optics_id"], ["optics.id"], name=op.f("fk_profile_optics_id_optics")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile")),
        sa.UniqueConstraint("optics_id", "number", name=op.f("uq_profile_optics_id_number")),
    )


def _create_session_profile() -> None:
    op.create_table(
        "session_profile",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profile.id"], name=op.f("fk_session_profile_profile_id_profile")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_session_profile_session_id_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_profile")),
        sa.UniqueConstraint("session_id", name=op.f("uq_session_profile_session_id")),
    )
