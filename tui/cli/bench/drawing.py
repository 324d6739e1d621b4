"""`motiscope bench drawing`: how fast the simulated microscope draws."""

from time import process_time
from typing import Annotated

import typer

from acquisition.specimen import FieldView, Specimen, SpecimenSettings
from inference.evaluation.simulated import FIRST_SEED
from inference.evaluation.stage_times import one_core
from tui.cli.bench.options import AsJson
from tui.cli.console import data, print_json

RATE_HZ = 50.0


def drawing(
    frames: Annotated[int, typer.Option(min=10, help="How many frames.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Frames a second that the simulated microscope draws on one core, 640x480 with 40 cells."""
    with one_core():
        view = FieldView(Specimen(SpecimenSettings(seed=FIRST_SEED, drift_um_s=(2.0, 1.0))))
        cells = len(view.cells_in_view(0.0))
        view.render(0.0)
        begun = process_time()
        for frame in range(frames):
            view.render(frame / RATE_HZ)
        per_s = frames / (process_time() - begun)
    if as_json:
        print_json({"cells": cells, "frames_per_s": per_s})
    else:
        data.print(f"{cells} cells: {per_s:.0f} frames a second of processor time, one core")
