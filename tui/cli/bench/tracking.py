"""`motiscope bench tracking`: tracks and grades against people's tracks."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.table import Table

from calibration.scale import Scale
from inference.evaluation.ground_truth import read_ground_truth
from inference.evaluation.human_field import GradeDifference, grade_difference, read_human_field
from inference.evaluation.points import TrackPoints
from inference.evaluation.reading import Reading, by_frame, read_recording
from inference.evaluation.recordings import Recording
from inference.evaluation.scores import TrackingScores, evaluate_tracks
from inference.evaluation.second_look import judge, read_second_look
from inference.model import read_heads_card
from tui.cli.bench.options import (
    AsJson,
    Chosen,
    DataFolder,
    Frames,
    Shipped,
    VisemUmPerPx,
    choose_models,
    data_folder,
    number,
    recording_named,
)
from tui.cli.console import data, print_json, progress_bar

SCORES = ("hota", "det_a", "ass_a", "idf1", "precision", "recall")
# People left cells of 52 without a box, so its human tracks are no count.
COMPLETE = ("11", "12")


def tracking(
    context: typer.Context,
    folder: DataFolder = None,
    recordings: Annotated[str, typer.Option(help="Which, by number.")] = "11,12,52",
    um_per_px: VisemUmPerPx = 0.5,
    peers: Annotated[bool, typer.Option(help="Run trackpy in the same run.")] = True,
    shipped: Shipped = False,
    frames: Frames = None,
    as_json: AsJson = False,
) -> None:
    """Tracks and grades against people's tracks (similarity 1 - d / 20 px), beside trackpy.

    Each recording is read with the detector that has not seen it. The grades by people's tracks
    are those that the same grader gives to the cells that people tracked.
    """
    where = data_folder(folder)
    wanted = [recording_named(part.strip(), where) for part in recordings.split(",")]
    scale = Scale(um_per_px, um_per_px, "assumed")
    rows: list[dict[str, Any]] = []
    grades: dict[str, GradeDifference] = {}
    for recording in wanted:
        chosen = choose_models(recording.number, context.obj.threads, shipped=shipped)
        truth = read_ground_truth(recording.tracks)
        reading = _read(recording, scale, chosen, frames)
        rows.append(_own_row(recording, chosen, truth, reading))
        if peers:
            rows.append(_peer_row(recording, truth, reading))
        if recording.number in COMPLETE:
            grades[recording.number] = _grades(chosen, truth, reading)
    if as_json:
        print_json({"um_per_px": um_per_px, "tracking": rows, "grades": _as_json(grades)})
        return
    _show_tracking(rows)
    _show_grades(grades)
    data.print(f"at an assumed {um_per_px:g} µm/px")


def _read(recording: Recording, scale: Scale, chosen: Chosen, frames: int | None) -> Reading:
    with progress_bar(f"motiscope on {recording.number}", "frames") as progress:
        return read_recording(
            recording.video, recording.frame_rate_hz, scale, chosen.models, frames, progress
        )


def _own_row(
    recording: Recording, chosen: Chosen, truth: TrackPoints, reading: Reading
) -> dict[str, Any]:
    frames = reading.video.info.frames
    points = reading.points
    scores = evaluate_tracks(truth, points, frames)
    row = _row(recording.number, "motiscope", chosen.words, scores, frames / reading.seconds)
    row["model_sha256"] = chosen.models.detector.identity.sha256
    if recording.second_look is not None:
        looked_at = read_second_look(recording.second_look)
        inside = {frame: places for frame, places in looked_at.items() if frame < frames}
        looked = judge(inside, by_frame(points))
        row["second_look"] = {
            **asdict(looked),
            "frames": len(inside),
            "precision": looked.precision,
            "recall": looked.recall,
        }
    return row


def _peer_row(recording: Recording, truth: TrackPoints, reading: Reading) -> dict[str, Any]:
    from inference.evaluation.peers import run_trackpy  # noqa: PLC0415 - group "bench" only

    with progress_bar(f"trackpy on {recording.number}", "frames") as progress:
        peer = run_trackpy(reading.video, truth, progress)
    frames = reading.video.info.frames
    how = f"best minmass {peer.minmass:g}"
    row = _row(recording.number, "trackpy", how, peer.scores, frames / peer.seconds)
    row["times_slower"] = peer.seconds / reading.seconds
    return row


def _row(
    recording: str, system: str, model: str, scores: TrackingScores, frames_per_s: float
) -> dict[str, Any]:
    return {
        "recording": recording,
        "system": system,
        "model": model,
        **asdict(scores),
        "frames_per_s": frames_per_s,
    }


def _grades(chosen: Chosen, truth: TrackPoints, reading: Reading) -> GradeDifference:
    human = read_human_field(
        reading.video,
        truth.first(reading.video.info.frames),
        reading.found,
        reading.analysis.scale,
        read_heads_card(chosen.heads).um_per_px,
        chosen.models.grader,
    )
    return grade_difference(reading.field, human)


def _as_json(grades: dict[str, GradeDifference]) -> dict[str, Any]:
    return {
        recording: {**asdict(one), "points": one.points, "points_by_time": one.points_by_time}
        for recording, one in grades.items()
    }


def _show_tracking(rows: Sequence[dict[str, Any]]) -> None:
    headings = ("tracks", "people's", "frames/s", "slower")
    table = Table("recording", "system", "model", *SCORES, *headings)
    for row in rows:
        table.add_row(
            row["recording"],
            row["system"],
            row["model"],
            *(f"{100 * row[score]:.1f}" for score in SCORES),
            str(row["predicted_tracks"]),
            str(row["truth_tracks"]),
            f"{row['frames_per_s']:.0f}",
            f"{row['times_slower']:.1f}x" if "times_slower" in row else "",
        )
    data.print(table)
    for row in rows:
        if row.get("second_look", {}).get("frames"):
            looked = row["second_look"]
            data.print(
                f"{row['recording']}, against the second look at {looked['frames']} of its "
                f"pictures: precision {_percent(looked['precision'])}, recall "
                f"{_percent(looked['recall'])}. Found: {looked['sperm']} spermatozoa, "
                f"{looked['other']} other, {looked['unsure']} unsure, and {looked['unseen']} where "
                "nobody looked, which count as wrong"
            )


def _show_grades(grades: dict[str, GradeDifference]) -> None:
    if not grades:
        return
    by_count = [f"{grade} %" for grade in "abcd"]
    by_time = [f"{grade} % of time" for grade in "abcd"]
    table = Table("recording", "by the tracks of", "counted", *by_count, *by_time)
    for recording, one in grades.items():
        for row in _grade_rows(one):
            table.add_row(recording, *row)
    data.print(table)


def _grade_rows(one: GradeDifference) -> Iterator[tuple[str, ...]]:
    for who, counted, shares, by_time in (
        ("motiscope", one.own_counted, one.own, one.own_by_time),
        ("people", one.human_counted, one.human, one.human_by_time),
    ):
        yield who, str(counted), *(number(share) for share in (*shares, *by_time))
    differences = (*one.points, *one.points_by_time)
    yield "difference in points", "", *(number(points, "+.1f") for points in differences)


def _percent(share: float | None) -> str:
    return number(None if share is None else 100 * share)
