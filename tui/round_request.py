"""What the form of a new round asks for, checked line by line."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from acquisition.file_name import with_home
from qc.eqa.rounds.making import check_name
from qc.eqa.rounds.values import RoundError, Schedule
from tui.request import FormError
from tui.typed import fault_of

MOST_VIDEOS = 200
"""Videos that a set is drawn with; each takes minutes."""


@dataclass(frozen=True, slots=True)
class RoundText:
    """The form as it was typed."""

    name: str
    folder: str
    videos: str
    is_control: bool
    every_days: str
    repeats: str
    baseline: str
    operator: str


@dataclass(frozen=True, slots=True)
class RoundRequest:
    """A round that is to be made.

    Attributes:
        name: Its name.
        folder: The set.
        videos: How many are drawn there first; 0 where the set is there.
        schedule: How its items come up again; None for a round that is read once.
        by: Who makes it.
    """

    name: str
    folder: Path
    videos: int
    schedule: Schedule | None
    by: str


def folder_of(text: str) -> Path:
    """Return the folder that was typed."""
    return with_home(Path(text.strip()))


def can_be_drawn(text: str) -> bool:
    """Whether a folder was typed in which a set can be drawn: it is not there yet, or empty."""
    if not text.strip():
        return False
    try:
        folder = folder_of(text)
        return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    except OSError:
        # No right to look.
        return False


def read_round_form(form: RoundText, known: Collection[str]) -> RoundRequest:
    """Turn the typed form into a request.

    Args:
        form: What was typed.
        known: Names that are taken.

    Raises:
        FormError: With every problem at once.
    """
    problems: dict[str, str] = {}
    name = _name(form.name, known, problems)
    videos = _videos(form, problems)
    schedule = _schedule(form, problems) if form.is_control else None
    if fault := fault_of(form.operator, "say who makes it"):
        problems["operator"] = fault
    if problems:
        raise FormError(problems)
    return RoundRequest(name, folder_of(form.folder), videos, schedule, form.operator.strip())


def _name(text: str, known: Collection[str], problems: dict[str, str]) -> str:
    try:
        name = check_name(text)
    except RoundError as error:
        problems["name"] = str(error)
        return ""
    if name in known:
        problems["name"] = "there is one of this name already"
    return name


def _videos(form: RoundText, problems: dict[str, str]) -> int:
    if not form.folder.strip():
        problems["folder"] = "name the folder of the set"
        return 0
    if not can_be_drawn(form.folder):
        return 0
    if not form.videos.strip():
        problems["folder"] = "there is no such folder; mend it, or say how many videos to simulate"
        return 0
    videos = _whole(form.videos)
    if videos is None or not 1 <= videos <= MOST_VIDEOS:
        problems["videos"] = f"give a number from 1 to {MOST_VIDEOS}"
        return 0
    return videos


def _schedule(form: RoundText, problems: dict[str, str]) -> Schedule | None:
    lines: tuple[tuple[str, str, Callable[[int], Schedule]], ...] = (
        ("every_days", form.every_days, lambda number: Schedule(every_days=number)),
        ("repeats", form.repeats, lambda number: Schedule(repeats=number)),
        ("baseline", form.baseline, lambda number: Schedule(baseline=number)),
    )
    numbers = []
    for name, text, check in lines:
        number = _whole(text)
        if number is None:
            problems[name] = "give a whole number"
            continue
        try:
            check(number)
        except RoundError as error:
            problems[name] = str(error)
        numbers.append(number)
    return None if problems else Schedule(*numbers)


def _whole(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None
