"""The cells behind each result, the model that graded them, and what people correct."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision: str = "0002"
down_revision: str | None = "0001"

KEPT = ("cell", "correction")
"""Tables whose rows are only ever added."""
_GRADES = "'a', 'b', 'c', 'd'"
_KINDS = "'wrong_grade', 'missed_cell', 'false_cell', 'split_track', 'joined_track', 'withdrawn'"


def upgrade() -> None:
    """Create the tables, and the triggers that protect what is stored."""
    _create_cell()
    _create_correction()
    for column in ("grader_name", "grader_sha256"):
        op.add_column("result", sa.Column(column, sa.Text(), nullable=True))
    for table in KEPT:
        for event in ("UPDATE", "DELETE"):
            _refuse(table, event)


def _refuse(table: str, event: str) -> None:
    """Let SQLite itself refuse a change, whoever asks for it."""
    op.execute(
        f"CREATE TRIGGER kept_{table}_{event.lower()} BEFORE {event} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'a stored {table} is never changed'); END"
    )


def _create_cell() -> None:
    op.create_table(
        "cell",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("result_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_frame", sa.Integer(), nullable=False),
        sa.Column("last_frame", sa.Integer(), nullable=False),
        sa.Column("x_px", sa.Float(), nullable=False),
        sa.Column("y_px", sa.Float(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("rule_grade", sa.Text(), nullable=True),
        sa.Column("p_a", sa.Float(), nullable=True),
        sa.Column("p_b", sa.Float(), nullable=True),
        sa.Column("p_c", sa.Float(), nullable=True),
        sa.Column("p_d", sa.Float(), nullable=True),
        sa.Column("review", sa.JSON(), nullable=False),
        sa.Column("progress_um_s", sa.Float(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("path_px", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "first_frame >= 0 AND last_frame >= 0", name=op.f("ck_cell_first_frame_minimum")
        ),
        sa.CheckConstraint(f"grade IN ({_GRADES})", name=op.f("ck_cell_grade")),
        sa.CheckConstraint(f"rule_grade IN ({_GRADES})", name=op.f("ck_cell_rule_grade")),
        sa.ForeignKeyConstraint(
            ["result_id"], ["result.id"], name=op.f("fk_cell_result_id_result")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell")),
        sa.UniqueConstraint("result_id", "number", name=op.f("uq_cell_result_id_number")),
    )


def _create_correction() -> None:
    op.create_table(
        "correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("field_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("cell", sa.Integer(), nullable=True),
        sa.Column("other", sa.Integer(), nullable=True),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("was", sa.Text(), nullable=True),
        sa.Column("x_px", sa.Float(), nullable=True),
        sa.Column("y_px", sa.Float(), nullable=True),
        sa.Column("frame", sa.Integer(), nullable=True),
        sa.Column("withdraws_id", sa.Uuid(), nullable=True),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at_utc", UTCDateTime(), nullable=False),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_correction_reason")),
        sa.CheckConstraint(
            "(kind = 'withdrawn') = (withdraws_id IS NOT NULL)",
            name=op.f("ck_correction_withdraws"),
        ),
        sa.CheckConstraint(f"grade IN ({_GRADES})", name=op.f("ck_correction_grade")),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_correction_kind")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_correction_number_minimum")),
        sa.CheckConstraint(f"was IN ({_GRADES})", name=op.f("ck_correction_was")),
        sa.ForeignKeyConstraint(
            ["field_id"], ["field.id"], name=op.f("fk_correction_field_id_field")
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name=op.f("fk_correction_operator_id_operator")
        ),
        sa.ForeignKeyConstraint(
            ["withdraws_id"], ["correction.id"], name=op.f("fk_correction_withdraws_id_correction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("field_id", "number", name=op.f("uq_correction_field_id_number")),
        sa.UniqueConstraint("withdraws_id", name=op.f("uq_correction_withdraws_id")),
    )
