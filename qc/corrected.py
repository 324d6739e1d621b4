"""The cells and the count of a field after a person's corrections.

What the analysis stored never changes; a correction is a row beside it. The cells of a field are
numbered, and the corrections in force are taken one after the other, in the order in which they
were made:

- `wrong_grade`: the cell moves from its grade to the given one. It is counted if it was counted.
- `missed_cell`: a cell of the given grade is added and counted. Its place is where it is seen at
  the begin of the field, for the count is of the cells that were there at the first instant.
- `false_cell`: the cell is none and leaves the count.
- `joined_track`: one track is two cells. The track's cell stays as it is; a second one of the
  given grade is added. It is counted if the track was counted: neither of two cells on a track
  that swam in later was there at the first instant.
- `split_track`: two tracks are one cell. The second named is taken away, the first named keeps
  its number and its grade. It is counted if either was: a cell whose later part alone was counted
  was there at the first instant, under whatever number. So the count loses one cell where both
  were counted, keeps its size where one was, and does not change where neither was.
- `withdrawn`: an earlier correction is as if it had never been made.

An added cell has a number of its own, so that it can be corrected too. A correction that
contradicts what is there when it is made is refused; so is a withdrawal that would leave a later
correction with nothing to stand on.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace

import numpy as np

from calibration.scale import Scale
from inference.counting import GradeCounts, tally
from inference.edge import field_corners_um, from_edge_um
from inference.grading import Grade
from inference.presence import GUARD_UM, PresenceSettings
from qc.cells import StoredCell
from qc.corrections import Correction, CorrectionError, CorrectionKind, in_force

# Two heads that lie nearer to each other than this are one that is looked at twice.
SAME_HEAD_UM = 2.0


@dataclass(frozen=True, slots=True)
class CellNow:
    """A cell as it stands after the corrections in force.

    Attributes:
        number: Its number within the field.
        grade: Its grade.
        counted: Whether it is in the count.
        gone: Why it is no cell of its own any more; empty while it is one.
        corrections: Those in force that concern it, in order.
    """

    number: int
    grade: Grade
    counted: bool
    gone: str = ""
    corrections: tuple[Correction, ...] = ()


State = Mapping[int, CellNow]


@dataclass(frozen=True, slots=True)
class ClipExtent:
    """Where in a clip a missed cell can lie.

    Attributes:
        width_px: Width of the picture.
        height_px: Height of the picture.
        frames: Frames of the clip, lost ones included.
        frame_rate_hz: Frames per second.
    """

    width_px: int
    height_px: int
    frames: int
    frame_rate_hz: float

    def check(self, correction: Correction) -> None:
        """Refuse a missed cell that lies outside, or that was not there at the first instant.

        Raises:
            CorrectionError: If so.
        """
        x_px, y_px, frame = correction.x_px, correction.y_px, correction.frame
        if x_px is None or y_px is None or frame is None:
            return
        if not (0 <= x_px < self.width_px and 0 <= y_px < self.height_px):
            size = f"{self.width_px} x {self.height_px} px"
            raise CorrectionError(f"{x_px:g}, {y_px:g} lies outside the picture of {size}")
        if not 0 <= frame < self.frames:
            raise CorrectionError(f"the clip has no frame {frame}; it has 0 to {self.frames - 1}")
        latest_s = PresenceSettings().still_s
        if frame > latest_s * self.frame_rate_hz:
            raise CorrectionError(
                f"frame {frame} is {frame / self.frame_rate_hz:.1f} s after the begin; only a cell "
                f"seen within {latest_s:g} s of it counts, for those that swim in do not"
            )


def check_missed(
    cells: Sequence[StoredCell],
    corrections: Sequence[Correction],
    wanted: Correction,
    extent: ClipExtent,
    scale: Scale,
) -> None:
    """Refuse a missed cell outside the counting frame, or where another one is counted already.

    Args:
        cells: The stored cells of the field.
        corrections: Those that the field has, withdrawn ones included.
        wanted: What a person says; other corrections pass.
        extent: Where in the clip it can lie.
        scale: What a pixel was worth in the analysis.

    Raises:
        CorrectionError: If so.
    """
    if wanted.x_px is None or wanted.y_px is None:
        return
    corners_um = field_corners_um((extent.width_px, extent.height_px), scale)
    if from_edge_um(scale.to_um(np.array([wanted.x_px, wanted.y_px])), corners_um) < GUARD_UM:
        raise CorrectionError(
            f"{wanted.x_px:g}, {wanted.y_px:g} lies outside the counting frame, {GUARD_UM:g} µm "
            "inside the picture's edge; only cells whose heads have their middles in it count"
        )
    for number, x_px, y_px in _counted_places(cells, corrections):
        off = (x_px - wanted.x_px) * scale.um_per_px_x, (y_px - wanted.y_px) * scale.um_per_px_y
        if math.hypot(*off) < SAME_HEAD_UM:
            raise CorrectionError(
                f"cell {number} is counted there already, {math.hypot(*off):.1f} µm away; if its "
                "track is two cells, say that (joined track)"
            )


def _counted_places(
    cells: Sequence[StoredCell], corrections: Sequence[Correction]
) -> Iterator[tuple[int, float, float]]:
    """Yield number and place of each counted cell, found or added, where it is first seen."""
    now = cells_now(cells, corrections)
    places = {cell.number: (cell.x_px, cell.y_px) for cell in cells}
    for one in in_force(corrections):
        if one.cell is not None and one.x_px is not None and one.y_px is not None:
            places[one.cell] = one.x_px, one.y_px
    for number, (x_px, y_px) in places.items():
        if now[number].counted:
            yield number, x_px, y_px


def cells_now(cells: Iterable[StoredCell], corrections: Iterable[Correction]) -> State:
    """Return every cell by its number, those that are gone included, after the corrections.

    Raises:
        CorrectionError: If a correction contradicts what is there when its turn comes.
    """
    state = {cell.number: CellNow(cell.number, cell.grade, cell.counted) for cell in cells}
    for correction in in_force(corrections):
        for cell in _STEPS[correction.kind](state, correction):
            state[cell.number] = replace(cell, corrections=(*cell.corrections, correction))
    return state


def corrected_counts(
    counted: GradeCounts, cells: Sequence[StoredCell], corrections: Sequence[Correction]
) -> GradeCounts:
    """Return a field's count after its corrections.

    Args:
        counted: The stored count.
        cells: The stored cells; a result of an older motiscope has none, and then cells can only
            be added to its count.
        corrections: All of the field, withdrawn ones included.
    """
    if not corrections:
        return counted
    now = cells_now(cells, corrections).values()
    before = astuple(tally([cell.grade for cell in cells if cell.counted]))
    after = astuple(tally([cell.grade for cell in now if cell.counted]))
    changes = zip(astuple(counted), before, after, strict=True)
    return GradeCounts(*(whole - old + new for whole, old, new in changes))


def admitted(
    cells: Sequence[StoredCell], corrections: Sequence[Correction], wanted: Correction
) -> Correction:
    """Return a new correction with its number, that of the cell it adds, and the grade it ends.

    Args:
        cells: The stored cells of the field.
        corrections: Those that the field has, withdrawn ones included.
        wanted: The new one.

    Raises:
        CorrectionError: If it contradicts what is there.
    """
    numbered = _numbered(cells, corrections, wanted)
    if numbered.kind is CorrectionKind.WITHDRAWN:
        _check_withdrawal(cells, corrections, numbered)
    else:
        cells_now(cells, (*corrections, numbered))
    return numbered


def _numbered(
    cells: Sequence[StoredCell], corrections: Sequence[Correction], wanted: Correction
) -> Correction:
    number = max((each.number for each in corrections), default=0) + 1
    last = corrections[-1].at_utc if corrections else wanted.at_utc
    # A clock that was set back must not make a correction older than the one that it follows.
    made = replace(wanted, number=number, at_utc=max(wanted.at_utc, last))
    if wanted.kind is CorrectionKind.MISSED_CELL:
        return replace(made, cell=_free_number(cells, corrections))
    if wanted.kind is CorrectionKind.JOINED_TRACK:
        return replace(made, other=_free_number(cells, corrections))
    ended = wanted.other if wanted.kind is CorrectionKind.SPLIT_TRACK else wanted.cell
    cell = None if ended is None else cells_now(cells, corrections).get(ended)
    return replace(made, was=cell.grade if cell else None)


def _free_number(cells: Sequence[StoredCell], corrections: Sequence[Correction]) -> int:
    """Return a number that no cell of the field ever had, a withdrawn one's neither."""
    used = [cell.number for cell in cells]
    used += [each for c in corrections for each in (c.cell, c.other) if each is not None]
    return max(used, default=0) + 1


