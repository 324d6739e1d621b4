"""Reading a whole set, one video after the other."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from inference.analysis import Progress as FrameProgress
from qc.eqa.kept_readings import KeptReadings
from qc.eqa.reading import LeftOutError, VideoReading
from qc.eqa.reference_set import ReferenceItem, ReferenceSet
from qc.eqa.scores.reading import GradeReading

Progress = Callable[[ReferenceItem, int, int], None]
"""Called with the video, its frames done and its frames in all."""


class Reader(Protocol):
    """Reads reference videos."""

    def key(self, video: Path) -> str:
        """Return what a reading of a video hangs on, as a hash.

        Raises:
            OSError: If the video is out of reach.
        """
        ...

    def read(self, path: Path, progress: FrameProgress | None = None) -> VideoReading:
        """Read a video.

        Raises:
            LeftOutError: If it cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class ItemReading:
    """One video of a set and what was read of it.

    Attributes:
        item: The video, with its assigned value.
        reading: What was read, None where it was left out.
        reason: Why it was left out; empty where it was read.
        was_kept: Whether the reading is one of an earlier run.
    """

    item: ReferenceItem
    reading: VideoReading | None
    reason: str = ""
    was_kept: bool = False

    @property
    def grades(self) -> GradeReading | None:
        """Percent of each grade; None where nothing was counted."""
        return None if self.reading is None else self.reading.grades

    @property
    def fault(self) -> str | None:
        """Why there is nothing to hold against the assigned value, in one line."""
        if self.grades is not None:
            return None
        return f"{self.item.path.name}: left out: {self.reason or 'no cell was counted in it'}"


def read_set(
    reference: ReferenceSet,
    reader: Reader,
    kept: KeptReadings,
    progress: Progress | None = None,
) -> Iterator[ItemReading]:
    """Yield the reading of each video as it is finished; those that are kept are not made again.

    Raises:
        OSError: If a reading cannot be kept.
    """
    for item in reference.items:
        yield _read(item, reader, kept, progress)


def find_kept(reference: ReferenceSet, reader: Reader, kept: KeptReadings) -> list[ItemReading]:
    """Return the readings of a set that are kept from earlier runs, without reading a video."""
    return [_find(item, reader, kept) for item in reference.items]


def _find(item: ReferenceItem, reader: Reader, kept: KeptReadings) -> ItemReading:
    try:
        known = kept.find(reader.key(item.path))
    except OSError as error:
        return ItemReading(item, None, f"it cannot be read ({error.strerror or error})")
    return ItemReading(item, known, "" if known else "it has not been read yet", known is not None)


def _read(
    item: ReferenceItem, reader: Reader, kept: KeptReadings, progress: Progress | None
) -> ItemReading:
    try:
        key = reader.key(item.path)
    except OSError as error:
        return ItemReading(item, None, f"it cannot be read ({error.strerror or error})")
    known = kept.find(key)
    if known is not None:
        return ItemReading(item, known, was_kept=True)

    def tell(done: int, frames: int) -> None:
        if progress is not None:
            progress(item, done, frames)

    try:
        reading = reader.read(item.path, tell)
    except LeftOutError as error:
        return ItemReading(item, None, str(error))
    except OSError as error:
        return ItemReading(item, None, f"it cannot be read ({error.strerror or error})")
    kept.keep(key, reading)
    return ItemReading(item, reading)
