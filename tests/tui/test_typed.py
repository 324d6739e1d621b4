"""What a line that is kept may hold."""

import pytest

from tui.typed import fault_of


@pytest.mark.parametrize("text", ["A. Berg", " 1:2 diluted, µm ", "精液 7", "re-read: ½"])
def test_a_line_that_can_be_seen_is_kept(text):
    assert fault_of(text, "say who") == ""


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_what_says_nothing_is_missing(text):
    assert fault_of(text, "say who") == "say who"


@pytest.mark.parametrize("odd", ["\n", "\x1b", "\x07", "\x00", "\u2028", "\u202e", "\udce9"])
def test_what_cannot_be_seen_or_stored_is_named(odd):
    fault = fault_of(f"A.{odd}Berg", "say who")
    assert fault == f"holds {odd!r}: give one line of text, in UTF-8"
    assert fault.isprintable()
