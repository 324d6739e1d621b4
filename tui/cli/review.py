"""`motiscope review`: the cells of a session, those that a person should look at first."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from acquisition.sidecar import sidecar_path
from inference.grading import rounded_down
from qc.corrections import Correction, CorrectionKind, described
from qc.records.values import SessionRecord
from qc.review import CorrectionLine, ReviewLine, correction_lines, review_lines
from tui.assembly import open_records
from tui.cli.console import data, print_json, talk
from tui.cli.examine import find_session
from tui.config import Config

Key = Annotated[
    str, typer.Argument(metavar="KEY", help="Key of a session, or the beginning of it.")
]


def review(
    context: typer.Context,
    session: Key,
    everything: Annotated[bool, typer.Option("--all", help="List the other cells too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
) -> None:
    """List the cells of a session that a person should look at, and what was corrected."""
    config: Config = context.obj
    with open_records(config) as store:
        record = find_session(store, session)
    for lost in _lost_clips(record):
        talk.print(lost, style="yellow")
    every = review_lines(record)
    lines = [line for line in every if everything or line.review]
    if as_json:
        print_json(_document(record, lines))
        return
    if lines:
        data.print(_cell_table(lines))
    else:
        talk.print(_nothing(every))
    if corrections := correction_lines(record):
        table = Table("correction", "at (UTC)", "by", "field", "what", "why", "")
        for line in corrections:
            table.add_row(*_correction_cells(line))
        data.print(table)


def _lost_clips(record: SessionRecord) -> Iterator[str]:
    """Say of which counted fields the clip, or its sidecar, is no longer there to be looked at."""
    folder = Path(record.folder)
    if not folder.is_dir():
        yield f"the clips of the session are gone: {folder} is not there"
        return
    for replicate in record.replicates:
        for field in replicate.counting:
            clip = folder / field.clip.path
            for file in (clip, sidecar_path(clip)):
                if not file.exists():
                    yield f"field {replicate.number}.{field.number}: {file} is gone"


def _nothing(every: tuple[ReviewLine, ...]) -> str:
    if not every:
        return "the session has no stored cells; a missed one can be added with motiscope correct"
    return f"no cell is up for review; --all lists all {len(every)}"


def _cell_table(lines: list[ReviewLine]) -> Table:
    table = Table(
        "field", "cell", "frame", "x, y px", "grade", "a b c d %", "µm/s", "standing", "why"
    )
    for line in lines:
        table.add_row(
            line.place,
            str(line.now.number),
            str(line.frame),
            f"{line.x_px:.0f}, {line.y_px:.0f}",
            _grade(line),
            _probabilities(line),
            _progress(line),
            line.standing,
            "; ".join(line.review),
        )
    return table


def _grade(line: ReviewLine) -> str:
    """Write the grade, and before it the analysis's own where a person changed it."""
    if line.cell is None or line.cell.grade is line.now.grade:
        return line.now.grade.value
    return f"{line.cell.grade} > {line.now.grade}"


def _probabilities(line: ReviewLine) -> str:
    if line.cell is None or line.cell.probabilities is None:
        return "–"
    return " ".join(f"{100 * each:.0f}" for each in line.cell.probabilities)


def _progress(line: ReviewLine) -> str:
    if line.cell is None or line.cell.progress_um_s is None:
        return "–"
    return rounded_down(line.cell.progress_um_s)


def _correction_cells(line: CorrectionLine) -> tuple[str, ...]:
    correction = line.correction
    return (
        correction.short_id,
        f"{correction.at_utc:%Y-%m-%d %H:%M}",
        correction.operator,
        line.place,
        line.text,
        correction.reason,
        "" if line.stands else "withdrawn",
    )


def _document(record: SessionRecord, lines: list[ReviewLine]) -> dict[str, Any]:
    return {
        "session": str(record.session_id),
        "sample": record.plan.sample,
        "cells": [_cell_document(line) for line in lines],
        "corrections": [_line_document(line) for line in correction_lines(record)],
    }


def _line_document(line: CorrectionLine) -> dict[str, Any]:
    """Return a correction with whether the counts follow it; a withdrawal itself changes none."""
    is_withdrawal = line.correction.kind is CorrectionKind.WITHDRAWN
    return correction_document(line.place, line.correction) | {
        "stands": None if is_withdrawal else line.stands,
        "withdrawn_by": None if line.withdrawn_by is None else str(line.withdrawn_by),
    }


def _cell_document(line: ReviewLine) -> dict[str, Any]:
    cell = line.cell
    return {
        "field": line.place,
        "cell": line.now.number,
        "frame": line.frame,
        "x_px": line.x_px,
        "y_px": line.y_px,
        "grade": line.now.grade.value,
        "original_grade": cell.grade.value if cell else None,
        "rule_grade": cell.rule_grade.value if cell and cell.rule_grade else None,
        "probabilities": list(cell.probabilities) if cell and cell.probabilities else None,
        "progress_um_s": cell.progress_um_s if cell else None,
        "counted": line.now.counted,
        "standing": line.standing,
        "review": list(line.review),
        "reason": cell.reason if cell else "",
    }


def correction_document(place: str, correction: Correction) -> dict[str, Any]:
    """Return a correction for machines."""
    return {
        "correction": str(correction.correction_id),
        "field": place,
        "kind": correction.kind.value,
        "what": described(correction),
        "withdraws": None if correction.withdraws is None else str(correction.withdraws),
        "operator": correction.operator,
        "reason": correction.reason,
        "at_utc": correction.at_utc.isoformat(),
    }
