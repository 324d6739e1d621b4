"""`motiscope bench brightfield`: heads against boxes, in the other optics."""

from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.table import Table

from acquisition.video import Deinterlace
from calibration.scale import Scale
from inference.analysis import Models, load_models
from inference.evaluation.box_scores import BoxScores, score_boxes
from inference.evaluation.reading import Reading, by_frame, read_recording
from inference.evaluation.recordings import BRIGHT_FIELD
from inference.evaluation.voc import read_clip_boxes
from inference.model import SHIPPED_HEADS
from tui.cli.bench.options import AsJson, DataFolder, Frames, data_folder, number, percent
from tui.cli.console import UsageError, data, print_json, progress_bar

SURE_SCORE = 0.5
TRACKED, RAW = "points of kept tracks", f"detections of score {SURE_SCORE:g} or more"


def brightfield(
    context: typer.Context,
    folder: DataFolder = None,
    um_per_px: Annotated[
        float, typer.Option(help="Assumed scale: heads measure about 13 px there.")
    ] = 0.35,
    frames: Frames = None,
    as_json: AsJson = False,
) -> None:
    """Precision and recall within 10 px of the boxes of three bright-field clips (MIaMIA-SVDS).

    The shipped detector reads them; none of these clips was in its training. A detection on an
    impurity is wrong.
    """
    where = data_folder(folder)
    missing = [where / clip.video for clip in BRIGHT_FIELD if not (where / clip.video).is_file()]
    if missing:
        raise UsageError(f"{missing[0]}: no such file; give --data or set MOTISCOPE_DATA")
    models = load_models(context.obj.threads, SHIPPED_HEADS)
    scale = Scale(um_per_px, um_per_px, "assumed")
    scores: dict[str, dict[str, BoxScores]] = {}
    for clip in BRIGHT_FIELD:
        boxes = read_clip_boxes(where / clip.boxes, clip.name)
        with progress_bar(f"motiscope on {clip.name}", "frames") as progress:
            # Boxes were drawn on whole frames; on pictures that are shown again, too.
            reading = read_recording(
                where / clip.video, None, scale, models, frames, progress, Deinterlace.OFF
            )
        read = {found.frame for found in reading.found}
        inside = {frame: one for frame, one in boxes.items() if frame in read}
        scores[clip.name] = {
            TRACKED: score_boxes(inside, by_frame(reading.points)),
            RAW: score_boxes(inside, _sure_places(reading)),
        }
    scores["together"] = {
        what: sum((clip[what] for clip in scores.values()), BoxScores()) for what in (TRACKED, RAW)
    }
    _print(scores, um_per_px, models, as_json=as_json)


def _sure_places(reading: Reading) -> dict[int, Any]:
    return {one.frame: one.xy_px[one.score >= SURE_SCORE] for one in reading.found}


def _print(
    scores: dict[str, dict[str, BoxScores]], um_per_px: float, models: Models, *, as_json: bool
) -> None:
    if as_json:
        clips = {
            clip: {
                what: {**asdict(one), "precision": one.precision, "recall": one.recall}
                for what, one in own.items()
            }
            for clip, own in scores.items()
        }
        sha256 = models.detector.identity.sha256
        print_json({"um_per_px": um_per_px, "model_sha256": sha256, "clips": clips})
        return
    headings = ("frames", "boxes", "found", "precision", "recall", "on impurities")
    table = Table("clip", "what", *headings)
    for clip, own in scores.items():
        for what, one in own.items():
            counts = (one.frames, one.boxes, one.detections)
            shares = (percent(one.precision), percent(one.recall))
            table.add_row(clip, what, *map(str, counts), *shares, number(one.on_other, "d"))
    data.print(table)
    data.print(f"at an assumed {um_per_px:g} µm/px (heads measure about 13 px); shipped detector")
