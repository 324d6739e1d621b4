"""A session as files for other programs: CSV, one row a field, and JSON, everything.

The CSV has one row for every recorded field, counted or not, in the order of recording; what is the
same for the whole session stands in every row, so that files of several sessions can be joined.
Numbers have a point as decimal mark, times are ISO 8601 in UTC, what was not measured is empty.
A text that a spreadsheet would take for a formula, as it begins with = + - @, a tab or a carriage
return, has a ' in front of it; the JSON holds it as it was written.
`CSV_COLUMNS` names and explains the columns.

The JSON holds the session as it is stored, cells and corrections included, with the result that
follows from it. Counts and percentages are those after the corrections; the `counted` of a stored
result, and `originally_counted`, are those before them. Its `schema` is
raised when a name or a meaning changes, not when a name is added. `session_from_json` reads it
back.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from inference.spreadsheet import harmless
from qc.corrections import in_force
from qc.new_file import new_file
from qc.records.values import FieldRecord, ReplicateRecord, SessionRecord
from qc.result import SessionResult, session_result

SCHEMA = 1
KIND = "motiscope session"

CSV_COLUMNS = {
    "session": "key of the session",
    "sample": "label of the sample; a ' goes before = + - @ or a tab at its begin",
    "operator": "who examined; guarded like the sample",
    "state": "open, complete, incomplete or aborted",
    "conclusion": "reported, new replicates, empty or unfinished",
    "replicate": "number of the replicate, from 1",
    "field": "number of the field in its replicate, from 1",
    "attempt": "how often this field was recorded, from 1",
    "outcome": "counted, drifted or unfinished",
    "counts": "1 if the field enters the count of its replicate, else 0",
    "reason": "why it does not count, or why it replaces another; guarded like the sample",
    "x_um": "place on the slide, from the centre of the coverslip",
    "y_um": "place on the slide, from the centre of the coverslip",
    "begun_utc": "begin of the recording",
    "duration_s": "time from the first to the last frame",
    "frames": "frames in the clip",
    "lost_frames": "frames that the camera lost",
    "frame_rate_hz": "frame rate as accepted by the camera",
    "temperature_begun_c": "temperature of the stage at the begin",
    "temperature_ended_c": "temperature of the stage at the end",
    "temperature_lowest_c": "lowest temperature that was measured from begin to end",
    "temperature_highest_c": "highest temperature that was measured from begin to end",
    "since_collection_min": "minutes from the collection of the sample to the begin",
    "focus": "sharpness of the picture",
    "count_a": "cells of grade a, after the corrections",
    "count_b": "cells of grade b, after the corrections",
    "count_c": "cells of grade c, after the corrections",
    "count_d": "cells of grade d, after the corrections",
    "original_a": "cells of grade a as the analysis left them",
    "original_b": "cells of grade b as the analysis left them",
    "original_c": "cells of grade c as the analysis left them",
    "original_d": "cells of grade d as the analysis left them",
    "corrections": "corrections in force",
    "corrected_by": "who made them, separated by semicolons; guarded like the sample",
    "drift_x_um_s": "drift to the right, taken off",
    "drift_y_um_s": "drift down, taken off",
    "um_per_px_x": "scale in x",
    "um_per_px_y": "scale in y",
    "scale_source": "where the scale comes from",
    "edition": "edition of the limits between the grades",
    "model": "name of the model",
    "model_sha256": "hash of the model",
    "grader": "name of the model that weighed the grades, empty where the rule alone decided",
    "grader_sha256": "its hash",
    "clip": "file of the clip in the folder of the session",
    "clip_sha256": "hash of the clip",
    "software": "name and version of the software that graded it",
    "notices": "codes of what a reader must know of the field, separated by spaces",
    "session_notices": "the same of the session's result, those of its counted fields included",
    "u_rel_x": "relative standard uncertainty of the scale in x, 0.004 for 0.4 %; may be empty",
    "u_rel_y": "the same in y",
}
"""The columns of the CSV in their order, each with its meaning."""


class ExportError(Exception):
    """A session cannot be exported or read back; one line says which file and why."""


def session_csv(session: SessionRecord) -> str:
    """Return a session as CSV, one row for every recorded field."""
    text = StringIO(newline="")
    # The line ends of RFC 4180: a lone carriage return in a reason is then quoted too.
    writer = csv.DictWriter(text, list(CSV_COLUMNS), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_rows(session))
    return text.getvalue()


def session_json(session: SessionRecord) -> str:
    """Return a session as JSON, with the result that follows from it."""
    document = {
        "kind": KIND,
        "schema": SCHEMA,
        "session": _SESSION.dump_python(session, mode="json"),
        "result": _RESULT.dump_python(session_result(session), mode="json"),
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def session_from_json(text: str) -> SessionRecord:
    """Return the session that an exported JSON holds.

    Raises:
        ExportError: If it is none, is damaged, or was written by a newer motiscope.
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ExportError(f"the export is no JSON: {error}") from error
    if not isinstance(document, dict) or document.get("kind") != KIND:
        raise ExportError("this is no exported session of motiscope")
    if document.get("schema") != SCHEMA:
        raise ExportError(
            f"the export has schema {document.get('schema')} and this motiscope reads {SCHEMA}"
        )
    try:
        return _SESSION.validate_python(document.get("session"))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ExportError(f"the export is damaged at {place}: {first['msg']}") from error


