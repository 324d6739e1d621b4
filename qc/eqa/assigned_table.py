"""The table of assigned values of a data set, whatever way its numbers are written."""

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import median

from acquisition.file_name import in_utf_8
from qc.eqa.scores.reading import SUM_TOLERANCE, GradeReading

COLUMNS = ("video ID", "rapid", "slow", "non-progressive", "immotile")
DELIMITERS = (",", ";", "\t")
DECIMAL_MARKS = (".", ",")
Shares = tuple[float, ...]
"""Percent of a, b, c and d, not yet looked at."""

SHARES_BELOW = 10.0
"""Rows that usually sum to less are shares of 1, not of 100."""

_HEADINGS = (
    re.compile(r"a|.*rapid.*"),
    re.compile(r"b|.*slow.*"),
    re.compile(r"c|.*non.?progressive.*"),
    re.compile(r"d|.*immotile.*"),
)
"""What the columns of a, b, c and d are called, in small letters, without marks around them."""

# A database keeps whole numbers below 2^63.
_ID = re.compile(r"([0-9]{1,18})(\.[a-z][a-z0-9]*)?", re.ASCII | re.IGNORECASE)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Windows and spreadsheets of old write neither UTF-8 nor say so; every byte is some letter then.
_ENCODINGS = ("utf-8-sig", "latin-1")


# Characters of a row that is told.
_MOST_SHOWN = 80


class SetError(ValueError):
    """A folder or a table that is no data set; the text names it and says what to do."""


@dataclass(frozen=True, slots=True)
class AssignedTable:
    """A table that was read.

    Attributes:
        values: Assigned values by video ID, in the order of the table.
        faults: One line for each row that cannot be used.
    """

    values: dict[int, GradeReading]
    faults: tuple[str, ...]


def read_assigned(path: Path) -> AssignedTable:
    """Read a table of video ID, rapid, slow, non-progressive and immotile.

    They stand in this order, or in that of a header that names the four grades. Header, delimiter
    (comma, semicolon, tab), decimal mark, and whether the shares are of 1 or of 100 are recognised:
    that reading is taken in which most rows are good.

    Raises:
        SetError: If it is no table, or no row can be read in any way.
        OSError: If the file cannot be read.
    """
    text = _text(path)
    try:
        readings = [_Reading.of(text, *way) for way in product(DELIMITERS, DECIMAL_MARKS)]
    except csv.Error as error:
        raise SetError(f"{path}: {error}; is a quotation mark left open?") from error
    best = max(readings, key=lambda reading: (reading.good, len(reading.numbers)))
    if not best.numbers:
        raise SetError(
            f"{path} holds no row of five columns: {', '.join(COLUMNS)}, with commas, semicolons "
            "or tabs between them"
        )
    return _sorted_out(in_utf_8(path.name), best)


