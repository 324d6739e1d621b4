"""`motiscope analyse`: any recording to grades."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from acquisition.video import Video, open_video
from inference.analysis import Analysis, load_models
from inference.analysis import analyse as analyse_video
from inference.exports import to_document, write_tracks
from inference.model import SHIPPED_HEADS
from inference.overlay import write_overlay
from tui.cli.console import UsageError, data, print_json, progress_bar, talk
from tui.cli.scale import UmPerPx, parse_scale
from tui.cli.tables import share_rows
from tui.config import Config


def analyse(
    context: typer.Context,
    video: Annotated[Path, typer.Argument(help="A video file or a folder of numbered images.")],
    um_per_px: UmPerPx = None,
    frame_rate: Annotated[
        float | None,
        typer.Option(metavar="HZ", help="Frames per second; needed for a folder of images."),
    ] = None,
    json_file: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="Write the result as JSON; - prints it."),
    ] = None,
    tracks: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Write every position of every track.")
    ] = None,
    overlay: Annotated[
        Path | None,
        typer.Option(metavar="FILE.mp4", help="Write the video with the tracks drawn over it."),
    ] = None,
    model: Annotated[
        Path | None, typer.Option(metavar="CARD.json", help="Another model, by its card.")
    ] = None,
) -> None:
    """Find, follow, grade and count the spermatozoa in a recording."""
    config: Config = context.obj
    scale = parse_scale(um_per_px)
    if not video.exists():
        raise UsageError(f"{video}: no such file or folder")
    _check_targets(video, json_file, tracks, overlay)
    recording = open_video(video, frame_rate)
    models = load_models(config.threads, model or SHIPPED_HEADS)
    with progress_bar("analysing", "frames") as progress:
        analysis = analyse_video(recording, scale, models, progress=progress)
    _write(analysis, recording, json_file, tracks, overlay)


def _check_targets(video: Path, *targets: Path | None) -> None:
    """Refuse, before the work begins, what could not be written after it."""
    files = [target for target in targets if target is not None and str(target) != "-"]
    for target in files:
        _check_target(target, video)
    if len({target.resolve() for target in files}) < len(files):
        raise UsageError("--json, --tracks and --overlay need a file each")
    overlay = targets[-1]
    if overlay is not None and overlay.suffix.lower() != ".mp4":
        raise UsageError(f"--overlay {overlay}: give it a name that ends in .mp4")


def _check_target(target: Path, video: Path) -> None:
    if not target.parent.is_dir():
        raise UsageError(f"{target}: the folder {target.parent} does not exist")
    if target.is_dir() or video.resolve() in (target.resolve(), target.resolve().parent):
        raise UsageError(f"{target}: give the name of a file to write, not the recording")


def _write(
    analysis: Analysis,
    recording: Video,
    json_file: Path | None,
    tracks: Path | None,
    overlay: Path | None,
) -> None:
    document = to_document(analysis)
    if tracks is not None:
        write_tracks(analysis, tracks)
    if json_file is None:
        _show(analysis)
    elif str(json_file) == "-":
        print_json(document)
    else:
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        json_file.write_text(text, encoding="utf-8")
    if overlay is not None:
        write_overlay(recording, analysis, overlay)
    for target in (json_file, tracks, overlay):
        if target is not None and str(target) != "-":
            talk.print(f"wrote {target}")


def _show(analysis: Analysis) -> None:
    video = analysis.video
    table = Table("grade", "cells", "percent", "95 % interval", title=str(video.path))
    for row in share_rows([field.counted for field in analysis.fields]):
        table.add_row(*row)
    data.print(table)
    data.print(
        f"{analysis.counted.total} spermatozoa at the first instant; {video.frames} frames at "
        f"{video.frame_rate_hz:g} Hz; {analysis.scale.um_per_px_x:g} x "
        f"{analysis.scale.um_per_px_y:g} µm/px {analysis.scale.source}; "
        f"{analysis.thresholds.edition}"
    )
    for warning in to_document(analysis)["warnings"]:
        talk.print(f"{warning['code']}: {warning['text']}", style="yellow")
