"""One CSV file of VISEM as text: semicolons, quoting, BOM and line ends, columns by name."""

import csv
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from qc.visem.columns import ID

MISSING = frozenset(
    {"", "not reported", "not available", "not measured", "missing", "unknown"}
    | {"n.r.", "nr", "na", "n/a", "n.a.", "nan", "none", "null", "-", "–", "?"}
)


class VisemError(ValueError):
    """The tables of VISEM cannot be used; the text says in one line which and why."""


class MissingFileError(VisemError):
    """A table is not in the folder, or is no text."""


class MissingColumnError(VisemError):
    """A table lacks a column that the data set publishes."""


class RowError(VisemError):
    """A row is too short, or its participant is no number or comes twice."""


class CellError(VisemError):
    """A cell is neither a number nor one of the words for what was not reported."""


def find_file(folder: Path, names: Sequence[str]) -> Path:
    """Return the first of these files that is there.

    Raises:
        MissingFileError: If none is.
    """
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise MissingFileError(f"{folder / names[0]}: no such file; VISEM has it")


def read_cells(path: Path, columns: Sequence[str]) -> Mapping[int, tuple[str, ...]]:
    """Return the cells of these columns, as text, by participant.

    The order of the columns in the file does not matter, nor runs of spaces in their names.

    Raises:
        MissingFileError: If it cannot be read as UTF-8.
        MissingColumnError: If a column is missing.
        RowError: If a row is too short or longer than the header, or its participant is no number
            or comes twice.
    """
    header, *rows = _lines(path)
    names = [_single_spaced(name) for name in header]
    absent = [name for name in (ID, *columns) if name not in names]
    if absent:
        raise MissingColumnError(f"{path.name}: no column «{absent[0]}»")
    places = [names.index(name) for name in (ID, *columns)]
    found: dict[int, tuple[str, ...]] = {}
    for row in rows:
        if len(row) <= max(places) or len(row) > len(header):
            raise RowError(f"{path.name}: the row «{';'.join(row)[:40]}» has {len(row)} cells")
        participant, *cells = (row[place].strip() for place in places)
        number = _participant(path, participant)
        if number in found:
            raise RowError(f"{path.name}: participant {number} comes twice")
        found[number] = tuple(cells)
    return found


def parse_number(text: str) -> float | None:
    """Read a number with a decimal comma (or point); NaN if not reported, None if it is neither."""
    if text.casefold() in MISSING:
        return float("nan")
    if not set(text) <= set("+-0123456789,.eE"):
        return None
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _lines(path: Path) -> list[list[str]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            lines = [row for row in csv.reader(file, delimiter=";") if any(map(str.strip, row))]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise MissingFileError(f"{path}: cannot be read as a table ({error})") from error
    return lines or [[]]


def _single_spaced(name: str) -> str:
    return " ".join(name.split())


def _participant(path: Path, text: str) -> int:
    if not text.isdecimal():
        raise RowError(f"{path.name}: «{text[:40]}» is no participant's number")
    return int(text)
