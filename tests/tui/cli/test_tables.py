"""Results as rows of text."""

from inference.counting import Share
from tui.cli.tables import share_rows


def test_half_a_percent_is_rounded_up_as_in_a_report():
    (row,) = share_rows({"a": Share(25, 12.5, (0.5, 30.5))})
    assert row == ("a rapid", "25", "13 %", "1 to 31 %")


def test_of_nothing_there_is_no_percentage():
    (row,) = share_rows({"d": Share(0, None, (0.0, 100.0))})
    assert row == ("d immotile", "0", "–", "0 to 100 %")
