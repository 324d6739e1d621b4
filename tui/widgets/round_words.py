"""Words for the list of rounds and control programmes, and for all facts of one."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from qc.eqa.rounds.order import Standing
from qc.eqa.rounds.values import Reader, Round
from qc.eqa.scoring.wording import many
from tui.round_lines import SeenRound, errors_of
from tui.widgets.words import clipped, local_time

COLUMNS = ("name", "kind", "videos", "yours", "state")
_NAME_WIDTH = 24

Fact = tuple[str, str, bool]
"""A label, what it labels, and whether that is bad news."""


class RoundState(StrEnum):
    """What may be done with a round."""

    OPEN = "○ open"
    CLOSED = "✓ closed"
    BLOCKED = "✗ blocked"


def state_of(seen: SeenRound) -> RoundState:
    """Return the state that the list shows."""
    if seen.round.closed is not None:
        return RoundState.CLOSED
    return RoundState.BLOCKED if seen.blocks else RoundState.OPEN


def row_of(seen: SeenRound, own: Reader, now_utc: datetime) -> tuple[str, ...]:
    """Return the cells of a line, without its state."""
    one = seen.round
    return (
        clipped(one.name, _NAME_WIDTH),
        kind_of(one),
        f"{len(one.items):6d}",
        progress_of(seen, seen.standing(seen.known(own), now_utc), now_utc),
    )


def kind_of(one: Round) -> str:
    """Return whether items are read once or come up again."""
    return "control" if one.is_control else "round"


def progress_of(seen: SeenRound, now: Standing, now_utc: datetime) -> str:
    """Say how far a reader has come, and when the next occasion of a control is due."""
    one = seen.round
    if one.closed is not None:
        return "over"
    if now.due_utc is not None:
        return f"due {due_on(now.due_utc, now_utc)}"
    if now.is_over:
        return "done"
    if one.is_control and not now.read:
        return "due now"
    return f"{now.read} of {now.of}"


def due_on(due_utc: datetime, now_utc: datetime) -> str:
    """Return the day when something is due, or the time where that is today."""
    due, now = due_utc.astimezone(), now_utc.astimezone()
    return f"{due:%H:%M}" if due.date() == now.date() else f"{due:%Y-%m-%d}"


def facts_of(seen: SeenRound, now_utc: datetime) -> tuple[Fact, ...]:
    """Return all that may be said of a round now; while it is open, nothing of its values."""
    return tuple(_facts(seen, now_utc))


def _facts(seen: SeenRound, now_utc: datetime) -> Iterator[Fact]:
    one = seen.round
    yield "made", f"by {one.created_by}, {local_time(one.created_utc)}", False
    if one.closed is not None:
        yield "set", one.source, False
    yield "items", f"{len(one.items)}, {_how_often(one)}", False
    yield "sigma", _sigma(one), False
    if one.standard_uncertainty:
        yield "u(X)", f"{one.standard_uncertainty:g} points, of every assigned value", False
    yield "seed", f"{one.seed}", False
    for place, reader in enumerate(seen.readers):
        progress = progress_of(seen, seen.standing(reader, now_utc), now_utc)
        done = _of_closed(seen, reader) if one.closed is not None else progress
        yield "" if place else "readers", f"{reader}: {done}", False
    if not seen.signed:
        yield "readers", "nobody yet", False
    for block in seen.blocks:
        yield "✗ blocked", str(block), True
    for release in seen.releases:
        said = f"{release.reader}, to occasion {release.occasion}, by {release.by}"
        yield "released", f"{said}, {local_time(release.at_utc)}: {release.reason}", False
    if one.closed is not None:
        closed = one.closed
        yield "✓ closed", f"by {closed.by}, {local_time(closed.at_utc)}: {closed.reason}", False


def _how_often(one: Round) -> str:
    if one.schedule is None:
        return "each read once"
    days, repeats = one.schedule.every_days, one.schedule.repeats
    return (
        f"each {_times(repeats)} every {many(days, 'day')}; limits from the first "
        f"{many(one.schedule.baseline, 'occasion')}, one a day"
    )


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _sigma(one: Round) -> str:
    given = ", ".join(f"{name} {points:g}" for name, points in one.given_sigma.items())
    return f"{given} points" if given else "the project's own"


def _of_closed(seen: SeenRound, reader: Reader) -> str:
    """Say how much was read, and for a round how far from the assigned values."""
    if seen.round.is_control:
        return f"{many(seen.finished(reader), 'occasion')} finished"
    read = sum(reading.reader == reader for reading in seen.readings)
    error = errors_of(seen, reader)
    text = f"{read} of {len(seen.round.items)}"
    return text if error is None else f"{text}, MAE {error:.1f} points (PR, c, d)"
