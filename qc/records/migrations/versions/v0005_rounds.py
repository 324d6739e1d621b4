"""Rounds of reference videos, their signed readings, and what lets results through again."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision: str = "0005"
down_revision: str | None = "0004"

KEPT = ("round", "round_schedule", "round_item", "reading", "round_closing", "control_release")
"""Tables whose rows are only ever added."""
_KINDS = "'person', 'instrument'"


def upgrade() -> None:
    """Create the tables, and the triggers that protect what is stored."""
    _create_round()
    _create_round_schedule()
    _create_round_item()
    _create_reading()
    _create_round_closing()
    _create_control_release()
    for table in KEPT:
        for event in ("UPDATE", "DELETE"):
            _refuse(table, event)


def _refuse(table: str, event: str) -> None:
    """Let SQLite itself refuse a change, whoever asks for it."""
    op.execute(
        f"CREATE TRIGGER kept_{table}_{event.lower()} BEFORE {event} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'a stored {table} is never changed'); END"
    )


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _primary(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def _create_round() -> None:
    op.create_table(
        "round",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("table_sha256", sa.Text(), nullable=False),
        sa.Column("given_sigma", sa.JSON(), nullable=False),
        sa.Column("standard_uncertainty", sa.Float(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("created_utc", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "standard_uncertainty >= 0", name=op.f("ck_round_standard_uncertainty_minimum")
        ),
        _key("round", "operator_id", "operator"),
        _primary("round"),
        sa.UniqueConstraint("name", name=op.f("uq_round_name")),
    )


def _create_round_schedule() -> None:
    op.create_table(
        "round_schedule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("every_days", sa.Integer(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("baseline", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "every_days >= 1 AND repeats >= 1 AND baseline >= 1",
            name=op.f("ck_round_schedule_every_days_minimum"),
        ),
        _key("round_schedule", "round_id", "round"),
        _primary("round_schedule"),
        sa.UniqueConstraint("round_id", name=op.f("uq_round_schedule_round_id")),
    )


def _create_round_item() -> None:
    op.create_table(
        "round_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("video_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("assigned_percent", sa.JSON(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_round_item_number_minimum")),
        _key("round_item", "round_id", "round"),
        _primary("round_item"),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_round_item_round_id_number")),
        sa.UniqueConstraint("round_id", "video_id", name=op.f("uq_round_item_round_id_video_id")),
    )


def _create_reading() -> None:
    op.create_table(
        "reading",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.Integer(), nullable=False),
        sa.Column("repeat", sa.Integer(), nullable=False),
        sa.Column("reader_kind", sa.Text(), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        *(sa.Column(f"count_{grade}", sa.Integer(), nullable=False) for grade in "abcd"),
        sa.Column("software", sa.Text(), nullable=False),
        sa.Column("models", sa.JSON(), nullable=False),
        sa.Column("begun_utc", UTCDateTime(), nullable=False),
        sa.Column("signed_utc", UTCDateTime(), nullable=False),
        sa.Column("previous_sha256", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "count_a >= 0 AND count_b >= 0 AND count_c >= 0 AND count_d >= 0",
            name=op.f("ck_reading_count_a_minimum"),
        ),
        sa.CheckConstraint(
            "count_a + count_b + count_c + count_d > 0", name=op.f("ck_reading_counted")
        ),
        sa.CheckConstraint(
            "number >= 1 AND occasion >= 1 AND repeat >= 1",
            name=op.f("ck_reading_number_minimum"),
        ),
        sa.CheckConstraint(
            f"reader_kind IN ({_KINDS})", name=op.f("ck_reading_reader_kind")
        ),
        _key("reading", "item_id", "round_item"),
        _key("reading", "round_id", "round"),
        _primary("reading"),
        sa.UniqueConstraint(
            "item_id", "occasion", "repeat", "reader_kind", "reader",
            name=op.f("uq_reading_item_id_occasion_repeat_reader_kind_reader"),
        ),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_reading_round_id_number")),
        sa.UniqueConstraint("sha256", name=op.f("uq_reading_sha256")),
    )  # fmt: skip


def _create_round_closing() -> None:
    op.create_table(
        "round_closing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at_utc", UTCDateTime(), nullable=False),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_round_closing_reason")),
        _key("round_closing", "operator_id", "operator"),
        _key("round_closing", "round_id", "round"),
        _primary("round_closing"),
        sa.UniqueConstraint("round_id", name=op.f("uq_round_closing_round_id")),
    )


def _create_control_release() -> None:
    op.create_table(
        "control_release",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("reader_kind", sa.Text(), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("occasion", sa.Integer(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at_utc", UTCDateTime(), nullable=False),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_control_release_reason")),
        sa.CheckConstraint("occasion >= 1", name=op.f("ck_control_release_occasion_minimum")),
        sa.CheckConstraint(
            f"reader_kind IN ({_KINDS})", name=op.f("ck_control_release_reader_kind")
        ),
        _key("control_release", "operator_id", "operator"),
        _key("control_release", "round_id", "round"),
        _primary("control_release"),
        sa.UniqueConstraint(
            "round_id", "reader_kind", "reader", "occasion",
            name=op.f("uq_control_release_round_id_reader_kind_reader_occasion"),
        ),
    )  # fmt: skip
