"""The journal of a clip that is being recorded: what a killed writer leaves beside its pictures.

One JSON line says how the clip is recorded, then one line a frame is written before the frame
itself, so that every picture on the disk has its moment. A last line says how recording ended.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Self

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from acquisition.file_lock import hold
from acquisition.sidecar import (
    KIND,
    SCHEMA,
    ClipError,
    ClipNotes,
    Moment,
    check_follows,
    check_kind,
    one_line,
)
from acquisition.temperature_log import Reading


@dataclass(frozen=True, slots=True)
class Ending:
    """The last line of a journal.

    Attributes:
        complete: Whether the field was recorded to its end.
        temperatures: Readings of the heated stage during the recording.
    """

    complete: bool
    temperatures: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class JournalHead:
    """The first line of a journal; the attributes are those of `Sidecar`."""

    software: str
    started_utc: datetime
    notes: ClipNotes
    schema: int = SCHEMA
    kind: str = KIND

    def with_(self, ending: Ending) -> "JournalHead":
        """Return a head whose notes have the readings of the end, too."""
        readings_c = tuple(one.temperature_c for one in ending.temperatures)
        notes = replace(
            self.notes,
            temperatures_c=self.notes.temperatures_c + readings_c,
            temperature_times_s=tuple(one.time_s for one in ending.temperatures),
        )
        return replace(self, notes=notes)


@dataclass(frozen=True, slots=True)
class Record:
    """What a journal says; it has no ending where the writer was killed before."""

    head: JournalHead
    moments: tuple[Moment, ...]
    ending: Ending | None = None


class Journal:
    """An append-only journal; every line leaves the process as it is written.

    It is held until it is closed: nobody recovers a clip that is being recorded.
    """

    def __init__(self, path: Path, head: JournalHead) -> None:
        self._file = path.open("xb", buffering=0)
        try:
            hold(self._file)
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

    def end(self, ending: Ending) -> None:
        """Say how recording ended; nothing is added after it.

        Raises:
            OSError: If the disk is full.
        """
        self._file.write(_ENDING.dump_json(ending) + b"\n")

    def close(self) -> None:
        """Close the file; safe to call twice."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_journal(path: Path) -> Record:
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
        lines = lines[:-1]
        ended = bool(lines) and lines[-1].startswith(b"{")
        ending = _ENDING.validate_json(lines.pop()) if ended else None
    except ValidationError as error:
        raise ClipError(f"{path} is damaged: {one_line(error)}") from error
    except ValueError as error:
        raise ClipError(f"{path} is damaged: {error}") from error
    return Record(head, tuple(_moments(lines, path)), ending)


def _moments(lines: Sequence[bytes], path: Path) -> Iterator[Moment]:
    before: Moment | None = None
    for number, line in enumerate(lines, start=2):
        try:
            moment = Moment(*_ROW.validate_json(line))
            check_follows(moment, before)
        except ValidationError as error:
            raise ClipError(f"{path} is damaged in line {number}: {one_line(error)}") from error
        except ValueError as error:
            raise ClipError(f"{path} is damaged in line {number}: {error}") from error
        yield moment
        before = moment


_Row = tuple[int, int | None, int, int, int | None]
_HEAD = TypeAdapter(JournalHead)
_ENDING = TypeAdapter(Ending)
_ROW: TypeAdapter[_Row] = TypeAdapter(_Row)


def _row(moment: Moment) -> _Row:
    return (
        moment.index,
        moment.time_us,
        moment.host_time_ns,
        moment.lost_before,
        moment.crc32,
    )