def _check_withdrawal(
    cells: Sequence[StoredCell], corrections: Sequence[Correction], wanted: Correction
) -> None:
    key = str(wanted.withdraws)[:8]
    meant = next((c for c in corrections if c.correction_id == wanted.withdraws), None)
    if meant is None:
        raise CorrectionError(f"the field has no correction {key}")
    if meant.kind is CorrectionKind.WITHDRAWN:
        raise CorrectionError(
            f"{key} withdraws a correction and cannot be withdrawn; make the correction again"
        )
    if meant not in in_force(corrections):
        raise CorrectionError(f"correction {key} is withdrawn already")
    try:
        cells_now(cells, (*corrections, wanted))
    except CorrectionError as error:
        raise CorrectionError(
            f"a later correction rests on {key}; withdraw that one first ({error})"
        ) from error


def _present(state: State, number: int | None) -> CellNow:
    cell = None if number is None else state.get(number)
    if cell is None:
        why = "" if state else ": it was stored without its cells, and none was added"
        raise CorrectionError(f"the field has no cell {number}{why}")
    if cell.gone:
        raise CorrectionError(f"cell {number} is gone: it is {cell.gone}")
    return cell


def _wrong_grade(state: State, correction: Correction) -> tuple[CellNow, ...]:
    cell, grade = _present(state, correction.cell), _given(correction)
    if cell.grade is grade:
        raise CorrectionError(f"cell {cell.number} is {grade} already")
    return (replace(cell, grade=grade),)


