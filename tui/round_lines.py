"""Rounds with all that is stored of them, and what of that a reader may do and see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qc.eqa.mean_errors import mean_errors
from qc.eqa.rounds.blocking import Block
from qc.eqa.rounds.order import Standing, Turn, next_turn, readers_of, standing, turns
from qc.eqa.rounds.values import Reader, Reading, Release, Round, SignedReading
from tui.quality import RoundStore


@dataclass(frozen=True, slots=True)
class SeenRound:
    """A round as it is stored.

    Attributes:
        round: The round.
        signed: All its readings, in the order of signing.
        blocks: Whose results it blocks.
        releases: Who released what.
    """

    round: Round
    signed: tuple[SignedReading, ...]
    blocks: tuple[Block, ...] = ()
    releases: tuple[Release, ...] = ()

    @property
    def readings(self) -> tuple[Reading, ...]:
        """What was read."""
        return tuple(each.reading for each in self.signed)

    @property
    def readers(self) -> tuple[Reader, ...]:
        """Everyone who has read something."""
        return readers_of(self.readings)

    def known(self, reader: Reader) -> Reader:
        """Return a reader as it has signed before, however the name was typed now."""
        return next((each for each in self.readers if each.is_same(reader)), reader)

    def standing(self, reader: Reader, now_utc: datetime) -> Standing:
        """Return how far a reader has come."""
        return standing(self.round, reader, self.readings, now_utc)

    def finished(self, reader: Reader) -> int:
        """Return the last occasion of a control programme that a reader has read whole, or 0."""
        # The hour does not matter: it decides on what is due alone.
        return self.standing(reader, self.round.created_utc).occasion - 1


def seen_rounds(rounds: RoundStore) -> tuple[SeenRound, ...]:
    """Read all rounds, the newest first.

    Raises:
        StoreError: If they cannot be read.
    """
    blocked = rounds.blocks()
    return tuple(
        SeenRound(
            one,
            rounds.readings(one.round_id),
            tuple(block for block in blocked if block.round_name == one.name),
            rounds.releases(one.round_id),
        )
        for one in rounds.all()
    )


def shown_readers(seen: SeenRound, own: Reader) -> tuple[Reader, ...]:
    """Return whose values and scores may be shown to a reader.

    Those of a round to everyone after its end; those of a control programme of everyone who has
    finished an occasion, but not to a reader in the middle of one.
    """
    if not seen.round.is_control:
        return seen.readers if seen.round.closed else ()
    now = seen.standing(seen.known(own), seen.round.created_utc)
    if seen.round.closed is None and now.read:
        return ()
    return tuple(reader for reader in seen.readers if seen.finished(reader))


def errors_of(seen: SeenRound, reader: Reader) -> float | None:
    """Return a reader's MAE in three categories over a round, in points."""
    pairs = [
        (reading.grades, seen.round.item(reading.item_id).assigned)
        for reading in seen.readings
        if reading.reader == reader
    ]
    return mean_errors(pairs).three


def next_open_turn(
    one: Round,
    reader: Reader,
    readings: Sequence[Reading],
    passed: Collection[tuple[UUID, int]],
    now_utc: datetime,
) -> Turn | None:
    """Return what a reader reads next, past items that cannot be shown; None where nothing is left.

    Args:
        one: The round.
        reader: Who reads.
        readings: All that was read of it.
        passed: Item and repeat of what cannot be shown.
        now_utc: The present time.
    """
    first = next_turn(one, reader, readings, now_utc)
    if first is None:
        return None
    done = {
        (reading.item_id, reading.repeat)
        for reading in readings
        if reading.reader == reader and reading.occasion == first.occasion
    }
    for turn in turns(one, reader, first.occasion):
        if (turn.item.item_id, turn.repeat) not in done | set(passed):
            return turn
    return None
