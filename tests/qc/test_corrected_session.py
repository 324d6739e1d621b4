"""What a session, its files and its report say once cells are corrected."""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from io import StringIO
from operator import add

import pytest

from inference.counting import GradeCounts, GradingVariance, shares
from qc.averaging import mean_share
from qc.corrected import admitted
from qc.corrections import Correction, CorrectionError
from qc.records.exports import session_csv, session_from_json, session_json
from qc.records.values import FieldRecord, ReplicateRecord, SessionRecord, SessionState
from qc.report import report_html
from qc.result import Conclusion, session_result
from qc.review import correction_named, field_named, review_lines
from tests.qc.cells_made import A, B, C, D, cell, false, joined, missed, split, withdrawn, wrong
from tests.qc.made import MakeField, MakeResult, MakeSession
from tests.qc.test_report import read

Corrected = Callable[..., SessionRecord]
GRADES = [*[A] * 20, *[B] * 10, *[C] * 4, *[D] * 16]
CELLS = tuple(cell(number, grade) for number, grade in enumerate(GRADES, 1))
WHOLE = GradeCounts(20, 10, 4, 16)


def with_corrections(field: FieldRecord, *wanted: Correction) -> FieldRecord:
    for each in wanted:
        made = admitted(CELLS, field.corrections, each)
        field = replace(field, corrections=(*field.corrections, made))
    return field


@pytest.fixture
def session(make_session: MakeSession, make_field: MakeField, make_result: MakeResult) -> Corrected:
    """A complete session of 2 x 5 fields of 50 cells; the corrections are of field 1.2."""

    def make(*wanted: Correction) -> SessionRecord:
        def fields() -> tuple[FieldRecord, ...]:
            result = make_result(WHOLE, cells=CELLS)
            return tuple(make_field(n, result=result) for n in range(1, 6))

        begun = make_session().begun_utc
        first = list(fields())
        first[1] = with_corrections(first[1], *wanted)
        return make_session(
            state=SessionState.COMPLETE,
            ended_utc=begun,
            replicates=(
                ReplicateRecord(1, begun, tuple(first)),
                ReplicateRecord(2, begun, fields()),
            ),
        )

    return make


def test_every_number_of_the_result_holds_the_corrections(session: Corrected) -> None:
    plain, result = session_result(session()), session_result(session(wrong(1, D), missed(D)))
    first = result.replicates[0]
    assert first.counted == GradeCounts(99, 50, 20, 82)
    assert first.originally_counted == GradeCounts(100, 50, 20, 80)
    fields = [WHOLE, GradeCounts(19, 10, 4, 18), WHOLE, WHOLE, WHOLE]
    misread = reduce(add, (GradingVariance.of((), counted) for counted in fields))
    assert first.shares == shares(fields, misread)
    assert (first.corrections, result.corrections, result.corrected_by) == (2, 2, ("Bo Check",))
    assert result.grades["a"].count == 199
    percent = (100 * 99 / 251 + 100 * 100 / 250) / 2
    assert result.grades["a"].percent == pytest.approx(percent)
    assert result.grades["a"].ci95 != plain.grades["a"].ci95
    assert result.check is not None
    assert result.check.differences[0].first_percent == pytest.approx(100 * 99 / 251)
    assert result.replicates[1] == plain.replicates[1]


def test_cells_that_were_not_stored_are_misread_as_those_that_nobody_weighed(
    session: Corrected, make_field: MakeField, make_result: MakeResult
) -> None:
    stored = session()
    fields = tuple(make_field(n, result=make_result(WHOLE)) for n in range(1, 6))
    bare = replace(stored, replicates=tuple(replace(r, fields=fields) for r in stored.replicates))
    share = session_result(bare).grades["a"]
    counts = [each.field_counts for each in bare.replicates]
    misread = [reduce(add, [GradingVariance.of((), WHOLE)] * 5)] * 2
    assert share == mean_share(counts, "a", misread) == session_result(stored).grades["a"]
    assert share.ci95[0] < mean_share(counts, "a").ci95[0]


def test_what_may_be_misread_is_the_corrected_count(session: Corrected) -> None:
    field = session(wrong(1, D), missed(D)).replicates[0].fields[1]
    assert field.grading == GradingVariance.of((), GradeCounts(19, 10, 4, 18))


def test_the_result_says_that_it_was_corrected_and_what_was_counted_before(
    session: Corrected,
) -> None:
    by_two = session_result(session(wrong(1, D), false(3, operator="Cy New")))
    (notice,) = [each for each in by_two.notices if each.code == "corrected"]
    assert notice.text == (
        "2 corrections by Bo Check and Cy New are in the counts; counted before: "
        "replicate 1 a 100, b 50, c 20, d 80 (250 in all)"
    )


def test_withdrawn_corrections_leave_the_result_as_it_was(session: Corrected) -> None:
    first = wrong(1, D)
    plain, back = session(), session(first, withdrawn(first))
    result = session_result(back)
    assert (result.corrections, result.corrected_by) == (0, ())
    assert result.grades == session_result(plain).grades
    assert "corrected" not in {each.code for each in result.notices}


