"""motiscope reading a round, with its progress in the terminal."""

from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from inference.analysis import load_models
from inference.model import SHIPPED_HEADS
from qc.eqa.reader import ReaderSettings, VideoReader
from qc.eqa.reading import VideoReading
from qc.eqa.rounds.instrument import ItemRead, read_as_instrument
from qc.eqa.rounds.values import Round
from qc.eqa.scoring.wording import many
from qc.records.rounds import RoundRecords
from tui.cli.console import talk
from tui.config import Config


def read_items(
    records: RoundRecords,
    one: Round,
    config: Config,
    settings: ReaderSettings,
    model: Path | None,
) -> bool:
    """Read and sign everything that is due for this instrument; return whether nothing was left.

    Raises:
        RoundError: If nothing is due.
        ModelError: If a model cannot be used.
        StoreError: If a reading cannot be stored.
    """
    reader = VideoReader(load_models(config.threads, model or SHIPPED_HEADS), settings)
    bars = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TimeRemainingColumn(), console=talk, transient=True,
    )  # fmt: skip
    items = bars.add_task(one.name, total=len(one.items) * one.repeats)
    frames = bars.add_task("frames", total=None)

    def read(path: Path) -> VideoReading:
        return reader.read(path, lambda done, of: bars.update(frames, completed=done, total=of))

    found = read_as_instrument(records, one, config.instrument, read)
    whole = True
    with bars:
        for item in found:
            bars.update(items, completed=item.turn.place)
            whole = whole and not item.fault
            _tell(item)
    return whole


def _tell(item: ItemRead) -> None:
    # By its place alone: who watches the screen may still have to read it.
    name = f"item {item.turn.place} of {item.turn.of}"
    if item.counts is None:
        talk.print(f"{name}: left out: {item.fault}", style="yellow")
    else:
        talk.print(f"{name}: {many(item.counts.total, 'cell')}, signed")
    for line in item.told:
        talk.print(f"{name}: {line}", style="yellow")
