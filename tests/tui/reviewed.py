"""A session whose fields have cells, for the screens and commands that review them."""

from dataclasses import replace

from inference.counting import tally
from inference.grading import Grade
from qc.cells import StoredCell
from qc.records.values import FieldRecord, SessionRecord
from tests.tui.fakes import make_session

PLACES = ((320, 240), (352, 262), (120, 90), (500, 400), (80, 420), (600, 60))
GRADES = (Grade.RAPID, Grade.SLOW, Grade.NON_PROGRESSIVE, Grade.IMMOTILE, Grade.RAPID, Grade.SLOW)


def cells() -> tuple[StoredCell, ...]:
    """Return six cells of a field of 640 x 480 px; the first and the last are to review."""
    made = [_cell(n, g, x, y) for n, (g, (x, y)) in enumerate(zip(GRADES, PLACES, strict=True), 1)]
    unsure = replace(
        made[0],
        probabilities=(0.48, 0.41, 0.09, 0.02),
        review=("grades a and b are close: 48 % and 41 %",),
        rule_grade=Grade.SLOW,
    )
    late = replace(made[5], counted=False, first_frame=90, review=("first seen at 1.8 s",))
    return (unsure, *made[1:5], late)


def _cell(number: int, grade: Grade, x_px: int, y_px: int) -> StoredCell:
    way = tuple((x_px + 4.0 * step, y_px - 2.5 * step) for step in range(12))
    return StoredCell(
        number=number,
        first_frame=0,
        last_frame=299,
        x_px=x_px,
        y_px=y_px,
        grade=grade,
        counted=True,
        rule_grade=grade,
        progress_um_s=24.0,
        reason="gets 24.0 µm on in 1 s",
        path_px=way,
    )


def make_reviewed(number: int = 7) -> SessionRecord:
    """Return a complete session of two replicates with five fields of six cells each."""
    session = make_session(number)
    replicates = tuple(
        replace(each, fields=tuple(_with_cells(field) for field in each.fields))
        for each in session.replicates
    )
    return replace(session, replicates=replicates)


def _with_cells(field: FieldRecord) -> FieldRecord:
    assert field.result is not None
    held = cells()
    counted = tally([cell.grade for cell in held if cell.counted])
    return replace(field, result=replace(field.result, counted=counted, cells=held))
