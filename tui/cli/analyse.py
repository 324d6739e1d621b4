"""`motiscope analyse`: any recording to grades."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from acquisition.opening import GLANCE_S, find_opening, without_opening
from acquisition.video import Deinterlace, Video, open_video
from calibration.profiles import NotCalibratedError
from calibration.readings import NotAMicrometerError
from calibration.scale import Scale, ScaleError
from inference.analysis import Analysis, load_models
from inference.analysis import analyse as analyse_video
from inference.cell_table import cells_in_order, write_cells
from inference.exports import to_document, write_tracks
from inference.model import SHIPPED_HEADS
from inference.overlay import is_overlay, write_overlay
from tui.cli.console import (
    UsageError,
    check_apart,
    check_target,
    data,
    print_json,
    progress_bar,
    talk,
    write_json,
    writing,
)
from tui.cli.earlier_results import is_result
from tui.cli.scale import OpticsName, UmPerPx, check_division, check_scale, scale_of
from tui.cli.tables import review_row, share_rows
from tui.config import Config

MOST_REVIEWS = 10
# No cell is followed at fewer frames per second, and no camera takes more of a field.
LEAST_HZ, MOST_HZ = 1.0, 10_000.0


def analyse(
    context: typer.Context,
    video: Annotated[Path, typer.Argument(help="A video file or a folder of numbered images.")],
    um_per_px: UmPerPx = None,
    optics: OpticsName = None,
    scale_from_video: Annotated[
        bool,
        typer.Option(
            "--scale-from-video", help="Measure the stage micrometer that the video begins with."
        ),
    ] = False,
    division_um: Annotated[
        float, typer.Option(help="Length of that micrometer's finest division in µm.")
    ] = 10.0,
    frame_rate: Annotated[
        float | None,
        typer.Option(metavar="HZ", help="Frames per second; needed for a folder of images."),
    ] = None,
    deinterlace: Annotated[
        Deinterlace,
        typer.Option(
            help="Take frames apart into their fields: as the pictures show, not at all, or with "
            "the top or the bottom field first."
        ),
    ] = Deinterlace.AUTO,
    json_file: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="Write the result as JSON; - prints it."),
    ] = None,
    tracks: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Write every position of every track.")
    ] = None,
    cells: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv", help="Write every cell with its grade, kinematics and doubts."
        ),
    ] = None,
    overlay: Annotated[
        Path | None,
        typer.Option(metavar="FILE.mp4", help="Write the video with the tracks drawn over it."),
    ] = None,
    reticle: Annotated[
        bool, typer.Option("--reticle", help="Lay a grid of 25 µm over the overlay.")
    ] = False,
    model: Annotated[
        Path | None,
        typer.Option(
            metavar="CARD.json", help="Another detector, by its card; sorter and grader stay."
        ),
    ] = None,
) -> None:
    """Find, follow, grade and count the spermatozoa in a recording."""
    config: Config = context.obj
    check_scale(um_per_px, optics, from_video=scale_from_video)
    check_division(division_um)
    if frame_rate is not None and not LEAST_HZ <= frame_rate <= MOST_HZ:
        raise UsageError(
            f"--frame-rate {frame_rate:g}: give frames per second, {LEAST_HZ:g} to {MOST_HZ:g}"
        )
    if not video.exists():
        raise UsageError(f"{video}: no such file or folder")
    targets = Targets(json_file, tracks, cells, overlay, reticle)
    targets.check(video)
    recording = open_video(video, frame_rate, deinterlace)
    if scale_from_video:
        specimen, scale = _by_its_own_micrometer(recording, division_um)
    else:
        scale = scale_of(recording.info, um_per_px, optics, config)
        specimen = _without_micrometer(recording, division_um, scale)
    models = load_models(config.threads, model or SHIPPED_HEADS)
    with progress_bar("analysing", "frames") as progress:
        analysis = analyse_video(specimen, scale, models, progress=progress)
    _write(analysis, recording, targets)


def _by_its_own_micrometer(recording: Video, division_um: float) -> tuple[Video, Scale]:
    """Return the specimen of a recording and the scale of the micrometer before it.

    Raises:
        NotCalibratedError: If it does not begin with a micrometer that gives a scale.
    """
    try:
        opening = find_opening(recording, division_um)
        scale = opening.scale()
    except (NotAMicrometerError, ScaleError) as error:
        raise NotCalibratedError(
            f"{recording.info.path} does not begin with a stage micrometer that gives a scale "
            f"({error}); give --optics NAME or --um-per-px X [Y] instead"
        ) from error
    return without_opening(recording, opening, scale), scale


def _without_micrometer(recording: Video, division_um: float, scale: Scale) -> Video:
    """Return a recording without the micrometer that it may begin with: that is no specimen."""
    try:
        opening = find_opening(recording, division_um, GLANCE_S)
    except NotAMicrometerError:
        return recording
    return without_opening(recording, opening, scale)


@dataclass(frozen=True, slots=True)
class Targets:
    """Where results go; None is nowhere, and "-" for the JSON is standard output.

    `reticle` asks for the 25 µm grid on the overlay.
    """

    json_file: Path | None
    tracks: Path | None
    cells: Path | None
    overlay: Path | None
    reticle: bool = False

    @property
    def files(self) -> tuple[Path, ...]:
        """The files to be written."""
        json_file = None if str(self.json_file) == "-" else self.json_file
        targets = (json_file, self.tracks, self.cells, self.overlay)
        return tuple(one for one in targets if one is not None)

    def check(self, video: Path) -> None:
        """Refuse, before the work begins, what could not be written after it."""
        for file in self.files:
            if file == self.overlay:
                check_target(file, source=video, replaces=is_overlay)
            else:
                check_target(file, source=video, replaces=is_result)
        check_apart(*self.files)
        if self.reticle and self.overlay is None:
            raise UsageError("--reticle draws on the overlay: give --overlay FILE.mp4 too")
        if self.overlay is not None and self.overlay.suffix.lower() != ".mp4":
            raise UsageError(f"--overlay {self.overlay}: give it a name that ends in .mp4")


def _write(analysis: Analysis, recording: Video, targets: Targets) -> None:
    if targets.tracks is not None:
        with writing(targets.tracks) as part:
            write_tracks(analysis, part)
    if targets.cells is not None:
        with writing(targets.cells) as part:
            write_cells(analysis, part)
    _give(analysis, targets.json_file)
    if targets.overlay is not None:
        with writing(targets.overlay) as part:
            write_overlay(recording, analysis, part, with_reticle=targets.reticle)
    for target in targets.files:
        talk.print(f"wrote {target}")


def _give(analysis: Analysis, json_file: Path | None) -> None:
    """Show the result, print it as JSON, or write it."""
    if json_file is None:
        _show(analysis)
    elif str(json_file) == "-":
        print_json(to_document(analysis))
    else:
        write_json(to_document(analysis), json_file)


def _show(analysis: Analysis) -> None:
    video = analysis.video
    table = Table("grade", "cells", "percent", "95 % interval", title=str(video.path))
    for row in share_rows(analysis.shares):
        table.add_row(*row)
    data.print(table)
    data.print(
        f"{analysis.counted.total} spermatozoa at the first instant; {video.frames} frames at "
        f"{video.frame_rate_hz:g} Hz, {video.field_order.words}; {analysis.scale.um_per_px_x:g} x "
        f"{analysis.scale.um_per_px_y:g} µm/px {analysis.scale.source}; "
        f"{analysis.thresholds.edition}"
    )
    if sum(field.counted.total > 0 for field in analysis.fields) == 1:
        data.print("one field with cells: the intervals hold nothing of the spread between fields")
    _show_review(analysis)
    for warning in to_document(analysis)["warnings"]:
        talk.print(f"{warning['code']}: {warning['text']}", style="yellow")


def _show_review(analysis: Analysis) -> None:
    """List the first cells that a person should look at."""
    doubtful = [cell for cell in cells_in_order(analysis) if cell.review]
    if not doubtful:
        return
    title = f"{len(doubtful)} of {len(cells_in_order(analysis))} cells to look at"
    table = Table("cell", "first frame", "x, y px", "grade", "probabilities", "why", title=title)
    for cell in doubtful[:MOST_REVIEWS]:
        table.add_row(*review_row(cell, analysis.scale))
    data.print(table)
    if len(doubtful) > MOST_REVIEWS:
        data.print(f"and {len(doubtful) - MOST_REVIEWS} more; --cells FILE.csv lists them all")