def test_corrections_can_turn_the_conclusion(session: Corrected) -> None:
    moved = session_result(session(*(wrong(number, D) for number in range(1, 21))))
    assert moved.conclusion is Conclusion.REPORTED
    first = replace(session().replicates[0], fields=())
    turned = session(*(wrong(number, D) for number in range(1, 21)))
    fields = tuple(
        with_corrections(field, *(wrong(number, D) for number in range(1, 21)))
        for field in session().replicates[0].fields[:2]
    )
    first = replace(first, fields=(*fields, *turned.replicates[0].fields[2:]))
    result = session_result(replace(turned, replicates=(first, turned.replicates[1])))
    assert result.conclusion is Conclusion.NEW_REPLICATES
    assert result.grades == {}


def test_too_few_cells_after_corrections_are_told(session: Corrected) -> None:
    made = session(*(false(number) for number in range(1, 51)))
    small = replace(
        made, replicates=tuple(replace(r, fields=r.fields[:4]) for r in made.replicates)
    )
    texts = [notice.text for notice in session_result(small).notices]
    assert any("150 cells were counted instead of 200" in text for text in texts)


def test_the_csv_has_both_counts_and_who_made_the_difference(session: Corrected) -> None:
    made = session(wrong(1, D), missed(C, operator="=Cy"))
    rows = list(csv.DictReader(StringIO(session_csv(made), newline="")))
    counts = [[rows[1][f"{which}_{grade}"] for grade in "abcd"] for which in ("count", "original")]
    assert counts == [["19", "10", "5", "17"], ["20", "10", "4", "16"]]
    assert (rows[1]["corrections"], rows[1]["corrected_by"]) == ("2", "Bo Check; =Cy")
    assert (rows[0]["corrections"], rows[0]["corrected_by"]) == ("0", "")
    assert rows[0]["count_a"] == rows[0]["original_a"] == "20"


def test_the_json_is_read_back_equal_with_cells_and_corrections(session: Corrected) -> None:
    first = wrong(1, D)
    made = session(first, split(2, 3), joined(4, B), missed(A), withdrawn(first))
    assert session_from_json(session_json(made)) == made
    document = json.loads(session_json(made))
    replicate = document["result"]["replicates"][0]
    assert replicate["counted"] == {"a": 100, "b": 51, "c": 20, "d": 80}
    assert replicate["originally_counted"] == {"a": 100, "b": 50, "c": 20, "d": 80}
    assert document["result"]["corrections"] == 3
    assert document["session"]["replicates"][0]["fields"][1]["corrections"][0]["was"] == "a"


def test_the_report_shows_both_counts_and_every_correction(session: Corrected) -> None:
    first = wrong(1, D, reason="lies still <b>all</b> the time")
    words, _ = read(report_html(session(first, false(3, operator="Cy New"), withdrawn(first))))
    for expected in (
        "Before corrections a 100, b 50, c 20, d 80 (250 in all)",
        "1 correction by Cy New is in the counts",
        "1 correction by Cy New; before: a 20, b 10, c 4, d 16 (50 in all)",
        "Bo Check 1.2 cell 1 is d, not a lies still <b>all</b> the time",
        f"{first.short_id}, withdrawn",
        "Cy New 1.2 cell 3, a, is no cell",
        f"correction {first.short_id} is withdrawn",
        "19 10 4 16 49",
    ):
        assert expected in words
    plain, _ = read(report_html(session()))
    assert "orrection" not in plain


def test_the_cells_to_review_come_first(
    make_session: MakeSession, make_field: MakeField, make_result: MakeResult
) -> None:
    cells = (
        cell(1, A),
        cell(2, A, counted=False, review=("seen late",)),
        cell(3, B, review=("a and b are close",)),
    )
    fields = tuple(
        make_field(n, result=make_result(GradeCounts(a=1, b=1), cells=cells)) for n in (1, 2)
    )
    added = admitted(cells, (), missed(C))
    second = admitted(cells, (added,), joined(4, D))
    third = admitted(cells, (added, second), split(4, 5))
    fields = (fields[0], replace(fields[1], corrections=(added, second, third)))
    begun = make_session().begun_utc
    lines = review_lines(make_session(replicates=(ReplicateRecord(1, begun, fields),)))
    assert [line.key for line in lines] == [
        "1.1.3", "1.2.3", "1.1.2", "1.2.2", "1.1.1", "1.2.1", "1.2.4", "1.2.5",
    ]  # fmt: skip
    assert [line.standing for line in lines[-4:]] == [
        "counted", "counted", "counted, added", "part of cell 4",
    ]  # fmt: skip
    assert [(line.x_px, line.y_px, line.frame) for line in lines[-2:]] == [(100.0, 80.0, 0)] * 2


def test_a_field_and_a_correction_are_found_by_what_people_call_them(session: Corrected) -> None:
    first = wrong(1, D)
    made = session(first, false(2))
    assert field_named(made, "1.2") is made.replicates[0].fields[1]
    field, found = correction_named(made, first.short_id.upper())
    assert (field.number, found.correction_id) == (2, first.correction_id)
    with pytest.raises(CorrectionError, match=r"no counted field 3\.1; it has 1\.1, 1\.2"):
        field_named(made, "3.1")
    for key in ("", "zz"):
        with pytest.raises(CorrectionError, match="no correction"):
            correction_named(made, key)
