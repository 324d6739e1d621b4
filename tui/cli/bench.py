"""`motiscope bench`: the figures of the README and the model card, measured again."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from time import perf_counter, process_time
from typing import Annotated, Any

import cv2
import numpy as np
import typer
from rich.table import Table

from acquisition.specimen import FieldView, Specimen, SpecimenSettings
from acquisition.video import open_video
from calibration.scale import Scale
from inference.analysis import Analysis, Models, analyse, load_models
from inference.evaluation.ground_truth import read_ground_truth
from inference.evaluation.points import TrackPoints
from inference.evaluation.recordings import RECORDINGS, Recording, find_data
from inference.evaluation.scores import TrackingScores, evaluate_tracks
from inference.evaluation.second_look import judge, read_second_look
from inference.evaluation.simulated import (
    FIRST_SEED,
    FRAME_RATE_HZ,
    compare_field,
    summarise,
)
from inference.field import tracks_in_px
from tui.cli.console import UsageError, data, print_json, progress_bar

bench = typer.Typer(help="Measure motiscope again: every published figure comes from here.")
AsJson = Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")]


@bench.command()
def tracking(
    context: typer.Context,
    data_folder: Annotated[
        Path | None, typer.Option("--data", help="Folder of the real recordings.")
    ] = None,
    recordings: Annotated[str, typer.Option(help="Which, by number.")] = "11,12,52",
    um_per_px: Annotated[
        float, typer.Option(help="Assumed scale; the data set publishes none.")
    ] = 0.5,
    peers: Annotated[bool, typer.Option(help="Run trackpy in the same run.")] = True,
    as_json: AsJson = False,
) -> None:
    """Tracks against human tracks (similarity 1 - d / 20 px), beside trackpy on the same frames."""
    folder = find_data(data_folder)
    if folder is None:
        raise UsageError("no real recordings: give --data or set MOTISCOPE_DATA")
    wanted = [part.strip() for part in recordings.split(",")]
    unknown = [part for part in wanted if part not in RECORDINGS]
    if unknown:
        raise UsageError(f"--recordings {unknown[0]}: choose from {', '.join(RECORDINGS)}")
    models = load_models(context.obj.threads)
    scale = Scale(um_per_px, um_per_px, "assumed")
    rows = [
        row
        for number in wanted
        for row in _compare(RECORDINGS[number], folder, models, scale, peers)
    ]
    print_json(rows) if as_json else _show_tracking(rows)


def _compare(
    recording: Recording, folder: Path, models: Models, scale: Scale, peers: bool
) -> Iterator[dict[str, Any]]:
    begun = perf_counter()
    video = open_video(folder / recording.video, recording.frame_rate_hz)
    with progress_bar(f"motiscope on {recording.number}", "frames") as progress:
        analysis = analyse(video, scale, models, progress=progress)
    seconds = perf_counter() - begun
    truth = read_ground_truth(folder / recording.tracks)
    frames = video.info.frames
    points = _points(analysis)
    scores = evaluate_tracks(truth, points, frames)
    row = _row(recording.number, "motiscope", scores, frames, seconds)
    if recording.second_look is not None:
        looked = judge(read_second_look(folder / recording.second_look), _by_frame(points))
        row["second_look_precision"] = looked.precision
        row["second_look_recall"] = looked.recall
    yield row
    if peers:
        yield from _peer_rows(recording, folder, truth, frames, seconds)


def _peer_rows(
    recording: Recording, folder: Path, truth: TrackPoints, frames: int, seconds: float
) -> Iterator[dict[str, Any]]:
    from inference.evaluation.peers import run_trackpy  # noqa: PLC0415 - group "bench" only

    video = open_video(folder / recording.video, recording.frame_rate_hz)
    with progress_bar(f"trackpy on {recording.number}", "settings") as progress:
        peer = run_trackpy(video, truth, progress)
    name = f"trackpy (minmass {peer.minmass:g})"
    row = _row(recording.number, name, peer.scores, frames, peer.seconds)
    row["times_slower"] = peer.seconds / seconds
    yield row


def _row(
    number: str, who: str, scores: TrackingScores, frames: int, seconds: float
) -> dict[str, Any]:
    return {"recording": number, "system": who, **asdict(scores), "frames_per_s": frames / seconds}


def _points(analysis: Analysis) -> TrackPoints:
    cells = [cell for field in analysis.fields for cell in field.cells]
    rows = tracks_in_px(cells, analysis.scale)
    return TrackPoints(rows.frame, rows.track_id, rows.xy_px)


def _by_frame(points: TrackPoints) -> dict[int, Any]:
    return {int(frame): points.xy_px[points.frame == frame] for frame in np.unique(points.frame)}


def _show_tracking(rows: list[dict[str, Any]]) -> None:
    scores = ("hota", "det_a", "ass_a", "idf1", "precision", "recall")
    table = Table("recording", "system", *scores, "tracks", "people's", "frames/s", "slower")
    for row in rows:
        table.add_row(
            row["recording"],
            row["system"],
            *(f"{100 * row[score]:.1f}" for score in scores),
            str(row["predicted_tracks"]),
            str(row["truth_tracks"]),
            f"{row['frames_per_s']:.0f}",
            f"{row['times_slower']:.1f}x" if "times_slower" in row else "",
        )
    data.print(table)
    for row in rows:
        if row.get("second_look_precision") is not None:
            data.print(
                f"{row['recording']}, against the second look at its pictures: precision "
                f"{100 * row['second_look_precision']:.1f}, recall "
                f"{100 * row['second_look_recall']:.1f}"
            )


@bench.command()
def grading(
    context: typer.Context,
    fields: Annotated[int, typer.Option(min=1, help="How many simulated fields.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Percentages and counts against the truth of simulated fields that trained nothing."""
    models = load_models(context.obj.threads)
    compared = []
    with progress_bar("grading", "fields") as progress:
        for number in range(fields):
            compared.append(compare_field(FIRST_SEED + number, models))
            progress(number + 1, fields)
    summary = summarise(compared)
    if as_json:
        print_json({"summary": asdict(summary), "fields": [asdict(field) for field in compared]})
        return
    table = Table("seed", "true a b c d", "found a b c d", "error in points", "count")
    for field in compared:
        table.add_row(
            str(field.seed),
            " ".join(f"{value:3d}" for value in asdict(field.truth).values()),
            " ".join(f"{value:3d}" for value in asdict(field.found).values()),
            " ".join(f"{error:+5.1f}" for error in field.percent_errors),
            f"{100 * field.count_error:+.1f} %",
        )
    data.print(table)
    _show_summary("mean absolute error", summary.mean_abs_points, summary.mean_abs_count)
    _show_summary("all fields together", summary.pooled_points, summary.pooled_count)


def _show_summary(what: str, points: tuple[float, ...], count: float) -> None:
    each = ", ".join(f"{g} {value:.1f}" for g, value in zip("abcd", points, strict=True))
    data.print(f"{what}: {each} points; count {100 * count:.1f} %")


@bench.command()
def drawing(
    frames: Annotated[int, typer.Option(min=10, help="How many frames.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Frames a second that the simulated microscope draws on one core, 640x480 with 40 cells."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        view = FieldView(Specimen(SpecimenSettings(seed=FIRST_SEED, drift_um_s=(2.0, 1.0))))
        cells = len(view.cells_in_view(0.0))
        view.render(0.0)
        begun = process_time()
        for frame in range(frames):
            view.render(frame / FRAME_RATE_HZ)
        per_s = frames / (process_time() - begun)
    finally:
        cv2.setNumThreads(threads)
    if as_json:
        print_json({"cells": cells, "frames_per_s": per_s})
    else:
        data.print(f"{cells} cells: {per_s:.0f} frames a second of processor time, one core")
