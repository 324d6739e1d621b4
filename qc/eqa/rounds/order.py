"""Which item a reader reads next: random, blind, and on the day when it is due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random

from qc.eqa.rounds.values import Reader, Reading, Round, RoundItem

BASELINE_DAYS = 1
"""Days between the occasions that a reader's limits come from: on one day a reader agrees with
itself better than it will later."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One item that a reader is to read.

    Attributes:
        item: The item.
        occasion: From 1.
        repeat: From 1, of the item on this occasion.
        place: From 1, in this reader's own order; all that the reader is told.
        of: How many there are on this occasion.
    """

    item: RoundItem
    occasion: int
    repeat: int
    place: int
    of: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a reader has come with a round.

    Attributes:
        reader: Who.
        occasion: The occasion that is under way or comes next; of a round that is read once, 1.
        read: Items that were read on it.
        of: Items that it has.
        due_utc: When it is to begin; None where it is to begin now, or is under way.
    """

    reader: Reader
    occasion: int
    read: int
    of: int
    due_utc: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to read on it."""
        return self.read == self.of


def turns(one: Round, reader: Reader, occasion: int) -> tuple[Turn, ...]:
    """Return every item of an occasion in the reader's own random order.

    The order hangs on the round's seed, the reader and the occasion, so that it can be checked and
    goes on after a break. Repeats of an item are spread like all others: nothing tells a reader
    that one comes again.
    """
    drawn = [(item, repeat) for repeat in range(1, one.repeats + 1) for item in one.items]
    text = f"{one.round_id}/{one.seed}/{reader.kind.value}/{reader.name}/{occasion}"
    seed = int.from_bytes(sha256(text.encode()).digest()[:8], "big")
    # No secret hangs on it: the order only has to differ between readers and be the same again.
    Random(seed).shuffle(drawn)  # noqa: S311
    return tuple(
        Turn(item, occasion, repeat, place, len(drawn))
        for place, (item, repeat) in enumerate(drawn, start=1)
    )


def standing(
    one: Round, reader: Reader, readings: Iterable[Reading], now_utc: datetime
) -> Standing:
    """Return how far a reader has come, and when the next occasion of a control is due."""
    own = [reading for reading in readings if reading.reader == reader]
    last = max((reading.occasion for reading in own), default=1)
    present = [reading for reading in own if reading.occasion == last]
    of = len(one.items) * one.repeats
    if one.schedule is None or len(present) < of:
        return Standing(reader, last, len(present), of)
    days = one.schedule.every_days if last >= one.schedule.baseline else BASELINE_DAYS
    # Counted from its begin, so that a long occasion does not put the next one off.
    due = min(reading.signed_utc for reading in present) + timedelta(days=days)
    return Standing(reader, last + 1, 0, of, due if due > now_utc else None)


def next_turn(
    one: Round, reader: Reader, readings: Sequence[Reading], now_utc: datetime
) -> Turn | None:
    """Return what a reader reads next, None where nothing is due or the round is closed."""
    now = standing(one, reader, readings, now_utc)
    if one.closed is not None or now.is_over or now.due_utc is not None:
        return None
    done = {
        (reading.item_id, reading.repeat)
        for reading in readings
        if reading.reader == reader and reading.occasion == now.occasion
    }
    return next(
        turn
        for turn in turns(one, reader, now.occasion)
        if (turn.item.item_id, turn.repeat) not in done
    )


def readers_of(readings: Iterable[Reading]) -> tuple[Reader, ...]:
    """Return everyone who has read something, in the order of their first readings."""
    return tuple(dict.fromkeys(reading.reader for reading in readings))
