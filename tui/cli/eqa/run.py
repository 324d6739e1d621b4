"""`motiscope eqa run`: a set of reference videos to readings."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from inference.analysis import load_models
from inference.model import SHIPPED_HEADS
from qc.eqa.document import errors_of, faults_of, set_document
from qc.eqa.kept_readings import KeptReadings
from qc.eqa.mean_errors import CATEGORIES
from qc.eqa.reader import VideoReader
from qc.eqa.reference_set import ReferenceItem, ReferenceSet, open_set
from qc.eqa.run import ItemReading, read_set
from qc.eqa.scoring.wording import many
from tui.cli.console import check_target, data, print_json, talk, write_json
from tui.cli.earlier_results import is_result
from tui.cli.eqa.gathering import kept_folder
from tui.cli.eqa.options import DivisionUm, Folder, ModelCard, UmPerPx, reader_settings
from tui.cli.tables import GRADE_NAMES
from tui.config import Config

FAILED = 1


def run(
    context: typer.Context,
    folder: Folder,
    um_per_px: UmPerPx = None,
    division_um: DivisionUm = 10.0,
    json_file: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="Write the readings as JSON; - prints them."),
    ] = None,
    model: ModelCard = None,
) -> None:
    """Read every video of a set and hold the readings against the assigned values.

    A video that begins with a stage micrometer is read by it. What does not match, what is left
    out, and what else must be known is named in one line each. Readings are kept: after an
    interrupt, or for a set that has grown, the same command goes on at the next video.

    Ends with 0 if every row and every video was read, with 1 if one was not.
    """
    config: Config = context.obj
    settings = reader_settings(um_per_px, division_um)
    if json_file is not None and str(json_file) != "-":
        check_target(json_file, replaces=is_result)
    reference = open_set(folder)
    for fault in reference.faults:
        talk.print(fault, style="yellow")
    reader = VideoReader(load_models(config.threads, model or SHIPPED_HEADS), settings)
    kept = KeptReadings(kept_folder(config))
    readings: list[ItemReading] = []
    with _watched(len(reference.items)) as (begun, progress):
        for reading in read_set(reference, reader, kept, progress):
            readings.append(reading)
            begun(len(readings))
            _tell(reading)
    _give(reference, readings, json_file)
    if faults_of(reference, readings):
        raise typer.Exit(FAILED)


Begun = Callable[[int], None]
Advance = Callable[[ReferenceItem, int, int], None]


@contextmanager
def _watched(videos: int) -> Iterator[tuple[Begun, Advance]]:
    """Show a bar for the set and one for the video that is read."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=talk, transient=True) as bars:
        whole = bars.add_task("videos", total=videos)
        one = bars.add_task("frames", total=None)

        def advance(item: ReferenceItem, done: int, frames: int) -> None:
            bars.update(one, description=item.path.name, completed=done, total=frames)

        yield lambda done: bars.update(whole, completed=done), advance


def _tell(one: ItemReading) -> None:
    """Say what was read of a video, and what was not, as soon as that is known."""
    name, reading = one.item.path.name, one.reading
    if one.fault is not None:
        talk.print(one.fault, style="yellow")
    if reading is None:
        return
    cells = many(reading.counted, "cell")
    kept = ", read in an earlier run" if one.was_kept else ""
    talk.print(f"{name}: {cells} in {many(len(reading.fields), 'field')}{kept}")
    for line in reading.told:
        talk.print(f"{name}: {line}", style="yellow")


def _give(reference: ReferenceSet, readings: list[ItemReading], json_file: Path | None) -> None:
    if json_file is None:
        _show(readings)
        return
    document = set_document(reference, readings)
    if str(json_file) == "-":
        print_json(document)
        return
    write_json(document, json_file)
    _show(readings)
    talk.print(f"wrote {json_file}")


def _show(readings: list[ItemReading]) -> None:
    names = [GRADE_NAMES[one] for one in CATEGORIES]
    table = Table("video", "fields", "cells", "µm/px", *names, title="read (assigned) in percent")
    for one in readings:
        table.add_row(one.item.path.name, *_row(one))
    data.print(table)
    errors = errors_of(readings)
    if errors.three is None or errors.four is None:
        data.print("no video was read")
        return
    by_category = ", ".join(
        f"{GRADE_NAMES[name]} {error:.2f}" for name, error in errors.by_category.items()
    )
    data.print(
        f"mean absolute error over {many(errors.videos, 'video')}: {errors.three:.2f} points in "
        f"three categories, {errors.four:.2f} in four ({by_category})"
    )


def _row(one: ItemReading) -> Iterator[str]:
    reading, assigned = one.reading, one.item.assigned.percent
    percent = None if one.grades is None else one.grades.percent
    yield "–" if reading is None else str(len(reading.fields))
    yield "–" if reading is None else str(reading.counted)
    scale = None if reading is None else reading.scale
    yield "–" if scale is None else f"{scale.um_per_px_x:.4f} x {scale.um_per_px_y:.4f}"
    for name in CATEGORIES:
        read = "–" if percent is None else f"{percent[name]:.1f}"
        yield f"{read} ({assigned[name]:.1f})"
