"""What the quality screens work with: rounds, the videos of their items, and who may do what."""

from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from acquisition.video import Video, VideoError
from calibration.scale import Scale
from inference.model import ModelError
from qc.eqa.assigned_table import SetError
from qc.eqa.rounds.blocking import Block
from qc.eqa.rounds.instrument import ItemRead
from qc.eqa.rounds.values import (
    Closing,
    Reader,
    Reading,
    Release,
    Round,
    RoundError,
    RoundItem,
    SignedReading,
)
from qc.eqa.simulated.plan import SimulationError
from qc.records.database import StoreError
from tui.round_request import RoundRequest

QUALITY_FAILURES = (
    RoundError, SetError, SimulationError, ModelError, StoreError, BrokenProcessPool, OSError,
)  # fmt: skip
"""What `QualityServices` may raise besides `open_item`; the text is for people."""

ITEM_FAILURES = (RoundError, VideoError, OSError)
"""What `QualityServices.open_item` may raise; the text names the file: see `unnamed`."""


Told = Callable[[str, int, int], None]
"""Takes what is being done, how much of it is done and how much there is; may raise
StoppedError, which ends the work."""


@dataclass(frozen=True, slots=True)
class Made:
    """A round that was made.

    Attributes:
        round: The round.
        faults: One line for each row and file of its set that could not be used.
    """

    round: Round
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemVideo:
    """The video of an item, from where its specimen begins.

    Attributes:
        video: The pictures.
        scale: What a pixel is worth; None where the video does not say.
        no_scale: Why there is none, without the video's name.
    """

    video: Video
    scale: Scale | None
    no_scale: str = ""


class RoundStore(Protocol):
    """The rounds in the records; every method may be called in a thread."""

    def all(self) -> tuple[Round, ...]:
        """Return every round, the newest first."""
        ...

    def readings(self, round_id: UUID) -> tuple[SignedReading, ...]:
        """Return all readings of a round, in the order of signing."""
        ...

    def sign(self, one: Round, reading: Reading) -> SignedReading:
        """Store a reading for good."""
        ...

    def close(self, one: Round, closing: Closing) -> None:
        """End a round."""
        ...

    def release(self, one: Round, release: Release) -> None:
        """Store why a reader's results are reported again."""
        ...

    def releases(self, round_id: UUID) -> tuple[Release, ...]:
        """Return who released what, the oldest first."""
        ...

    def faults(self, one: Round) -> tuple[str, ...]:
        """Return a line for each thing of a round that was changed behind the records' back."""
        ...

    def blocks(self) -> tuple[Block, ...]:
        """Return everyone whose results are not reported."""
        ...


@dataclass(frozen=True, slots=True)
class QualityServices:
    """The collaborators of the quality screens. All but the last two are called in threads.

    Attributes:
        rounds: The records.
        make: Makes a round and stores it; draws its set first where that is asked for.
        open_item: Opens the video of an item, after a check that it is the right one.
        read_due: Lets motiscope read what is due for this instrument, and sign it.
        report: Writes the report of a closed round, or of some readers of controls, to new files
            and returns where they are.
        managers: Who may close rounds and release results.
        instrument: Name of this instrument.
    """

    rounds: RoundStore
    make: Callable[[RoundRequest, Told], Made]
    open_item: Callable[[RoundItem], ItemVideo]
    read_due: Callable[[Round, Told], Iterator[ItemRead]]
    report: Callable[[Round, tuple[Reader, ...]], tuple[Path, ...]]
    managers: tuple[str, ...]
    instrument: str
