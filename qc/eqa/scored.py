"""A set with the scores of everyone who read it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from acquisition.file_name import in_utf_8
from acquisition.video_file import sha256_of
from qc.agreement.readings import Interval
from qc.eqa.assigned_table import SetError
from qc.eqa.readers import SetReader
from qc.eqa.reference_set import assigned_of, table_of
from qc.eqa.scores.reading import GradeReading
from qc.eqa.scoring.scoring import score_reader
from qc.eqa.scoring.values import ReaderScores, ScoringRules
from qc.eqa.scoring.wording import listed


@dataclass(frozen=True, slots=True)
class AssignedSet:
    """The assigned values of a set, and where they come from.

    Attributes:
        name: Of the folder.
        table: Name of the table.
        sha256: Hash of the table.
        values: By video ID.
        faults: One line for each row that cannot be used.
    """

    name: str
    table: str
    sha256: str
    values: Mapping[int, GradeReading]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScoredReader:
    """A reader with its scores."""

    reader: SetReader
    scores: ReaderScores


@dataclass(frozen=True, slots=True)
class ScoredSet:
    """Everything that a report of a set shows.

    Attributes:
        assigned: The set.
        readers: Who read it, in the order given.
        rules: What the scores hang on.
        faults: What does not match, one line each.
    """

    assigned: AssignedSet
    readers: tuple[ScoredReader, ...]
    rules: ScoringRules
    faults: tuple[str, ...]

    @property
    def uncertainties(self) -> Interval:
        """The least and the largest standard uncertainty that a score was taken with, in points."""
        parameters = (each for one in self.readers for each in one.scores.parameters)
        every = [each for one in parameters for each in one.uncertainties]
        return min(every), max(every)


def open_assigned(folder: Path) -> AssignedSet:
    """Read the assigned values of a set; its videos need not be there.

    Raises:
        SetError: If it holds no table or several, or no row can be used.
        OSError: If something cannot be read.
    """
    found, table = assigned_of(folder), table_of(folder)
    if not found.values:
        raise SetError(f"{table}: no row can be used ({found.faults[0]})")
    names = in_utf_8(folder.resolve().name), in_utf_8(table.name)
    return AssignedSet(*names, sha256_of(table), found.values, found.faults)


def score_set(
    assigned: AssignedSet, readers: Sequence[SetReader], rules: ScoringRules
) -> ScoredSet:
    """Score each reader by the videos that it read.

    Raises:
        SetError: If a reader has read no video of the set.
    """
    scored = tuple(_scored(reader, assigned, rules) for reader in readers)
    named = (f"{one.reader.name}: {fault}" for one in scored for fault in _faults(one))
    return ScoredSet(assigned, scored, rules, (*assigned.faults, *named))


def _scored(reader: SetReader, assigned: AssignedSet, rules: ScoringRules) -> ScoredReader:
    if not reader.readings.keys() & assigned.values.keys():
        raise SetError(
            f"{reader.source}: {reader.name} has read no video of {assigned.name}: its videos are "
            f"{listed(tuple(assigned.values))}"
        )
    return ScoredReader(reader, score_reader(reader.name, reader.readings, assigned.values, rules))


def _faults(one: ScoredReader) -> Iterator[str]:
    yield from one.reader.faults
    if one.scores.unread:
        yield f"no reading that can be used of {named_videos(one.scores.unread)}"
    if one.scores.unknown:
        yield f"the set has no assigned value of {named_videos(one.scores.unknown)}; not scored"


def named_videos(videos: Sequence[int]) -> str:
    """Return "video 17", or "videos 17, 910"."""
    return f"video{'s' if len(videos) > 1 else ''} {listed(videos)}"
