"""The journal of a clip that is being recorded: what a killed writer leaves beside its pictures.

One JSON line says how the clip is recorded, then one line a frame is written before the frame
itself, so that every picture on the disk has its moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from acquisition.sidecar import KIND, SCHEMA, ClipError, ClipNotes, Moment, check_kind, one_line


@dataclass(frozen=True, slots=True)
class JournalHead:
    """The first line of a journal; the attributes are those of `Sidecar`."""

    software: str
    started_utc: datetime
    notes: ClipNotes
    schema: int = SCHEMA
    kind: str = KIND


class Journal:
    """An append-only journal; every line leaves the process as it is written."""

    def __init__(self, path: Path, head: JournalHead) -> None:
        self._file = path.open("xb", buffering=0)
        try:
            self._file.write(_HEAD.dump_json(head) + b"\n")
        except BaseException:
            self._file.close()
            raise

    def add(self, moment: Moment) -> None:
        """Append the moment of a frame.

        Raises:
            OSError: If the disk is full.
        """
        self._file.write(_ROW.dump_json(_row(moment)) + b"\n")

    def close(self) -> None:
        """Close the file; safe to call twice."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_journal(path: Path) -> tuple[JournalHead, tuple[Moment, ...]]:
    """Read a journal; a last line that was cut short is left out.

    Raises:
        ClipError: If it is missing or damaged.
    """
    try:
        head_line, *lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise ClipError(f"{path} cannot be read ({error.strerror})") from error
    try:
        head_data = from_json(head_line)
        check_kind(head_data, path)
        head = _HEAD.validate_python(head_data)
        rows: Sequence[_Row] = [_ROW.validate_json(line) for line in lines[:-1]]
    except ValidationError as error:
        raise ClipError(f"{path} is damaged: {one_line(error)}") from error
    except ValueError as error:
        raise ClipError(f"{path} is damaged: {error}") from error
    return head, tuple(Moment(*row) for row in rows)


_Row = tuple[int, int | None, int, int]
_HEAD = TypeAdapter(JournalHead)
_ROW: TypeAdapter[_Row] = TypeAdapter(_Row)


def _row(moment: Moment) -> _Row:
    return moment.index, moment.time_us, moment.host_time_ns, moment.lost_before
