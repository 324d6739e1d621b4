"""Scores after the end of a round, and control charts."""

from collections.abc import Sequence

import pytest
from textual.containers import Vertical
from textual.widgets import Static

from inference.counting import GradeCounts
from qc.eqa.rounds.values import Closing, Schedule
from tests.qc.eqa.rounds.made import (
    ADA,
    BEN,
    NOON,
    control_readings,
    make_reading,
    make_round,
)
from tests.tui.fakes import make_services
from tests.tui.quality_fakes import FakeRounds
from tui.app import MotiscopeApp
from tui.round_lines import seen_rounds, shown_readers
from tui.screens.scores import ScoresScreen

pytestmark = pytest.mark.usefixtures("empty_start")
CONTROL = Schedule(every_days=14, repeats=1, baseline=5)
OUT = [(50, 50), (51, 51), (49, 49), (50, 50), (51, 50), (55, 50), (75, 75)]


def closed_round():
    one = make_round(6)
    rounds = FakeRounds(one)
    for place in range(6):
        rounds.sign(one, make_reading(one, place, ADA, GradeCounts(60, 40 + place, 20, 80)))
        rounds.sign(one, make_reading(one, place, BEN, GradeCounts(50 + place, 40, 20, 80)))
    rounds.close(one, Closing("Quinn", "over", NOON))
    (seen,) = seen_rounds(rounds)
    return seen


def controls(levels=OUT, *, half: bool = False):
    one = make_round(2, CONTROL, name="weekly")
    rounds = FakeRounds(one)
    for reading in control_readings(one, ADA, levels):
        rounds.sign(one, reading)
    if half:
        rounds.sign(one, make_reading(one, 0, BEN))
    (seen,) = seen_rounds(rounds)
    return seen


async def settled(pilot) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def begin(pilot, seen, own=ADA, faults: Sequence[str] = ()) -> ScoresScreen:
    screen = ScoresScreen(seen, shown_readers(seen, own), lambda _: tuple(faults))
    await pilot.app.push_screen(screen)
    await settled(pilot)
    return screen


def text_of(pilot, selector: str) -> str:
    """Return the text of a part, scrolled or not, its lines joined."""
    widget = pilot.app.screen.query_one(selector, Static)
    strips = [widget.render_line(y) for y in range(widget.size.height)]
    return "\n".join(strip.text for strip in strips)


def app() -> MotiscopeApp:
    return MotiscopeApp(make_services())


async def test_the_tables_of_one_reader_are_shown_at_a_time():
    async with app().run_test(size=(160, 48)) as pilot:
        screen = await begin(pilot, closed_round())
        assert "▸ Ada" in text_of(pilot, "#chosen")
        tables = text_of(pilot, "#tables")
        for title in ("Errors in percentage points over 6 videos", "Bland-Altman", "Concordance",
                      "Regression", "Scores for proficiency", "Every video"):  # fmt: skip
            assert title in tables
        await pilot.press("r")
        await pilot.pause()
        assert "▸ Ben" in text_of(pilot, "#chosen")
        assert text_of(pilot, "#tables") != tables
        await pilot.press("r")
        await pilot.pause()
        assert text_of(pilot, "#tables") == tables
        assert screen.query_one("#charts", Vertical)
        assert not screen.check_action("parameter", ())


async def test_wide_tables_scroll_to_the_right():
    async with app().run_test(size=(80, 24)) as pilot:
        screen = await begin(pilot, closed_round())
        body = screen.query_one("#body")
        assert body.max_scroll_x > 0
        await pilot.press("right", "right", "down")
        await pilot.pause()
        assert body.scroll_target_x > 0


async def test_controls_are_shown_by_occasion_with_limits_and_broken_rules_in_words():
    async with app().run_test(size=(160, 48)) as pilot:
        await begin(pilot, controls())
        assert "▸ Ada" in text_of(pilot, "#chosen")
        assert "progressive" in text_of(pilot, "#chosen")
        table = text_of(pilot, "#tables")
        assert "control 1" in table
        assert "75.0 ✗" in table
        assert "± 3 sd" in table
        assert "Limits from the first 5 occasions" in table
        lines = text_of(pilot, "#lines")
        assert "✗ occasion 7: progressive 1_3s (one reading beyond 3 sd), control 1" in lines
        assert "! occasion 7: progressive 1_2s (a warning" in lines
        await pilot.press("t")
        await pilot.pause()
        assert "immotile" in text_of(pilot, "#chosen")


async def test_before_the_baseline_is_whole_nothing_is_judged():
    async with app().run_test(size=(120, 36)) as pilot:
        await begin(pilot, controls(OUT[:3]))
        assert "3 of the 5 occasions are finished" in text_of(pilot, "#tables")
        assert text_of(pilot, "#lines").strip() == ""


async def test_controls_that_keep_every_rule_say_so():
    async with app().run_test(size=(120, 36)) as pilot:
        await begin(pilot, controls([*OUT[:5], (50, 51)]))
        assert "✓ no rule is broken" in text_of(pilot, "#lines")


@pytest.mark.parametrize("make", [closed_round, controls])
async def test_what_was_changed_is_said_on_every_page(make):
    fault = "reading 1 of spring, by Ben: it is not what was signed"
    async with app().run_test(size=(120, 36)) as pilot:
        await begin(pilot, make(), faults=[fault])
        for _ in range(2):
            assert text_of(pilot, "#lines").startswith(f"✗ {fault}")
            await pilot.press("r", "t")
            await pilot.pause()


def test_who_is_in_the_middle_of_an_occasion_is_shown_nothing():
    seen = controls(half=True)
    assert shown_readers(seen, ADA) == (ADA,)
    assert shown_readers(seen, BEN) == ()


def test_of_an_open_round_nothing_is_shown():
    one = make_round()
    rounds = FakeRounds(one)
    rounds.sign(one, make_reading(one))
    (seen,) = seen_rounds(rounds)
    assert shown_readers(seen, ADA) == ()
