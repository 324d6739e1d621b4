"""A round from a set of reference videos."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from acquisition.video_file import sha256_of
from qc.eqa.reference_set import ReferenceSet, table_of
from qc.eqa.rounds.values import Round, RoundError, RoundItem, Schedule
from qc.eqa.scores.reading import Parameter

MAX_NAME = 80


def check_name(name: str) -> str:
    """Return a round's name, trimmed.

    Raises:
        RoundError: If it is empty, too long, or not one line.
    """
    text = name.strip()
    if not text or len(text) > MAX_NAME or not text.isprintable():
        raise RoundError(f"a round's name has 1 to {MAX_NAME} characters in one line")
    return text


def round_of(
    reference: ReferenceSet,
    name: str,
    *,
    created_by: str,
    created_utc: datetime,
    seed: int,
    given_sigma: Mapping[Parameter, float] | None = None,
    standard_uncertainty: float = 0.0,
    schedule: Schedule | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Round:
    """Return a round of every video of a set that has an assigned value.

    Args:
        reference: The set.
        name: Of the round.
        created_by: Who makes it.
        created_utc: When.
        seed: Of the readers' random orders.
        given_sigma: Standard deviation for proficiency of those parameters that have one.
        standard_uncertainty: Of every assigned value, in points.
        schedule: How the items come up again, for a control programme.
        progress: Told the videos that were hashed, and all.

    Raises:
        RoundError: If the name cannot be, or the uncertainty is below 0.
        SetError: If the set has no one table.
        OSError: If a video cannot be read.
    """
    if not 0 <= standard_uncertainty < float("inf"):
        raise RoundError(f"a standard uncertainty of {standard_uncertainty:g} points is none")
    table = table_of(reference.folder)
    return Round(
        name=check_name(name),
        source=f"{reference.folder.resolve().name}/{table.name}",
        table_sha256=sha256_of(table),
        items=_items(reference, progress),
        given_sigma=dict(given_sigma or {}),
        standard_uncertainty=standard_uncertainty,
        seed=seed,
        created_by=created_by,
        created_utc=created_utc,
        schedule=schedule,
    )


def _items(
    reference: ReferenceSet, progress: Callable[[int, int], None] | None
) -> tuple[RoundItem, ...]:
    items = []
    for number, one in enumerate(reference.items, start=1):
        path = one.path.resolve()
        items.append(RoundItem(number, one.video_id, str(path), sha256_of(path), one.assigned))
        if progress is not None:
            progress(number, len(reference.items))
    return tuple(items)


def checked_video(item: RoundItem) -> Path:
    """Return the video of an item, after a check that it is still the one that was assigned.

    Raises:
        RoundError: If it is gone or another.
    """
    path = Path(item.path)
    try:
        same = sha256_of(path) == item.sha256
    except OSError as error:
        raise RoundError(
            f"{path} cannot be read ({error.strerror or error}); put it back, nothing is lost"
        ) from error
    if not same:
        raise RoundError(
            f"{path} is not the video that the round was made with; put the first one back"
        )
    return path


def unnamed(text: str, item: RoundItem) -> str:
    """Take the name of an item's file out of a text: whoever reads it may still have to count."""
    for name in (item.path, Path(item.path).name):
        text = text.replace(name, "its video")
    return text