def _missed_cell(state: State, correction: Correction) -> tuple[CellNow, ...]:
    return (CellNow(_new(state, correction.cell), _given(correction), counted=True),)


def _false_cell(state: State, correction: Correction) -> tuple[CellNow, ...]:
    cell = _present(state, correction.cell)
    return (replace(cell, counted=False, gone="a false cell"),)


def _split_track(state: State, correction: Correction) -> tuple[CellNow, ...]:
    kept, taken = _present(state, correction.cell), _present(state, correction.other)
    if kept.number == taken.number:
        raise CorrectionError(f"cell {kept.number} cannot be part of itself; name two cells")
    return (
        replace(kept, counted=kept.counted or taken.counted),
        replace(taken, counted=False, gone=f"part of cell {kept.number}"),
    )


def _joined_track(state: State, correction: Correction) -> tuple[CellNow, ...]:
    cell = _present(state, correction.cell)
    return cell, CellNow(_new(state, correction.other), _given(correction), cell.counted)


def _given(correction: Correction) -> Grade:
    if correction.grade is None:
        raise CorrectionError(f"{correction.what} needs its grade; give one")
    return correction.grade


def _new(state: State, number: int | None) -> int:
    if number is None or number in state:
        raise CorrectionError(f"cell {number} cannot be added: the number is taken")
    return number


_STEPS: Mapping[CorrectionKind, Callable[[State, Correction], tuple[CellNow, ...]]] = {
    CorrectionKind.WRONG_GRADE: _wrong_grade,
    CorrectionKind.MISSED_CELL: _missed_cell,
    CorrectionKind.FALSE_CELL: _false_cell,
    CorrectionKind.SPLIT_TRACK: _split_track,
    CorrectionKind.JOINED_TRACK: _joined_track,
}
