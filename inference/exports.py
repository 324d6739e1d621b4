"""An analysis as files: the JSON document, the tracks as CSV. Both are a published interface."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from acquisition.video_info import Stated
from calibration.scale import Scale
from inference.analysis import Analysis
from inference.counting import Share
from inference.field import Drift, FieldResult, PixelTracks, tracks_in_px
from inference.field_notices import field_notices
from inference.grading import Grade
from inference.presence import counting_frame_px

SCHEMA = 1
TRACK_COLUMNS = ("frame", "time_s", "track_id", "x_px", "y_px", "w_px", "h_px", "score", "grade")


def to_document(analysis: Analysis) -> dict[str, Any]:
    """Return the analysis as the JSON document of schema 1.

    `fields` holds counts, drift and vibration, and the time-weighted check of each field; `grades`
    the shares of the whole recording with their 95 % intervals, None where nothing was counted.
    Cells count whose heads have their middles within `counting_frame_px`. `drift_um_s` is what was
    taken off, the mean over the fields where it could be measured; None where that is in none. That
    of a field is None where it could not, and a warning says so. `video.stated` is what the file
    says of itself, beside what was used; None where no container says anything.
    """
    return {
        "schema": SCHEMA,
        "software": f"motiscope {version('motiscope')}",
        "video": {
            "path": str(analysis.video.path),
            "sha256": analysis.video.sha256,
            "frames": analysis.video.frames,
            "frame_rate_hz": analysis.video.frame_rate_hz,
            "width_px": analysis.video.width_px,
            "height_px": analysis.video.height_px,
            "field_order": analysis.video.field_order.value,
            "repeated_frames": analysis.video.repeated,
            "stated": _stated(analysis.video.stated),
        },
        "model": {"name": analysis.model.name, "sha256": analysis.model.sha256},
        "grader": None
        if analysis.grader is None
        else {"name": analysis.grader.name, "sha256": analysis.grader.sha256},
        "scale": scale_document(analysis.scale),
        "thresholds": {"edition": analysis.thresholds.edition},
        "counting_frame_px": _counting_frame(analysis),
        "drift_um_s": _mean_drift([field.drift for field in analysis.fields if field.drift]),
        "fields": [_field(field) for field in analysis.fields],
        "counted": analysis.counted.total,
        "grades": grades_document(analysis.shares),
        "warnings": [
            {"code": notice.code, "text": notice.text}
            for notice in (*analysis.notices, *field_notices(analysis.fields))
        ],
    }


def scale_document(scale: Scale) -> dict[str, Any]:
    """Return a scale as every JSON document gives it."""
    return {
        "um_per_px_x": scale.um_per_px_x,
        "um_per_px_y": scale.um_per_px_y,
        "source": scale.source,
        "u_rel_percent_x": _percent(scale.u_rel_x),
        "u_rel_percent_y": _percent(scale.u_rel_y),
    }


def grades_document(shares: Mapping[str, Share]) -> dict[str, Any]:
    """Return the shares of the grades as every JSON document gives them."""
    return {name: _share(share) for name, share in shares.items()}


def _counting_frame(analysis: Analysis) -> dict[str, float]:
    size_px = analysis.video.width_px, analysis.video.height_px
    (left, top), (right, bottom) = counting_frame_px(size_px, analysis.scale).tolist()
    sides = {"left": left, "top": top, "right": right, "bottom": bottom}
    return {side: round(place_px, 2) for side, place_px in sides.items()}


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _stated(stated: Stated | None) -> dict[str, Any] | None:
    """Return what the file said of itself, whether or not it was used."""
    if stated is None:
        return None
    return {
        "frames": stated.frames,
        "frame_rate_hz": stated.frame_rate_hz,
        "field_order": stated.field_order and stated.field_order.value,
        "pixel_aspect": stated.pixel_aspect
        and f"{stated.pixel_aspect.numerator}:{stated.pixel_aspect.denominator}",
    }


def _mean_drift(measured: Sequence[Drift]) -> dict[str, float] | None:
    if not measured:
        return None
    x_um_s, y_um_s = np.mean([(one.x_um_s, one.y_um_s) for one in measured], axis=0)
    return _drift(Drift(float(x_um_s), float(y_um_s)))


def _drift(drift: Drift) -> dict[str, float]:
    return {"x": round(drift.x_um_s, 3), "y": round(drift.y_um_s, 3)}


def _field(field: FieldResult) -> dict[str, Any]:
    counted, weighted = field.counted, field.time_weighted_percent
    return {
        "first_frame": field.first_frame,
        "frames": field.frames,
        "lost_frames": field.lost_frames,
        "drift_um_s": field.drift and _drift(field.drift),
        "shake_um": round(field.shake_um, 3),
        "counted": {"a": counted.a, "b": counted.b, "c": counted.c, "d": counted.d},
        "time_weighted_percent": {
            grade.value: round(weighted[grade], 2) if weighted else None for grade in Grade
        },
    }


def _share(share: Share) -> dict[str, Any]:
    return {
        "count": share.count,
        "percent": None if share.percent is None else round(share.percent, 2),
        "ci95": [round(limit, 2) for limit in share.ci95],
    }


def write_tracks(analysis: Analysis, path: Path) -> None:
    """Write every position of every track, sorted by frame, then by track.

    Positions and sizes are px of the input frame (the centre of its upper left pixel is 0, 0),
    frames count from 0, a score of 0 marks a bridged position.

    Raises:
        OSError: If the file cannot be written.
    """
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(TRACK_COLUMNS)
        for field in analysis.fields:
            writer.writerows(_rows(tracks_in_px(field.cells, analysis.scale)))


def _rows(tracks: PixelTracks) -> Iterator[tuple[object, ...]]:
    for i in range(len(tracks.frame)):
        yield (
            int(tracks.frame[i]),
            f"{tracks.time_s[i]:.6f}",
            int(tracks.track_id[i]),
            *(f"{value:.2f}" for value in (*tracks.xy_px[i], *tracks.size_px[i])),
            f"{tracks.score[i]:.3f}",
            tracks.grade[i],
        )
