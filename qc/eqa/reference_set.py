"""A set of reference videos as VISEM-QC is published: a folder of videos and a table beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qc.eqa.assigned_table import AssignedTable, SetError, read_assigned, video_id
from qc.eqa.scores.reading import GradeReading

VIDEOS_FOLDER = "videos"
VIDEO_SUFFIXES = frozenset({".mkv", ".mp4", ".avi", ".mpg", ".mpeg", ".m2v", ".vob", ".ts", ".mov"})


@dataclass(frozen=True, slots=True)
class ReferenceItem:
    """One video with what was assigned to it."""

    video_id: int
    path: Path
    assigned: GradeReading


@dataclass(frozen=True, slots=True)
class ReferenceSet:
    """A set that was matched.

    Attributes:
        folder: The root folder.
        items: Videos that have a row, in the order of the table.
        faults: One line for each row and each file that has no other half, or cannot be used.
    """

    folder: Path
    items: tuple[ReferenceItem, ...]
    faults: tuple[str, ...]


def open_set(folder: Path) -> ReferenceSet:
    """Match the videos of a set with the rows of its table.

    Raises:
        SetError: If the folder holds no table or several, no folder of videos, or nothing matches.
        OSError: If something cannot be read.
    """
    table = assigned_of(folder)
    videos, strange = _videos(_video_folder(folder))
    items = tuple(
        ReferenceItem(one, videos[one], value)
        for one, value in table.values.items()
        if one in videos
    )
    faults = (*table.faults, *strange, *_unmatched(table, videos))
    if not items:
        first = f" ({faults[0]})" if faults else ""
        raise SetError(f"{folder}: no row of the table belongs to a video{first}")
    return ReferenceSet(folder, items, faults)


def assigned_of(folder: Path) -> AssignedTable:
    """Read the table of a set alone; the videos need not be there.

    Raises:
        SetError: If the folder holds no table or several, or no row can be read.
        OSError: If something cannot be read.
    """
    return read_assigned(table_of(folder))


def table_of(folder: Path) -> Path:
    """Return the table of a set.

    Raises:
        SetError: If the folder holds none or several.
    """
    if not folder.is_dir():
        raise SetError(f"{folder}: no such folder")
    tables = sorted(one for one in folder.iterdir() if _shown(one) and one.suffix.lower() == ".csv")
    if len(tables) != 1:
        held = ", ".join(table.name for table in tables) or "none"
        raise SetError(
            f"{folder} must hold one CSV file beside the folder of videos; it holds {held}"
        )
    return tables[0]


def _video_folder(folder: Path) -> Path:
    """Return the folder named so, or the only one with a video in it."""
    named = folder / VIDEOS_FOLDER
    if named.is_dir():
        return named
    holding = [one for one in folder.iterdir() if _shown(one) and one.is_dir() and _holds(one)]
    if len(holding) != 1:
        raise SetError(f"{folder} must hold one folder of videos, best named {VIDEOS_FOLDER}")
    return holding[0]


def _holds(folder: Path) -> bool:
    return any(one.suffix.lower() in VIDEO_SUFFIXES for one in folder.iterdir())


def _shown(path: Path) -> bool:
    return not path.name.startswith(".")


def _videos(folder: Path) -> tuple[dict[int, Path], list[str]]:
    videos: dict[int, Path] = {}
    strange: list[str] = []
    for path in sorted(folder.iterdir()):
        if not _shown(path) or path.suffix.lower() not in VIDEO_SUFFIXES:
            continue
        one = video_id(path.name)
        if one is None:
            strange.append(f"{path.name}: a video of the set is named by its ID, like 623.mkv")
        elif one in videos:
            strange.append(f"{path.name}: has the ID of {videos[one].name}, which was taken")
        else:
            videos[one] = path
    return videos, strange


def _unmatched(table: AssignedTable, videos: dict[int, Path]) -> Iterator[str]:
    for one in table.values:
        if one not in videos:
            yield f"video {one}: the table has a row for it, but there is no such video"
    for one, path in videos.items():
        if one not in table.values:
            yield f"{path.name}: no row of the table can be used for it; it was not read"
