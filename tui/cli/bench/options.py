"""What the bench commands have in common: their options, the data, the models, the figures."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from inference.analysis import Models, load_models
from inference.evaluation.recordings import (
    RECORDINGS,
    Recording,
    find_data,
    left_out_card,
    left_out_cells,
    left_out_grades,
)
from inference.model import SHIPPED_CELLS, SHIPPED_GRADES, SHIPPED_HEADS
from tui.cli.console import UsageError

AsJson = Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")]
DataFolder = Annotated[Path | None, typer.Option("--data", help="Folder of the real recordings.")]
Frames = Annotated[
    int | None,
    typer.Option(min=3, metavar="N", help="Only the first N frames, for a quick look."),
]
VisemUmPerPx = Annotated[float, typer.Option(help="Assumed scale; the data set publishes none.")]
Shipped = Annotated[
    bool,
    typer.Option(help="Use the shipped models, which have seen these recordings in training."),
]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The models that read a recording.

    Attributes:
        models: The models.
        heads: Card of the detector.
        seen: Whether they were trained on the recording.
    """

    models: Models
    heads: Path
    seen: bool

    @property
    def words(self) -> str:
        """What a table says of it."""
        return "shipped, has seen it" if self.seen else "has not seen it"


def choose_models(number: str, threads: int, *, shipped: bool) -> Chosen:
    """Load the networks that have not seen a recording, or the shipped ones, which have.

    Raises:
        ModelError: If a model is missing or altered.
    """
    heads = SHIPPED_HEADS if shipped else left_out_card(number)
    grades = SHIPPED_GRADES if shipped else left_out_grades()
    cells = SHIPPED_CELLS if shipped else left_out_cells(number)
    return Chosen(load_models(threads, heads, grades, cells), heads, shipped)


def data_folder(given: Path | None) -> Path:
    """Return the folder of real recordings.

    Raises:
        UsageError: If there is none.
    """
    folder = find_data(given)
    if folder is None:
        raise UsageError("no real recordings: give --data or set MOTISCOPE_DATA")
    return folder


def recording_named(number: str, folder: Path) -> Recording:
    """Return a recording, its paths from the data folder on.

    Raises:
        UsageError: If it is unknown.
    """
    if number not in RECORDINGS:
        raise UsageError(f"recording {number}: choose from {', '.join(RECORDINGS)}")
    known = RECORDINGS[number]
    looked = known.second_look
    return replace(
        known,
        video=folder / known.video,
        tracks=folder / known.tracks,
        second_look=None if looked is None else folder / looked,
    )


def percent(share: float | None) -> str:
    """Write a share of 1 as a percentage."""
    return "–" if share is None else f"{100 * share:.1f}"


def number(value: float | None, form: str = ".1f") -> str:
    """Write a number that may be missing."""
    return "–" if value is None else format(value, form)
