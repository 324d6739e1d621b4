"""Words and figures that every screen writes in the same way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.counting import PROGRESSIVE, whole_percent
from inference.grading import Grade
from tui.widgets.words import GRADE_NAMES, percent_of, written_percent


@pytest.mark.parametrize(
    ("count", "total", "shown"),
    [(1, 8, "13 %"), (1, 200, "1 %"), (5, 200, "3 %"), (0, 7, "0 %"), (7, 7, "100 %")],
)
def test_halves_are_rounded_up(count, total, shown):
    assert percent_of(count, total) == shown


@given(st.floats(0, 100))
def test_a_percentage_is_written_as_the_report_rounds_it(percent):
    assert written_percent(percent) == f"{whole_percent(percent)} %"


def test_nothing_counted_is_a_dash():
    assert percent_of(0, 0) == written_percent(None) == "– %"


def test_every_grade_has_its_letter_and_word():
    assert set(GRADE_NAMES) == {*map(str, Grade), PROGRESSIVE}
    assert GRADE_NAMES["c"] == "c ◇ non-progr."
