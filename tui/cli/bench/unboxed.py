"""`motiscope bench unboxed`: detections that no human box covers, to be looked at."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from rich.table import Table

from calibration.scale import Scale
from inference.evaluation.contact_sheet import draw_sheet, pictures_of, places, write_sheet
from inference.evaluation.grade_errors import proportion
from inference.evaluation.ground_truth import read_ground_truth
from inference.evaluation.reading import Reading, read_recording
from inference.evaluation.unboxed import (
    Unboxed,
    draw_detections,
    draw_tracks,
    find_unboxed,
    read_labels,
    uncovered_tracks,
)
from tui.cli.bench.options import (
    AsJson,
    Chosen,
    DataFolder,
    Frames,
    Shipped,
    VisemUmPerPx,
    choose_models,
    data_folder,
    percent,
    recording_named,
)
from tui.cli.console import UsageError, check_target, data, print_json, progress_bar, talk, writing


def unboxed(
    context: typer.Context,
    recording: Annotated[str, typer.Option(help="Which, by number: 11, 12 or 52.")],
    sheet: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Write the draw as a contact sheet.")
    ] = None,
    label: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="What a person said of the sheet: number,label,who; sperm, other or unsure.",
        ),
    ] = None,
    count: Annotated[int, typer.Option(min=1, help="How many to draw.")] = 100,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draw.")] = 1,
    tracks: Annotated[
        bool, typer.Option("--tracks", help="Draw whole tracks that are mostly without a box.")
    ] = False,
    folder: DataFolder = None,
    um_per_px: VisemUmPerPx = 0.5,
    shipped: Shipped = False,
    frames: Frames = None,
    as_json: AsJson = False,
) -> None:
    """Detections farther than 10 px from every human box: how many, and a fair draw of them.

    Each recording is read with the detector that has not seen it. A sheet and its labels belong
    to one model, seed and count: label the sheet that the same options write.
    """
    if sheet is not None:
        check_target(sheet)
    if label is not None and not label.is_file():
        raise UsageError(f"{label}: no such table of labels")
    known = recording_named(recording, data_folder(folder))
    boxes = read_ground_truth(known.tracks)
    chosen = choose_models(recording, context.obj.threads, shipped=shipped)
    with progress_bar(f"motiscope on {recording}", "frames") as progress:
        scale = Scale(um_per_px, um_per_px, "assumed")
        reading = read_recording(
            known.video, known.frame_rate_hz, scale, chosen.models, frames, progress
        )
    found = find_unboxed(reading.tracks, boxes)
    draw = draw_tracks if tracks else draw_detections
    drawn = draw(reading.tracks, found, count, seed)
    figures = _figures(recording, chosen, reading, found, drawn)
    if label is not None:
        figures["labels"] = _judged(label, len(drawn))
    print_json(figures) if as_json else _show(figures)
    if sheet is not None:
        _write(sheet, reading, drawn)


def _figures(
    recording: str, chosen: Chosen, reading: Reading, found: Unboxed, drawn: NDArray[np.intp]
) -> dict[str, Any]:
    tracks = reading.tracks
    return {
        "recording": recording,
        "model": chosen.words,
        "model_sha256": chosen.models.detector.identity.sha256,
        "detections": len(found.rows),
        "unboxed": len(found.uncovered),
        "unboxed_share": found.share,
        "tracks": len(np.unique(tracks.track_id)),
        "tracks_unboxed": len(uncovered_tracks(tracks, found)),
        "drawn": [
            {
                "number": place,
                "frame": int(tracks.frame[row]),
                "track_id": int(tracks.track_id[row]),
                "x_px": round(float(tracks.xy_px[row, 0]), 2),
                "y_px": round(float(tracks.xy_px[row, 1]), 2),
                "score": round(float(tracks.score[row]), 3),
                "grade": str(tracks.grade[row]),
            }
            for place, row in enumerate(drawn.tolist(), start=1)
        ],
    }


def _judged(label: Path, count: int) -> dict[str, Any]:
    said = read_labels(label, count)
    sure = said.sperm + said.other
    return {**asdict(said), "sperm_of_sure": asdict(proportion(said.sperm, sure))}


def _write(sheet: Path, reading: Reading, drawn: NDArray[np.intp]) -> None:
    shown = places(reading.tracks, drawn.tolist())
    pictures = pictures_of(reading.video.frames(), (place.frame for place in shown))
    with writing(sheet) as part:
        write_sheet(draw_sheet(shown, pictures), part)
    talk.print(f"wrote {sheet}")


def _show(figures: dict[str, Any]) -> None:
    table = Table("recording", "model", "of", "there are", "without a box", "percent")
    for what, whole, part in (
        ("detections", "detections", "unboxed"),
        ("tracks, mostly", "tracks", "tracks_unboxed"),
    ):
        share = figures[part] / figures[whole] if figures[whole] else None
        row = (figures["recording"], figures["model"], what)
        table.add_row(*row, str(figures[whole]), str(figures[part]), percent(share))
    data.print(table)
    data.print(f"{len(figures['drawn'])} drawn")
    if "labels" not in figures:
        return
    said, of_sure = figures["labels"], figures["labels"]["sperm_of_sure"]
    low, high = of_sure["ci95"]
    data.print(
        f"a person saw {said['sperm']} sperm, {said['other']} other and {said['unsure']} unsure: "
        f"{percent(of_sure['share'])} % of what could be told are sperm "
        f"({percent(low)} to {percent(high)} %)"
    )