def write_export(text: str, path: Path) -> None:
    """Write an export, whole or not at all, into a file that does not exist yet.

    Raises:
        ExportError: If it exists or cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with new_file(path) as part:
            part.write_text(text, encoding="utf-8", newline="")
    except FileExistsError as error:
        raise ExportError(f"{path} exists; give another name") from error
    except OSError as error:
        raise ExportError(f"{path} cannot be written: {error.strerror}") from error


def _rows(session: SessionRecord) -> Iterator[dict[str, Any]]:
    result = session_result(session)
    for replicate in session.replicates:
        for field in replicate.fields:
            minutes = session.plan.preparation.minutes_at(field.clip.begun_utc)
            row = {
                **_session_columns(session, result),
                **_field_columns(replicate, field),
                "since_collection_min": None if minutes is None else round(minutes, 1),
                **_clip_columns(field),
                **_result_columns(field),
            }
            yield {column: harmless(value) for column, value in row.items()}


def _session_columns(session: SessionRecord, result: SessionResult) -> dict[str, Any]:
    return {
        "session": session.session_id,
        "sample": session.plan.sample,
        "operator": session.plan.operator,
        "state": session.state.value,
        "conclusion": result.conclusion.value,
        "session_notices": " ".join(dict.fromkeys(notice.code for notice in result.notices)),
    }


def _field_columns(replicate: ReplicateRecord, field: FieldRecord) -> dict[str, Any]:
    return {
        "replicate": replicate.number,
        "field": field.number,
        "attempt": field.attempt,
        "outcome": field.outcome.value,
        "counts": int(field in replicate.counting),
        "reason": field.reason,
        "x_um": field.position.x_um if field.position else None,
        "y_um": field.position.y_um if field.position else None,
    }


def _clip_columns(field: FieldRecord) -> dict[str, Any]:
    clip = field.clip
    return {
        "begun_utc": clip.begun_utc.isoformat(),
        "duration_s": clip.duration_s,
        "frames": clip.frames,
        "lost_frames": clip.lost_frames,
        "frame_rate_hz": clip.frame_rate_hz,
        "temperature_begun_c": clip.temperature_begun_c,
        "temperature_ended_c": clip.temperature_ended_c,
        "temperature_lowest_c": min(clip.readings_c, default=None),
        "temperature_highest_c": max(clip.readings_c, default=None),
        "focus": clip.focus,
        "clip": clip.path,
        "clip_sha256": clip.sha256,
    }


def _result_columns(field: FieldRecord) -> dict[str, Any]:
    result = field.result
    if result is None:
        return {}
    made = in_force(field.corrections)
    return {
        **{f"count_{grade}": count for grade, count in asdict(field.counted).items()},
        **{f"original_{grade}": count for grade, count in asdict(result.counted).items()},
        "corrections": len(made),
        "corrected_by": "; ".join(dict.fromkeys(each.operator for each in made)),
        "drift_x_um_s": result.drift.x_um_s if result.drift else None,
        "drift_y_um_s": result.drift.y_um_s if result.drift else None,
        "um_per_px_x": result.scale.um_per_px_x,
        "um_per_px_y": result.scale.um_per_px_y,
        "u_rel_x": result.scale.u_rel_x,
        "u_rel_y": result.scale.u_rel_y,
        "scale_source": result.scale.source,
        "edition": result.thresholds.edition,
        "model": result.model.name,
        "model_sha256": result.model.sha256,
        "grader": result.grader.name if result.grader else "",
        "grader_sha256": result.grader.sha256 if result.grader else "",
        "software": result.software,
        "notices": " ".join(notice.code for notice in result.notices),
    }


_SESSION = TypeAdapter(SessionRecord)
_RESULT = TypeAdapter(SessionResult)
