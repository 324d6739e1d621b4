"""What a correction does to the cells and to the count of a field."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.scale import Scale
from inference.counting import GradeCounts
from inference.grading import Grade
from qc.cells import StoredCell
from qc.corrected import ClipExtent, admitted, cells_now, check_missed, corrected_counts
from qc.corrections import Correction, CorrectionError, CorrectionKind, described, in_force
from tests.qc.cells_made import (
    CELLS,
    COUNTED,
    A,
    B,
    C,
    D,
    correction,
    false,
    joined,
    missed,
    split,
    withdrawn,
    wrong,
)


def made(*wanted: Correction, cells: Sequence[StoredCell] = CELLS) -> tuple[Correction, ...]:
    """Admit corrections one after the other."""
    done: tuple[Correction, ...] = ()
    for each in wanted:
        done = (*done, admitted(cells, done, each))
    return done


def counts(*wanted: Correction) -> GradeCounts:
    return corrected_counts(COUNTED, CELLS, made(*wanted))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ([], GradeCounts(2, 1, 1, 1)),
        ([wrong(1, B)], GradeCounts(1, 2, 1, 1)),
        ([wrong(6, B)], GradeCounts(2, 1, 1, 1)),  # it swam in: its grade changes, no count does
        ([missed(D)], GradeCounts(2, 1, 1, 2)),
        ([false(4)], GradeCounts(2, 1, 0, 1)),
        ([false(7)], GradeCounts(2, 1, 1, 1)),
        ([joined(3, C)], GradeCounts(2, 1, 2, 1)),
        ([joined(6, C)], GradeCounts(2, 1, 1, 1)),  # both swam in
        ([split(1, 2)], GradeCounts(1, 1, 1, 1)),  # both counted: one leaves
        ([split(3, 5)], GradeCounts(2, 1, 1, 0)),
        ([split(3, 6)], GradeCounts(2, 1, 1, 1)),  # only the first counted
        ([split(6, 5)], GradeCounts(3, 1, 1, 0)),  # only the second: counted as the first, an a
        ([split(6, 7)], GradeCounts(2, 1, 1, 1)),  # neither
        ([split(6, 5), split(6, 1)], GradeCounts(2, 1, 1, 0)),
        ([wrong(1, B), wrong(1, C)], GradeCounts(1, 1, 2, 1)),
        ([missed(D), wrong(8, C), false(8)], GradeCounts(2, 1, 1, 1)),
        ([joined(3, C), false(3), wrong(8, A)], GradeCounts(3, 0, 1, 1)),
    ],
)
def test_the_count_that_follows(wanted: list[Correction], expected: GradeCounts) -> None:
    assert counts(*wanted) == expected


def test_a_withdrawn_correction_is_as_if_it_had_never_been_made() -> None:
    first, second = wrong(1, B), false(4)
    assert counts(first, second, withdrawn(first)) == counts(second)
    assert counts(first, withdrawn(first)) == COUNTED
    assert counts(first, withdrawn(first), wrong(1, B)) == counts(first)


def test_an_added_cell_has_a_number_that_no_cell_ever_had() -> None:
    first = missed(D)
    added, _, again, second = made(first, withdrawn(first), missed(D), joined(3, A))
    assert (added.cell, again.cell, second.other) == (8, 9, 10)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ([wrong(99, B)], "the field has no cell 99"),
        ([wrong(1, A)], "cell 1 is a already"),
        ([false(4), false(4)], "cell 4 is gone: it is a false cell"),
        ([false(4), wrong(4, D)], "cell 4 is gone: it is a false cell"),
        ([split(1, 2), wrong(2, B)], "cell 2 is gone: it is part of cell 1"),
        ([split(1, 2), split(2, 3)], "cell 2 is gone"),
        ([split(1, 1)], "cell 1 cannot be part of itself"),
        ([joined(99, B)], "the field has no cell 99"),
        ([withdrawn(wrong(1, B))], "the field has no correction"),
    ],
)
def test_what_contradicts_the_present_state_is_refused(wanted: list[Correction], said: str) -> None:
    with pytest.raises(CorrectionError, match=said) as caught:
        made(*wanted)
    assert "\n" not in str(caught.value)


def test_a_correction_is_withdrawn_once_and_a_withdrawal_never() -> None:
    first = wrong(1, B)
    back = withdrawn(first)
    with pytest.raises(CorrectionError, match="is withdrawn already"):
        made(first, back, withdrawn(first))
    with pytest.raises(CorrectionError, match="cannot be withdrawn; make the correction again"):
        made(first, back, withdrawn(back))


@pytest.mark.parametrize(
    "later", [wrong(1, A), wrong(8, C), split(8, 1)], ids=["same grade", "added", "merged into it"]
)
def test_what_a_later_correction_rests_on_is_not_withdrawn(later: Correction) -> None:
    first = wrong(1, B) if later.cell == 1 else missed(D)
    with pytest.raises(CorrectionError, match="withdraw that one first"):
        made(first, later, withdrawn(first))
    assert counts(first, later, withdrawn(later), withdrawn(first)) == COUNTED


def test_they_apply_in_the_order_in_which_they_were_made_whatever_the_clock() -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    set_back = wrong(1, C, at_utc=noon - timedelta(hours=1))
    done = made(wrong(1, B, at_utc=noon), set_back)
    assert [each.number for each in done] == [1, 2]
    assert done[1].at_utc == noon
    assert cells_now(CELLS, reversed(done))[1].grade is C


def test_a_count_without_cells_can_only_grow() -> None:
    added = admitted((), (), missed(B))
    assert added.cell == 1
    assert corrected_counts(GradeCounts(20, 10, 4, 16), (), (added,)) == GradeCounts(20, 11, 4, 16)
    with pytest.raises(CorrectionError, match="the field has no cell 3"):
        admitted((), (), false(3))


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        (CorrectionKind.WRONG_GRADE, {"cell": 1}, "wrong grade needs its grade"),
        (CorrectionKind.MISSED_CELL, {"grade": A, "frame": 0}, "missed cell needs its place"),
        (CorrectionKind.SPLIT_TRACK, {"cell": 1}, "split track needs its other cell"),
        (CorrectionKind.FALSE_CELL, {"cell": 1, "grade": A}, "false cell has no grade"),
        (CorrectionKind.WITHDRAWN, {}, "withdrawn needs its correction"),
        (CorrectionKind.FALSE_CELL, {"cell": 1, "reason": "  "}, "needs its reason"),
        (CorrectionKind.FALSE_CELL, {"cell": 1, "operator": ""}, "needs its operator"),
    ],
)
def test_a_correction_is_whole(kind: CorrectionKind, given: dict[str, object], said: str) -> None:
    with pytest.raises(CorrectionError, match=said):
        correction(kind, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ({"x_px": 640.0}, "640, 80 lies outside the picture of 640 x 480 px"),
        ({"y_px": -0.1}, "outside"),
        ({"x_px": float("nan")}, "outside"),
        ({"frame": 300}, "has no frame 300; it has 0 to 299"),
        ({"frame": -1}, "has no frame -1"),
        ({"frame": 76}, "frame 76 is 1.5 s after the begin"),
    ],
)
def test_a_missed_cell_lies_in_the_picture_at_its_begin(place: dict[str, float], said: str) -> None:
    extent = ClipExtent(640, 480, 300, 50.0)
    extent.check(missed(A, frame=75))
    extent.check(false(3))
    with pytest.raises(CorrectionError, match=said):
        extent.check(missed(A, **place))


def test_a_missed_cell_does_not_lie_on_one_that_is_counted() -> None:
    where = ClipExtent(640, 480, 300, 50.0), Scale(0.5, 0.25, "test")
    cells = tuple(replace(cell, x_px=100.0 * cell.number, y_px=50.0) for cell in CELLS)
    on_first = missed(A, x_px=103.0, y_px=50.0)
    with pytest.raises(CorrectionError, match=r"cell 1 is counted there already, 1\.5 µm away"):
        check_missed(cells, (), on_first, *where)
    check_missed(cells, (), missed(A, x_px=105.0, y_px=50.0), *where)
    check_missed(cells, (), missed(A, x_px=100.0, y_px=59.0), *where)
    check_missed(cells, (), false(1), *where)
    taken_away = made(false(1), cells=cells)
    check_missed(cells, taken_away, on_first, *where)
    added = made(false(1), on_first, cells=cells)
    with pytest.raises(CorrectionError, match="cell 8 is counted there already"):
        check_missed(cells, added, on_first, *where)
    back = (*added, *made(false(1), on_first, withdrawn(added[1]), cells=cells)[2:])
    check_missed(cells, back, on_first, *where)


@pytest.mark.parametrize(
    ("x_px", "y_px", "lies_in"),
    [
        (5.4, 100, False),
        (5.6, 100, True),
        (100, 11.4, False),
        (100, 468.0, False),
        (634, 467, False),
    ],
)
def test_a_missed_cell_lies_in_the_counting_frame(x_px: float, y_px: float, lies_in: bool) -> None:
    """Of 0.5 and 0.25 µm/px it begins at 5.5 and 11.5 px, and ends at 633.5 and 467.5 px."""
    where = ClipExtent(640, 480, 300, 50.0), Scale(0.5, 0.25, "test")
    wanted = missed(A, x_px=float(x_px), y_px=float(y_px))
    if lies_in:
        check_missed((), (), wanted, *where)
        return
    with pytest.raises(CorrectionError, match="outside the counting frame, 3 µm inside"):
        check_missed((), (), wanted, *where)


def test_each_is_said_in_words() -> None:
    first = wrong(1, B)
    said = [
        described(each)
        for each in made(first, missed(C), false(4), split(2, 5), joined(3, D), withdrawn(first))
    ]
    assert said == [
        "cell 1 is b, not a",
        "cell 8, c, was missed at 100, 80 px in frame 0",
        "cell 4, c, is no cell",
        "cell 5, d, is part of cell 2",
        "cell 3 is two cells; the second, cell 9, is d",
        f"correction {first.short_id} is withdrawn",
    ]


def test_a_cell_knows_the_corrections_that_made_it_what_it_is() -> None:
    first, second, third = made(wrong(1, B), joined(1, C), split(1, 2))
    now = cells_now(CELLS, (first, second, third))
    assert now[1].corrections == (first, second, third)
    assert now[8].corrections == (second,)
    assert now[2].corrections == (third,)
    assert now[3].corrections == ()


numbers = st.integers(1, 10)
grades = st.sampled_from(Grade)
any_correction = st.one_of(
    st.builds(wrong, numbers, grades),
    st.builds(missed, grades),
    st.builds(false, numbers),
    st.builds(split, numbers, numbers),
    st.builds(joined, numbers, grades),
)


@given(st.lists(any_correction, max_size=12))
def test_whatever_is_admitted_adds_up_and_can_be_taken_back(
    wanted: list[Correction],
) -> None:
    done: tuple[Correction, ...] = ()
    for each in wanted:
        try:
            done = (*done, admitted(CELLS, done, replace(each)))
        except CorrectionError:
            continue
    now = cells_now(CELLS, done)
    total = corrected_counts(COUNTED, CELLS, done).total
    assert total == sum(each.counted for each in now.values())
    assert not any(each.counted and each.gone for each in now.values())
    for earlier in reversed(in_force(done)):
        done = (*done, admitted(CELLS, done, withdrawn(earlier)))
    assert in_force(done) == ()
    assert corrected_counts(COUNTED, CELLS, done) == COUNTED
