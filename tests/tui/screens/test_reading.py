"""A person reads a round: blind, by keys, signed for good."""

from threading import Event
from uuid import UUID

import pytest
from textual.widgets import Digits, OptionList, Static

from acquisition.video import VideoError
from inference.counting import GradeCounts
from inference.grading import Grade
from qc.eqa.rounds.order import turns
from qc.eqa.rounds.values import Closing, Reader, ReaderKind, RoundError, Schedule
from tests.qc.eqa.rounds.made import ADA, BEN, NOON, make_reading, make_round
from tests.tui.fakes import BRACKETED, EmptyStart, make_services, on_screen
from tests.tui.quality_fakes import DrawnVideo, FakeRounds, make_quality, open_drawn, swimmers
from tui.app import MotiscopeApp
from tui.quality import ItemVideo
from tui.screens.dialog import Dialog
from tui.screens.reading import ReadingScreen
from tui.widgets.frame_view import FrameView
from tui.widgets.tally import Tally, TallyPanel, statement

ODD = GradeCounts(161, 143, 117, 179)
pytestmark = [pytest.mark.timeout(180), pytest.mark.usefixtures("empty_start")]


@pytest.fixture
def one():
    return make_round()


@pytest.fixture
def rounds(one):
    return FakeRounds(one)


