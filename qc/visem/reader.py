"""The tables of VISEM, as published, checked against one another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qc.visem.cells import CellError, VisemError, find_file, parse_number, read_cells
from qc.visem.columns import COLUMNS, FILE_NAMES, VIDEO, VIDEOS, Source

Numbers = NDArray[np.float64]


class ParticipantError(VisemError):
    """A participant is in one table and not in another."""


@dataclass(frozen=True, slots=True)
class Visem:
    """The five tables and the list of videos.

    Attributes:
        participants: Their numbers, rising.
        values: Of each table participants x columns, in the units that `COLUMNS` names; NaN is
            what was not reported.
        videos: File name of the video of each participant who has one.
    """

    participants: tuple[int, ...]
    values: Mapping[Source, Numbers]
    videos: Mapping[int, str]

    @property
    def videos_only(self) -> tuple[int, ...]:
        """Participants of whom there is a video and no row in any table."""
        return tuple(sorted(set(self.videos) - set(self.participants)))

    def features(self, sources: Sequence[Source]) -> Numbers:
        """Return participants x all columns of these tables."""
        return np.hstack([self.values[source] for source in sources])

    def columns(self, names: Sequence[str]) -> Numbers:
        """Return participants x the named columns of the semen analysis."""
        own = COLUMNS[Source.SEMEN]
        return self.values[Source.SEMEN][:, [own.index(name) for name in names]]


def read_visem(folder: Path) -> Visem:
    """Read the six CSV files of a folder; no video is opened.

    Raises:
        MissingFileError: If a file is not there or no text.
        MissingColumnError: If a column is missing.
        RowError: If a row is too short or longer than the header, or its participant is no number
            or comes twice.
        CellError: If a cell is no number and does not say that it was not reported, or is no
            percentage where it should be.
        ParticipantError: If the tables are not of the same participants, or one has no video.
    """
    found = {source: find_file(folder, FILE_NAMES[source]) for source in Source}
    rows = {source: read_cells(path, COLUMNS[source]) for source, path in found.items()}
    videos = {own: cells[0] for own, cells in _videos(folder).items()}
    first = found[Source.SEMEN].name
    for source, path in found.items():
        _check_same(first, set(rows[Source.SEMEN]), path.name, set(rows[source]))
    # The published list may have videos of more participants than the tables.
    _check_same(first, set(rows[Source.SEMEN]), VIDEOS, set(videos) & set(rows[Source.SEMEN]))
    participants = tuple(sorted(rows[Source.SEMEN]))
    if not participants:
        raise ParticipantError(f"{first}: no participant below the header")
    values = {
        source: _numbers(path.name, COLUMNS[source], rows[source], participants)
        for source, path in found.items()
    }
    return Visem(participants, values, videos)


def _videos(folder: Path) -> Mapping[int, tuple[str, ...]]:
    return read_cells(find_file(folder, (VIDEOS,)), (VIDEO,))


def _check_same(first: str, expected: set[int], other: str, own: set[int]) -> None:
    for name, has, lacks in ((other, first, expected - own), (first, other, own - expected)):
        if lacks:
            who = ", ".join(map(str, sorted(lacks)[:5])) + (" …" if len(lacks) > 5 else "")
            raise ParticipantError(f"{name} lacks participant {who} that {has} has")


def _numbers(
    name: str,
    columns: Sequence[str],
    rows: Mapping[int, tuple[str, ...]],
    participants: Sequence[int],
) -> Numbers:
    return np.array(
        [
            [
                _number(name, participant, column, text)
                for column, text in zip(columns, rows[participant], strict=True)
            ]
            for participant in participants
        ]
    )


def _number(name: str, participant: int, column: str, text: str) -> float:
    number = parse_number(text)
    where = f"{name}: participant {participant}, «{column}»"
    if number is None:
        raise CellError(f"{where}: «{text[:40]}» is no number")
    if "%" in column and (number < 0 or number > 100):
        raise CellError(f"{where}: «{text[:40]}» is no percentage, 0 to 100")
    return number
