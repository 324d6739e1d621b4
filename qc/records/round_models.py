"""The tables of rounds of reference videos; every row of them is only ever added."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, CheckConstraint, Text, UniqueConstraint
from sqlmodel import Field

from qc.eqa.rounds.values import ReaderKind
from qc.records.models import Record, at_least, one_of


class RoundRow(Record, table=True):
    """A set of reference videos that is read, and how readings of it are scored."""

    __tablename__ = "round"
    __table_args__ = (
        CheckConstraint("standard_uncertainty >= 0", name="standard_uncertainty_minimum"),
    )
    name: str = Field(unique=True, sa_type=Text)
    source: str = Field(sa_type=Text)
    table_sha256: str = Field(sa_type=Text)
    given_sigma: dict[str, float] = Field(sa_type=JSON)
    standard_uncertainty: float
    seed: int = Field(sa_type=BigInteger)
    operator_id: UUID = Field(foreign_key="operator.id")
    created_utc: datetime


class RoundScheduleRow(Record, table=True):
    """How the items of a control programme come up again; a proficiency round has none."""

    __tablename__ = "round_schedule"
    __table_args__ = (at_least(1, "every_days", "repeats", "baseline"),)
    round_id: UUID = Field(foreign_key="round.id", unique=True)
    every_days: int
    repeats: int
    baseline: int


class RoundItemRow(Record, table=True):
    """One reference video of a round with its assigned value."""

    __tablename__ = "round_item"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        UniqueConstraint("round_id", "video_id"),
        at_least(1, "number"),
    )
    round_id: UUID = Field(foreign_key="round.id")
    number: int
    video_id: int
    path: str = Field(sa_type=Text)
    sha256: str = Field(sa_type=Text)
    assigned_percent: dict[str, float] = Field(sa_type=JSON)


class ReadingRow(Record, table=True):
    """What a reader counted in an item, sealed into the chain of its round."""

    __tablename__ = "reading"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        UniqueConstraint("item_id", "occasion", "repeat", "reader_kind", "reader"),
        one_of("reader_kind", ReaderKind),
        at_least(0, "count_a", "count_b", "count_c", "count_d"),
        CheckConstraint("number >= 1 AND occasion >= 1 AND repeat >= 1", name="number_minimum"),
        CheckConstraint("count_a + count_b + count_c + count_d > 0", name="counted"),
    )
    round_id: UUID = Field(foreign_key="round.id")
    item_id: UUID = Field(foreign_key="round_item.id")
    number: int
    occasion: int
    repeat: int
    reader_kind: str = Field(sa_type=Text)
    reader: str = Field(sa_type=Text)
    count_a: int
    count_b: int
    count_c: int
    count_d: int
    software: str = Field(sa_type=Text)
    models: list[Any] = Field(sa_type=JSON)
    begun_utc: datetime
    signed_utc: datetime
    previous_sha256: str = Field(sa_type=Text)
    sha256: str = Field(unique=True, sa_type=Text)


class RoundClosingRow(Record, table=True):
    """The end of a round."""

    __tablename__ = "round_closing"
    __table_args__ = (CheckConstraint("length(trim(reason)) > 0", name="reason"),)
    round_id: UUID = Field(foreign_key="round.id", unique=True)
    operator_id: UUID = Field(foreign_key="operator.id")
    reason: str = Field(sa_type=Text)
    at_utc: datetime


class ReleaseRow(Record, table=True):
    """Why a reader's results are reported again after it broke a rule."""

    __tablename__ = "control_release"
    __table_args__ = (
        UniqueConstraint("round_id", "reader_kind", "reader", "occasion"),
        one_of("reader_kind", ReaderKind),
        at_least(1, "occasion"),
        CheckConstraint("length(trim(reason)) > 0", name="reason"),
    )
    round_id: UUID = Field(foreign_key="round.id")
    reader_kind: str = Field(sa_type=Text)
    reader: str = Field(sa_type=Text)
    occasion: int
    operator_id: UUID = Field(foreign_key="operator.id")
    reason: str = Field(sa_type=Text)
    at_utc: datetime
