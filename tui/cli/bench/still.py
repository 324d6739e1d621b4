"""`motiscope bench still`: how many tracks a cell that gets nowhere is broken into."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from rich.table import Table

from calibration.scale import Scale
from inference.analysis import load_models
from inference.evaluation.ground_truth import read_ground_truth
from inference.evaluation.reading import Reading, read_recording
from inference.evaluation.simulated import FIRST_SEED, plan_dead
from inference.evaluation.still_cells import (
    StillCells,
    check_dead,
    followed_by,
    still_tracks,
    tally_still,
)
from tui.cli.bench.options import (
    AsJson,
    DataFolder,
    Frames,
    Shipped,
    VisemUmPerPx,
    choose_models,
    data_folder,
    number,
    percent,
    recording_named,
)
from tui.cli.console import data, print_json, progress_bar

RECORDING = "52"
LIMIT = 1.1


def still(
    context: typer.Context,
    samples: Annotated[int, typer.Option(min=0, help="How many dead samples to draw.")] = 20,
    duration_s: Annotated[float, typer.Option(min=0.5, help="How long each is seen.")] = 10.0,
    real: Annotated[bool, typer.Option(help="Read recording 52, too.")] = True,
    folder: DataFolder = None,
    um_per_px: VisemUmPerPx = 0.5,
    shipped: Shipped = False,
    frames: Frames = None,
    as_json: AsJson = False,
) -> None:
    """Tracks for each cell that gets nowhere (at most 1.1), and how many are graded d.

    In 52: people's tracks of 2 s or more of which 99 % of the places, drift taken off, keep within
    5 µm of their median. These may beat in place, so their grade is no truth. Drawn: dead samples
    with drift to 5 µm/s, half of them shaken.
    """
    found: dict[str, StillCells] = {}
    if real:
        reading = _read(data_folder(folder), um_per_px, context.obj.threads, shipped, frames)
        found[f"recording {RECORDING}"] = reading
    found.update(_drawn(samples, duration_s, context.obj.threads))
    if as_json:
        print_json({"limit": LIMIT, "cells": {name: _as_json(one) for name, one in found.items()}})
        return
    headings = ("cells", "missed", "tracks", "tracks a cell", "most", "graded d, %")
    table = Table("sample", *headings)
    for name, one in found.items():
        counts = (str(one.cells), str(one.missed), str(one.tracks))
        per_cell = number(one.tracks_per_cell, ".3f")
        table.add_row(name, *counts, per_cell, str(one.most), percent(one.immotile_share))
    data.print(table)
    data.print(f"limit: {LIMIT} tracks a cell")


def _read(
    where: Path, um_per_px: float, threads: int, shipped: bool, frames: int | None
) -> StillCells:
    recording = recording_named(RECORDING, where)
    truth = read_ground_truth(recording.tracks)
    chosen = choose_models(RECORDING, threads, shipped=shipped)
    scale = Scale(um_per_px, um_per_px, "assumed")
    with progress_bar(f"motiscope on {RECORDING}", "frames") as progress:
        reading = read_recording(
            recording.video, recording.frame_rate_hz, scale, chosen.models, frames, progress
        )
    points = truth.first(reading.video.info.frames)
    rate_hz = reading.video.info.frame_rate_hz
    unmoving = still_tracks(points, um_per_px, rate_hz, _drift_um_s(reading))
    numbers = np.unique(unmoving.track_id).tolist()
    follows = followed_by(points, reading.points, numbers, reading.video.info.frames)
    grades = {cell.track.track_id: cell.grade for cell in reading.cells}
    return tally_still(follows, grades)


def _drift_um_s(reading: Reading) -> NDArray[np.float64]:
    drift = reading.field.drift
    return np.zeros(2) if drift is None else np.array([drift.x_um_s, drift.y_um_s])


def _drawn(samples: int, duration_s: float, threads: int) -> dict[str, StillCells]:
    if not samples:
        return {}
    models = load_models(threads)
    found = {"drawn, steady": StillCells(), "drawn, shaken": StillCells()}
    with progress_bar("dead samples", "samples") as progress:
        for done in range(samples):
            plan = plan_dead(FIRST_SEED + done)
            name = "drawn, shaken" if plan.optics.shake_um else "drawn, steady"
            found[name] += check_dead(plan, models, duration_s)
            progress(done + 1, samples)
    return found


def _as_json(one: StillCells) -> dict[str, Any]:
    return {
        **asdict(one),
        "tracks_per_cell": one.tracks_per_cell,
        "immotile_share": one.immotile_share,
    }
