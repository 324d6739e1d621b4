"""motiscope as a reader of a round: every item that is due, read and signed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from operator import add
from pathlib import Path
from typing import Protocol
from uuid import UUID

from acquisition.sidecar import software
from inference.counting import GradeCounts
from qc.eqa.reading import LeftOutError, VideoReading
from qc.eqa.rounds.making import checked_video, unnamed
from qc.eqa.rounds.order import Turn, next_turn, standing, turns
from qc.eqa.rounds.values import Reader, ReaderKind, Reading, Round, RoundError, SignedReading

ReadVideo = Callable[[Path], VideoReading]
"""Reads a video; raises LeftOutError if it cannot be read, OSError if it is out of reach."""


class SignedReadings(Protocol):
    """Where readings are kept for good."""

    def readings(self, round_id: UUID) -> tuple[SignedReading, ...]:
        """Return all readings of a round, in the order of signing."""
        ...

    def sign(self, one: Round, reading: Reading) -> SignedReading:
        """Store a reading for good."""
        ...


@dataclass(frozen=True, slots=True)
class ItemRead:
    """What became of one item.

    Attributes:
        turn: The item, in the instrument's order.
        counts: What was counted and signed; None where the item was left out.
        fault: Why it was left out, without the video's name; empty where it was read.
        told: What people must know besides, in lines without the video's name.
    """

    turn: Turn
    counts: GradeCounts | None
    fault: str = ""
    told: tuple[str, ...] = ()


def read_as_instrument(
    records: SignedReadings, one: Round, instrument: str, read: ReadVideo
) -> Iterator[ItemRead]:
    """Return every item that is due as it is read and signed; a later call goes on at the next.

    An item that cannot be read is named and stays unread: a later run takes it up again.

    Raises:
        RoundError: If the round is closed, or nothing is due.
        StoreError: If a reading cannot be stored.
    """
    reader = Reader(ReaderKind.INSTRUMENT, instrument)
    due = _due(one, reader, [signed.reading for signed in records.readings(one.round_id)])
    return (_read(records, one, reader, turn, read) for turn in due)


def _due(one: Round, reader: Reader, readings: list[Reading]) -> list[Turn]:
    if next_turn(one, reader, readings, _now()) is None:
        raise RoundError(_why_nothing(one, reader, readings))
    now = standing(one, reader, readings, _now())
    done = {
        (reading.item_id, reading.repeat)
        for reading in readings
        if reading.reader == reader and reading.occasion == now.occasion
    }
    every = turns(one, reader, now.occasion)
    return [turn for turn in every if (turn.item.item_id, turn.repeat) not in done]


def _why_nothing(one: Round, reader: Reader, readings: list[Reading]) -> str:
    if one.closed is not None:
        return f"{one.name} is closed; it takes no more readings"
    due = standing(one, reader, readings, _now()).due_utc
    if due is None:
        return f"{reader} has read all of {one.name}"
    return f"{one.name} is due for {reader} on {due:%Y-%m-%d %H:%M} UTC"


def _read(
    records: SignedReadings, one: Round, reader: Reader, turn: Turn, read: ReadVideo
) -> ItemRead:
    begun = _now()
    try:
        found = read(checked_video(turn.item))
    except (LeftOutError, RoundError) as error:
        return ItemRead(turn, None, unnamed(str(error), turn.item))
    except OSError as error:
        return ItemRead(turn, None, f"it cannot be read ({error.strerror or error})")
    told = tuple(unnamed(line, turn.item) for line in found.told)
    counts = reduce(add, (field.counted for field in found.fields), GradeCounts())
    if not counts.total:
        return ItemRead(turn, None, "no cell was counted in it", told)
    networks = (found.model, *([found.grader] if found.grader else []))
    reading = Reading(
        item_id=turn.item.item_id,
        occasion=turn.occasion,
        repeat=turn.repeat,
        reader=reader,
        counts=counts,
        software=software(),
        models=tuple((network.name, network.sha256) for network in networks),
        begun_utc=begun,
        signed_utc=_now(),
    )
    records.sign(one, reading)
    return ItemRead(turn, counts, told=told)


def _now() -> datetime:
    return datetime.now(UTC)
