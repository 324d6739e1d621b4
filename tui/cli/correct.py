"""`motiscope correct`: what a person says was wrong with a cell."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import typer

from inference.grading import Grade
from qc.corrections import Correction, CorrectionKind, described
from qc.records.values import FieldRecord, SessionRecord
from qc.report import renew_report
from qc.result import counts_in_words
from qc.review import correction_named, counted_field, field_named
from tui.assembly import open_records
from tui.cli.console import UsageError, data, print_json, talk
from tui.cli.examine import find_session
from tui.cli.review import Key, correction_document
from tui.cli.typed import kept_line
from tui.config import Config


def correct(
    context: typer.Context,
    session: Key,
    operator: Annotated[
        str, typer.Option(metavar="NAME", callback=kept_line, help="Who corrects.")
    ],
    reason: Annotated[str, typer.Option(metavar="TEXT", callback=kept_line, help="Why.")],
    field: Annotated[
        str | None, typer.Option(metavar="R.N", help="Replicate and field, such as 1.3.")
    ] = None,
    cell: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="Number of the cell in its field.")
    ] = None,
    grade: Annotated[
        Grade | None, typer.Option(help="The right grade; alone it corrects a wrong one.")
    ] = None,
    missed: Annotated[bool, typer.Option("--missed", help="A cell was missed.")] = False,
    at: Annotated[
        str | None, typer.Option(metavar="X,Y", help="Where the missed cell lies, in px.")
    ] = None,
    frame: Annotated[
        int | None,
        typer.Option(metavar="F", help="Frame in which it lies there, if not the field's first."),
    ] = None,
    false: Annotated[bool, typer.Option("--false", help="The cell is none.")] = False,
    joined: Annotated[
        bool, typer.Option("--joined", help="Its track is two cells; --grade is the second's.")
    ] = False,
    split_with: Annotated[
        int | None, typer.Option(metavar="OTHER", help="This other cell is the same cell.")
    ] = None,
    withdraw: Annotated[
        str | None, typer.Option(metavar="ID", help="Take an earlier correction back.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Correct a cell: a new row with who and why; what was stored before stays readable."""
    config: Config = context.obj
    kind = _kind(grade, split_with, withdraw, missed=missed, false=false, joined=joined)
    x_px, y_px = _place(at)
    if missed and cell is not None:
        raise UsageError(f"--cell {cell}: a missed cell gets a number of its own; leave it out")
    with open_records(config) as store:
        record = find_session(store, session)
        target, withdraws = _target(record, field, withdraw)
        if kind is CorrectionKind.MISSED_CELL and frame is None:
            frame = target.begin_frame
        wanted = Correction(
            kind, operator, reason, cell, split_with, grade,
            x_px=x_px, y_px=y_px, frame=frame, withdraws=withdraws,
        )  # fmt: skip
        made = store.correct(target.field_id, wanted)
        after = store.session(record.session_id)
        _tell(after, target.field_id, made, as_json=as_json)
        if report := renew_report(record.session_id, store.session):
            talk.print(f"report: {report}")


def _kind(
    grade: Grade | None,
    split_with: int | None,
    withdraw: str | None,
    *,
    missed: bool,
    false: bool,
    joined: bool,
) -> CorrectionKind:
    asked = [
        kind
        for kind, given in (
            (CorrectionKind.MISSED_CELL, missed),
            (CorrectionKind.FALSE_CELL, false),
            (CorrectionKind.JOINED_TRACK, joined),
            (CorrectionKind.SPLIT_TRACK, split_with is not None),
            (CorrectionKind.WITHDRAWN, withdraw is not None),
        )
        if given
    ]
    if not asked and grade is not None:
        return CorrectionKind.WRONG_GRADE
    if len(asked) != 1:
        options = "--grade, --missed, --false, --joined, --split-with or --withdraw"
        raise UsageError(f"say what was wrong, one thing at a time: {options}")
    return asked[0]


def _place(at: str | None) -> tuple[float | None, float | None]:
    if at is None:
        return None, None
    try:
        x_px, y_px = (float(part) for part in at.split(","))
    except ValueError as error:
        raise UsageError(f"--at {at}: give a place in px like 120,88") from error
    return x_px, y_px


def _target(
    record: SessionRecord, place: str | None, withdraw: str | None
) -> tuple[FieldRecord, UUID | None]:
    """Return the field concerned, and the key of the correction that is taken back."""
    if withdraw is not None:
        field, meant = correction_named(record, withdraw)
        if place is not None and field is not field_named(record, place):
            raise UsageError(f"--field {place}: correction {withdraw} is of another field")
        return field, meant.correction_id
    if place is None:
        raise UsageError("a correction needs --field R.N, such as 1.3; see motiscope review")
    return field_named(record, place), None


def _tell(session: SessionRecord, field_id: UUID, made: Correction, *, as_json: bool) -> None:
    place, field = counted_field(session, field_id)
    original = field.result.counted if field.result else field.counted
    if as_json:
        counts = {"counted": asdict(field.counted), "original": asdict(original)}
        print_json(correction_document(place, made) | counts)
        return
    data.print(f"correction {made.short_id}: field {place}, {described(made)}")
    data.print(f"field {place} counts {counts_in_words(field.counted)}")
    data.print(f"the analysis counted {counts_in_words(original)}")