class Clock:
    """Time that the test moves."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


async def asked(pilot) -> str:
    """Wait for the dialog, and return what it says."""
    while not isinstance(pilot.app.screen, Dialog):
        await pilot.pause(0.05)
    parts = (pilot.app.screen.query_one(each, Static) for each in ("#question", "#detail"))
    return "\n".join(str(part.render()) for part in parts)


async def settled(pilot) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def begin(pilot, rounds, one, reader=ADA, clock=None, **parts) -> ReadingScreen:
    quality = make_quality(rounds, **parts)
    # With time that stands still nothing is painted again and again.
    screen = ReadingScreen(quality, one, reader, clock or Clock())
    await pilot.app.push_screen(screen)
    await settled(pilot)
    return screen


def app() -> MotiscopeApp:
    return MotiscopeApp(make_services())


def message(pilot) -> str:
    return str(pilot.app.screen.query_one("#message", Static).render())


def figures(screen) -> dict[str, str]:
    return {each.id.removeprefix("count-"): each.value for each in screen.query(Digits)}


def percents(screen) -> dict[str, str]:
    found = screen.query(".tally--percent").results(Static)
    return {each.id.removeprefix("percent-"): str(each.render()) for each in found}


async def test_keys_count_as_on_a_laboratory_counter(rounds, one):
    async with app().run_test(size=(80, 24)) as pilot:
        screen = await begin(pilot, rounds, one)
        await pilot.press("a", "1", "b", "c", "d", "d", "4")
        await pilot.pause()
        assert figures(screen) == {"a": "2", "b": "1", "c": "1", "d": "3", "total": "7"}
        assert percents(screen)["d"] == "43 %"
        await pilot.press("backspace", "backspace")
        await pilot.pause()
        assert figures(screen) == {"a": "2", "b": "1", "c": "1", "d": "1", "total": "5"}
        await pilot.press(*["backspace"] * 9)
        await pilot.pause()
        assert figures(screen)["total"] == "0"
        assert percents(screen)["a"] == "– %"


async def test_the_aim_of_200_is_told(rounds, one):
    async with app().run_test(size=(80, 24)) as pilot:
        screen = await begin(pilot, rounds, one)
        assert "of 200" in on_screen(pilot)
        screen.query_one(TallyPanel).tally = Tally((Grade.IMMOTILE,) * 199)
        await pilot.pause()
        assert percents(screen)["total"] == ""
        await pilot.press("a")
        await pilot.pause()
        assert percents(screen)["total"] == "✓"


async def test_nothing_tells_what_is_read_or_what_others_read(rounds, one):
    for place in range(3):
        rounds.sign(one, make_reading(one, place, BEN, ODD))
    async with app().run_test(size=(160, 48)) as pilot:
        screen = await begin(pilot, rounds, one)
        shown = on_screen(pilot)
        assert "item 1 of 3 · Ada" in shown
        await pilot.press("a", "enter")
        await pilot.pause()
        shown += await asked(pilot) + on_screen(pilot)
        shown += f"{screen.title} {pilot.app.title}"
        secret = {str(item.video_id) for item in one.items} | {".mkv", "/set", "truth", "Ben"}
        secret |= {"161", "143", "117", "179", "30 %", "40 %"}
        assert not [word for word in secret if word in shown]


async def test_a_signed_reading_is_kept_and_the_next_item_comes(rounds, one):
    first, second, _ = turns(one, ADA, 1)
    async with app().run_test(size=(80, 24)) as pilot:
        screen = await begin(pilot, rounds, one)
        await pilot.press("enter")
        await pilot.pause()
        assert "nothing is counted yet" in message(pilot)
        await pilot.press(*["a"] * 3, "b", "enter")
        await pilot.pause()
        shown = await asked(pilot)
        assert "Sign item 1 of 3?" in shown
        assert "a 3 (75 %), b 1 (25 %), c 0 (0 %), d 0 (0 %); 4 cells in all" in shown
        assert "Fewer than 200 cells" in shown
        assert "I counted these cells in this video. Signed: Ada," in shown
        await pilot.press("enter")
        await pilot.pause()
        assert rounds.readings(one.round_id) == ()
        assert figures(screen)["total"] == "4"
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("down", "enter")
        await settled(pilot)
        (signed,) = rounds.readings(one.round_id)
        reading = signed.reading
        assert (reading.reader, reading.counts) == (ADA, GradeCounts(3, 1, 0, 0))
        assert (reading.item_id, reading.models) == (first.item.item_id, ())
        assert reading.begun_utc <= reading.signed_utc
        assert reading.software.startswith("motiscope")
        assert figures(screen)["total"] == "0"
        assert "item 2 of 3" in on_screen(pilot)
        await pilot.press("d", "enter")
        await pilot.pause()
        await pilot.press("down", "enter")
        await settled(pilot)
        assert rounds.readings(one.round_id)[1].reading.item_id == second.item.item_id


async def test_after_the_last_item_all_are_read(rounds, one):
    for turn in turns(one, ADA, 1)[:2]:
        rounds.sign(one, make_reading(one, turn.item.number - 1))
    async with app().run_test(size=(80, 24)) as pilot:
        await begin(pilot, rounds, one)
        assert "item 3 of 3" in on_screen(pilot)
        await pilot.press("c", "enter")
        await pilot.pause()
        await pilot.press("down", "enter")
        await settled(pilot)
        assert "✓ Ada has read and signed all of spring" in message(pilot)
        await pilot.press("a", "enter", "escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, EmptyStart)
        assert len(rounds.readings(one.round_id)) == 3


async def test_controls_tell_when_they_are_due_again():
    one = make_round(1, Schedule(7, 1, 2))
    rounds = FakeRounds(one)
    async with app().run_test(size=(80, 24)) as pilot:
        await begin(pilot, rounds, one)
        await pilot.press("c", "enter")
        await pilot.pause()
        await pilot.press("down", "enter")
        await settled(pilot)
        assert "it is due again 20" in message(pilot)


async def test_leaving_asks_only_where_something_was_counted(rounds, one):
    async with app().run_test(size=(80, 24)) as pilot:
        await begin(pilot, rounds, one)
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(pilot.app.screen, EmptyStart)
        again = await begin(pilot, rounds, one)
        await pilot.press("a", "b", "escape")
        await pilot.pause()
        kept = "What was counted is not signed and will not be kept: 2 cells."
        assert kept in await asked(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ReadingScreen)
        assert figures(again)["total"] == "2"
        await pilot.press("escape")
        await pilot.pause()
        await pilot.press("down", "enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, EmptyStart)
        screen = await begin(pilot, rounds, one)
        assert figures(screen)["total"] == "0"
        assert rounds.readings(one.round_id) == ()


async def test_leaving_motiscope_asks_too(rounds, one):
    async with app().run_test(size=(80, 24)) as pilot:
        await begin(pilot, rounds, one)
        await pilot.press("a", "ctrl+q")
        await pilot.pause()
        assert isinstance(pilot.app.screen, Dialog)
        assert not pilot.app._exit


async def test_a_video_that_cannot_be_shown_stays_unread_and_the_next_comes(rounds, one):
    bad = turns(one, ADA, 1)[0].item

    def open_item(item):
        if item is bad:
            raise RoundError(f"{item.path} is not the video that the round was made with")
        return open_drawn(item)

    async with app().run_test(size=(120, 36)) as pilot:
        await begin(pilot, rounds, one, open_item=open_item)
        assert "✗ item 1 of 3 stays unread: its video is not the video" in message(pilot)
        assert "item 2 of 3" in on_screen(pilot)
        assert str(bad.video_id) not in on_screen(pilot)
        for _ in range(2):
            await pilot.press("d", "enter")
            await pilot.pause()
            await pilot.press("down", "enter")
            await settled(pilot)
        assert "✗ nothing else can be read now; unread stay item 1: its video" in message(pilot)
        assert bad.item_id not in {s.reading.item_id for s in rounds.readings(one.round_id)}


async def test_a_video_that_breaks_in_the_middle_can_be_counted_as_far_as_it_goes(rounds, one):
    class Broken(DrawnVideo):
        def frames(self):
            yield from super().frames()
            raise VideoError(f"{one.items[0].path}: frame 25 cannot be decoded")

    def open_item(item):
        return ItemVideo(Broken(25, 25.0, swimmers), None, "the video shows no micrometer")

    async with app().run_test(size=(120, 36)) as pilot:
        screen = await begin(pilot, rounds, one, open_item=open_item)
        assert "the video ends early" in message(pilot)
        await pilot.press("a")
        await pilot.pause()
        assert figures(screen)["total"] == "1"


async def test_without_a_scale_there_is_no_grid_and_it_says_so(rounds, one):
    def open_item(item):
        return ItemVideo(DrawnVideo(25, 25.0, swimmers), None, "the video shows no micrometer")

    async with app().run_test(size=(120, 36)) as pilot:
        screen = await begin(pilot, rounds, one, open_item=open_item)
        view = screen.query_one(FrameView)
        assert (view.scale, view.grid) == (None, False)
        assert "no grid and no scale bar: the video shows no micrometer" in message(pilot)


async def test_the_video_plays_pauses_steps_and_begins_again(rounds, one, monkeypatch):
    clock = Clock()
    shown = []

    def open_item(item):
        return ItemVideo(DrawnVideo(250, 25.0, swimmers), open_drawn(item).scale)

    async with app().run_test(size=(80, 24)) as pilot:
        screen = await begin(pilot, rounds, one, clock=clock, open_item=open_item)
        view = screen.query_one(FrameView)

        def show(pixels) -> float:
            shown.append(pixels)
            return 0.0

        monkeypatch.setattr(view, "show", show)

        async def at(seconds: float) -> str:
            clock.now_s = 100.0 + seconds
            screen._play_on()
            await pilot.pause()
            return str(screen.query_one("#place", Static).render())

        assert view.grid
        assert await at(0.2) == "▶ 0 of 10 s"
        assert await at(3) == "▶ 3 of 10 s"
        before = len(shown)
        assert await at(3.001) == "▶ 3 of 10 s"
        assert len(shown) == before
        await pilot.press("right")
        assert await at(3.1) == "▶ 5 of 10 s"
        await pilot.press("left", "left")
        assert await at(3.2) == "▶ 1 of 10 s"
        await pilot.press("space")
        assert await at(7) == "❚❚ paused at 1 of 10 s"
        await pilot.press("space", "r")
        assert await at(7.1) == "▶ 0 of 10 s"
        assert await at(16) == "▶ 9 of 10 s"
        assert await at(18) == "▶ 0 of 10 s"
        await pilot.press("g")
        await pilot.pause()
        assert not view.grid


async def test_the_length_is_told_as_soon_as_it_is_known(rounds, one):
    film_ends = Event()

    class Slow(DrawnVideo):
        def frames(self):
            yield from super().frames()
            assert film_ends.wait(60)

    def open_item(item):
        return ItemVideo(Slow(25, 25.0, swimmers), None)

    async with app().run_test(size=(80, 24)) as pilot:
        screen = ReadingScreen(make_quality(rounds, open_item=open_item), one, ADA, Clock())
        await pilot.app.push_screen(screen)
        place = screen.query_one("#place", Static)
        while not str(place.render()):
            await pilot.pause(0.02)
        assert str(place.render()) == "▶ 0 s"
        film_ends.set()
        await settled(pilot)
        screen._play_on()
        await pilot.pause()
        assert str(place.render()) == "▶ 0 of 1 s"


async def test_a_round_that_was_closed_meanwhile_takes_nothing_and_keeps_the_count(rounds, one):
    async with app().run_test(size=(120, 36)) as pilot:
        screen = await begin(pilot, rounds, one)
        rounds.close(one, Closing("Quinn", "over", NOON))
        await pilot.press("a", "enter")
        await pilot.pause()
        await pilot.press("down", "enter")
        await settled(pilot)
        assert message(pilot) == "✗ not signed: spring is closed; it takes no more readings"
        assert figures(screen)["total"] == "1"


async def test_records_in_trouble_are_told(rounds, one):
    def broken(round_id: UUID):
        return FakeRounds(trouble="the disk is full").all()

    rounds.readings = broken
    async with app().run_test(size=(80, 24)) as pilot:
        await begin(pilot, rounds, one)
        assert message(pilot) == "✗ the disk is full"


@pytest.mark.parametrize("name", BRACKETED)
async def test_names_in_brackets_are_shown_as_they_were_typed(name):
    one = make_round(name=name)
    async with app().run_test(size=(120, 36)) as pilot:
        await begin(pilot, FakeRounds(one), one, Reader(ReaderKind.PERSON, name))
        assert on_screen(pilot).count(name) == 2
        await pilot.press("a", "enter")
        await pilot.pause()
        assert f"Signed: {name}," in await asked(pilot)
        assert pilot.app.screen.query_one(OptionList).option_count == 2


def test_enough_cells_are_signed_without_a_warning():
    assert "Fewer" not in statement(GradeCounts(50, 50, 50, 50), ADA, NOON)
    assert "Fewer" in statement(GradeCounts(50, 50, 50, 49), ADA, NOON)
    assert Tally().without_last() == Tally()