def video_id(text: str) -> int | None:
    """Return the number that names a video, with or without its suffix; None where it is none."""
    found = _ID.fullmatch(text.strip())
    return int(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class _Reading:
    """A table read in one way.

    Attributes:
        numbers: Line number, video ID and shares in percent of every row of numbers.
        unread: Line number and text of what is none.
    """

    numbers: tuple[tuple[int, int, Shares], ...]
    unread: tuple[tuple[int, str], ...]

    @classmethod
    def of(cls, text: str, delimiter: str, decimal: str) -> "_Reading":
        """Read a text with a delimiter and a decimal mark."""
        numbers: list[tuple[int, int, list[float]]] = []
        unread: list[tuple[int, str]] = []
        reader = csv.reader(text.splitlines(), delimiter=delimiter)
        order: Sequence[int] = range(len(COLUMNS))
        for cells in reader:
            order = _order(cells) or order
            row = _numbers(cells, order, decimal)
            if row is not None:
                numbers.append((reader.line_num, *row))
            elif any(cell.strip() for cell in cells):
                unread.append((reader.line_num, delimiter.join(cells)))
        factor = _factor([sum(shares) for _, _, shares in numbers])
        return cls(
            tuple(
                (line, one, tuple(factor * share for share in shares))
                for line, one, shares in numbers
            ),
            tuple(unread),
        )

    @property
    def good(self) -> int:
        """Rows without a fault."""
        return sum(_fault(shares) is None for _, _, shares in self.numbers)


def _text(path: Path) -> str:
    content = path.read_bytes()
    if content.startswith(_UTF_16) or b"\0" in content:
        raise SetError(
            f"{path} is written in UTF-16, or no text at all; save the table as CSV in UTF-8"
        )
    for encoding in _ENCODINGS[:-1]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode(_ENCODINGS[-1])


def _five(cells: Sequence[str]) -> list[str]:
    """Return the cells of a row without empty ones behind the columns."""
    kept = [cell.strip() for cell in cells]
    while len(kept) > len(COLUMNS) and not kept[-1]:
        kept.pop()
    return kept


def _order(cells: Sequence[str]) -> tuple[int, ...] | None:
    """Return where a header has video ID, a, b, c and d; None if it does not name all four."""
    names = [cell.lower().strip(" %()[]") for cell in _five(cells)]
    found = [
        [column for column, name in enumerate(names) if heading.fullmatch(name)]
        for heading in _HEADINGS
    ]
    grades = [columns[0] for columns in found if len(columns) == 1]
    others = set(range(len(COLUMNS))) - set(grades)
    if len(names) != len(COLUMNS) or len(grades) != len(found) or len(others) != 1:
        return None
    return others.pop(), *grades


def _numbers(
    cells: Sequence[str], order: Sequence[int], decimal: str
) -> tuple[int, list[float]] | None:
    """Return video ID and shares of a row, None where it holds no five numbers."""
    kept = _five(cells)
    if len(kept) != len(COLUMNS):
        return None
    first, *shares = (kept[column] for column in order)
    one = video_id(first)
    if one is None:
        return None
    try:
        return one, [_number(cell, decimal) for cell in shares]
    except ValueError:
        return None


def _number(cell: str, decimal: str) -> float:
    bare = cell.removesuffix("%").strip()
    if decimal == ",":
        if "." in bare:
            raise ValueError(cell)
        bare = bare.replace(",", ".")
    return float(bare)


def _factor(sums: Sequence[float]) -> float:
    return 100.0 if sums and median(sums) < SHARES_BELOW else 1.0


def _fault(shares: Shares) -> str | None:
    if not all(0 <= share <= 100 for share in shares):
        return "its shares do not all lie between 0 and 100 %"
    if abs(sum(shares) - 100) > SUM_TOLERANCE:
        return f"its shares sum to {sum(shares):.4g} %, not to 100"
    return None


def _sorted_out(name: str, reading: _Reading) -> AssignedTable:
    values: dict[int, GradeReading] = {}
    faults = [*_unread_faults(name, reading)]
    twice: set[int] = set()
    for line, one, shares in reading.numbers:
        fault = _fault(shares)
        if fault is not None:
            faults.append(f"{name}, line {line}: video {one}: {fault}; the row was left out")
            continue
        value = GradeReading(*shares)
        if values.setdefault(one, value) is value:
            continue
        if values[one] == value:
            faults.append(f"{name}, line {line}: video {one} is there twice, with the same values")
        else:
            faults.append(
                f"{name}, line {line}: video {one} is there twice, with other values; "
                "neither was used"
            )
            twice.add(one)
    return AssignedTable(
        {one: value for one, value in values.items() if one not in twice}, tuple(faults)
    )


def _unread_faults(name: str, reading: _Reading) -> Iterator[str]:
    """Yield what is wrong with rows that are not five numbers; the first may be the header."""
    for line, text in reading.unread:
        shortened = text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
        if not (line == 1 and reading.numbers[0][0] > 1 and not any(map(str.isdigit, text[:1]))):
            yield (
                f"{name}, line {line}: {shortened!r} is no video ID and four shares; "
                "the row was left out"
            )
