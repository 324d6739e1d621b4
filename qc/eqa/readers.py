"""Who read a set, and what: people's tables, and the document of `eqa run`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from hashlib import sha256
from operator import add
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from acquisition.file_name import in_utf_8
from acquisition.video_file import sha256_of
from inference.counting import GradeCounts
from qc.eqa.assigned_table import SetError, read_assigned
from qc.eqa.document import SCHEMA
from qc.eqa.scores.reading import GradeReading

MOTISCOPE = "motiscope"
_CLOSE = 1e-6
"""Points that a table written and read again may move."""


@dataclass(frozen=True, slots=True)
class SetReader:
    """One reader's readings of a set, and where they come from.

    Attributes:
        name: Of the reader.
        readings: By video ID.
        source: Name of the file.
        sha256: Hash of it.
        faults: One line for each reading that cannot be used.
        software: What read, by version; empty for people.
        models: Name and hash of each network that was asked.
        videos: Hash of each video that was read, by ID; empty for people.
        counted: Cells that each reading rests on, where that is known.
    """

    name: str
    readings: Mapping[int, GradeReading]
    source: str
    sha256: str
    faults: tuple[str, ...] = ()
    software: str = ""
    models: tuple[tuple[str, str], ...] = ()
    videos: Mapping[int, str] = field(default_factory=dict)
    counted: Mapping[int, int] = field(default_factory=dict)


def read_person(name: str, path: Path) -> SetReader:
    """Read a person's readings: a table like that of the assigned values.

    Raises:
        SetError: If it holds no row of readings.
        OSError: If it cannot be read.
    """
    table = read_assigned(path)
    return SetReader(name, table.values, in_utf_8(path.name), sha256_of(path), table.faults)


def read_document(path: Path, assigned: Mapping[int, GradeReading]) -> SetReader:
    """Read motiscope's own readings from the document of `eqa run`; see `reader_of`.

    Raises:
        SetError: If it is no such document.
        OSError: If it cannot be read.
    """
    return reader_of(path.read_bytes(), in_utf_8(path.name), assigned)


def reader_of(text: bytes, source: str, assigned: Mapping[int, GradeReading]) -> SetReader:
    """Return motiscope as a reader, from the text of the document of `eqa run`.

    Args:
        text: The document, JSON.
        source: Its name.
        assigned: The set's own values: where the document held its readings against others, a
            fault says so, and the set's are used.

    Raises:
        SetError: If it is no such document.
    """
    try:
        document = _Document.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "it"
        raise SetError(
            f"{source} is no document of `motiscope eqa run`, schema {SCHEMA} "
            f"({where}: {first['msg']})"
        ) from error
    counts = {one.id: one.counts for one in document.videos}
    read = [one for one in document.videos if one.sha256 is not None]
    return SetReader(
        name=MOTISCOPE,
        readings={one: GradeReading.of(found) for one, found in counts.items() if found.total},
        source=source,
        sha256=sha256(text).hexdigest(),
        faults=tuple(_document_faults(document, assigned)),
        software=document.software,
        models=tuple(dict.fromkeys(model for one in read for model in one.models)),
        videos={one.id: one.sha256 for one in read if one.sha256 is not None},
        counted={one: found.total for one, found in counts.items() if found.total},
    )


class _Counted(BaseModel):
    a: int = Field(ge=0)
    b: int = Field(ge=0)
    c: int = Field(ge=0)
    d: int = Field(ge=0)


class _FieldRead(BaseModel):
    counted: _Counted


class _Network(BaseModel):
    name: str
    sha256: str


class _VideoRead(BaseModel):
    id: int
    assigned: dict[str, float]
    fields: list[_FieldRead]
    left_out: list[dict[str, Any]] = []
    sha256: str | None = None
    model: _Network | None = None
    grader: _Network | None = None

    @property
    def counts(self) -> GradeCounts:
        each = (GradeCounts(**one.counted.model_dump()) for one in self.fields)
        return reduce(add, each, GradeCounts())

    @property
    def models(self) -> Iterator[tuple[str, str]]:
        for network in (self.model, self.grader):
            if network is not None:
                yield network.name, network.sha256


class _Document(BaseModel):
    version: Literal[1] = Field(alias="schema")
    software: str
    videos: list[_VideoRead]


def _document_faults(document: _Document, assigned: Mapping[int, GradeReading]) -> Iterator[str]:
    seen: set[int] = set()
    for one in document.videos:
        if one.id in seen:
            yield f"video {one.id}: the document holds it twice; the last was used"
        seen.add(one.id)
        if not one.counts.total:
            yield f"video {one.id}: {_why_none(one)}"
        if one.id in assigned and _differ(one.assigned, assigned[one.id].percent):
            yield (
                f"video {one.id}: the document held it against other assigned values; "
                "those of the set's table were used"
            )


def _why_none(video: _VideoRead) -> str:
    """Return why nothing was counted; a video left out whole has one entry, at its begin."""
    whole = [str(part.get("reason", "")) for part in video.left_out]
    return f"left out: {whole[0]}" if len(whole) == 1 else "no cell was counted in it"


def _differ(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    return any(abs(one.get(grade, -1) - value) > _CLOSE for grade, value in other.items())
