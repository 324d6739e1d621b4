"""The readings of a set as a JSON document, a published interface."""

from collections.abc import Sequence
from typing import Any

from acquisition.sidecar import software
from inference.counting import shares
from inference.exports import grades_document, scale_document
from inference.identity import ModelIdentity
from qc.eqa.mean_errors import MeanErrors, mean_errors
from qc.eqa.reference_set import ReferenceSet
from qc.eqa.run import ItemReading

SCHEMA = 1


def errors_of(readings: Sequence[ItemReading]) -> MeanErrors:
    """Return the mean errors over the videos in which something was counted."""
    read = [(one.grades, one.item.assigned) for one in readings]
    return mean_errors([(grades, value) for grades, value in read if grades is not None])


def faults_of(reference: ReferenceSet, readings: Sequence[ItemReading]) -> list[str]:
    """Return one line for each row and video of a set that is not held against the other."""
    own = (one.fault for one in readings)
    return [*reference.faults, *(fault for fault in own if fault is not None)]


def set_document(reference: ReferenceSet, readings: Sequence[ItemReading]) -> dict[str, Any]:
    """Return the readings of a set as the JSON document of schema 1.

    `scale` and `grades` are those of `motiscope analyse`; `cuts` and `left_out` count frames as
    the file does, from 0; a video that was left out whole has no scale, nothing counted, and one
    entry of `left_out` at frame 0. `summary` holds the mean absolute errors in percentage points,
    None where no video was read.
    """
    return {
        "schema": SCHEMA,
        "software": software(),
        "set": str(reference.folder),
        "videos": [_video(one) for one in readings],
        "faults": faults_of(reference, readings),
        "summary": _summary(errors_of(readings)),
    }


def _video(one: ItemReading) -> dict[str, Any]:
    item, reading = one.item, one.reading
    head = {
        "id": item.video_id,
        "file": item.path.name,
        "assigned": item.assigned.percent,
    }
    if reading is None:
        return head | {
            "scale": None,
            "cuts": [],
            "counted": 0,
            "grades": grades_document(shares([])),
            "left_out": [{"first_frame": 0, "reason": one.reason}],
            "fields": [],
            "warnings": [],
        }
    return head | {
        "sha256": reading.sha256,
        "duration_s": round(reading.duration_s, 3),
        "model": _model(reading.model),
        "grader": None if reading.grader is None else _model(reading.grader),
        "thresholds": {"edition": reading.edition},
        "scale": scale_document(reading.scale),
        "cuts": list(reading.cuts),
        "counted": reading.counted,
        "grades": grades_document(reading.shares),
        "left_out": [
            {"first_frame": part.first_frame, "reason": part.reason} for part in reading.left_out
        ],
        "fields": [
            {
                "first_frame": field.first_frame,
                "duration_s": round(field.duration_s, 3),
                "counted": {grade: getattr(field.counted, grade) for grade in "abcd"},
            }
            for field in reading.fields
        ],
        "warnings": [{"code": note.code, "text": note.text} for note in reading.notices],
    }


def _model(model: ModelIdentity) -> dict[str, str]:
    return {"name": model.name, "sha256": model.sha256}


def _summary(errors: MeanErrors) -> dict[str, Any]:
    return {
        "videos": errors.videos,
        "mae_three_categories": _rounded(errors.three),
        "mae_four_categories": _rounded(errors.four),
        "mae": {name: _rounded(error) for name, error in errors.by_category.items()},
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
