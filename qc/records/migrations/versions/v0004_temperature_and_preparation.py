"""The temperature during each recording, and how the sample came under the lens."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision: str = "0004"
down_revision: str | None = "0003"

KEPT = ("temperature_log", "preparation")
"""Tables whose rows are only ever added."""


def upgrade() -> None:
    """Create the tables, and the triggers that protect what is stored."""
    op.create_table(
        "temperature_log",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clip_id", sa.Uuid(), nullable=False),
        sa.Column("times_s", sa.JSON(), nullable=False),
        sa.Column("temperatures_c", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clip_id"], ["clip.id"], name=op.f("fk_temperature_log_clip_id_clip")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_temperature_log")),
        sa.UniqueConstraint("clip_id", name=op.f("uq_temperature_log_clip_id")),
    )
    op.create_table(
        "preparation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("collected_utc", UTCDateTime(), nullable=True),
        sa.Column("preheated_by", sa.Text(), nullable=True),
        sa.Column("preheated_utc", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_preparation_session_id_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preparation")),
        sa.UniqueConstraint("session_id", name=op.f("uq_preparation_session_id")),
    )
    for table in KEPT:
        for event in ("UPDATE", "DELETE"):
            _refuse(table, event)


def _refuse(table: str, event: str) -> None:
    """Let SQLite itself refuse a change, whoever asks for it."""
    op.execute(
        f"CREATE TRIGGER kept_{table}_{event.lower()} BEFORE {event} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'a stored {table} is never changed'); END"
    )
