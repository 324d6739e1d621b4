"""The list of rounds and control programmes, and what is done from it."""

import threading
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
from textual.widgets import DataTable, Input, Static

from inference.counting import GradeCounts
from qc.eqa.rounds.instrument import ItemRead
from qc.eqa.rounds.order import turns
from qc.eqa.rounds.values import Closing, Reader, ReaderKind, Round, RoundError, Schedule
from qc.eqa.scores.reading import GradeReading
from qc.records.values import utc_now
from tests.qc.eqa.rounds.made import (
    ADA,
    BEN,
    NOON,
    SCOPE,
    control_readings,
    make_reading,
    make_round,
)
from tests.tui.fakes import BRACKETED, make_services, on_screen
from tests.tui.quality_fakes import FakeRounds, make_quality
from tui.app import MotiscopeApp
from tui.quality import Made
from tui.screens.dialog import Dialog
from tui.screens.new_round import NewRoundDialog
from tui.screens.reader_name import ReaderDialog
from tui.screens.reading import ReadingScreen
from tui.screens.reason import ReasonDialog
from tui.screens.rounds import RoundsScreen
from tui.screens.scores import ScoresScreen
from tui.screens.start import FormRow

CONTROL = Schedule(every_days=14, repeats=1, baseline=5)
OUT = [(50, 50), (51, 51), (49, 49), (50, 50), (51, 50), (75, 75)]
ODD = GradeCounts(161, 143, 117, 179)
FRAME_S = 0.03
"""What a frame costs where motiscope works beside the screen; a key waits for a pause in it."""
pytestmark = [pytest.mark.timeout(180), pytest.mark.usefixtures("empty_start")]


def named(number: int, name: str, **changes):
    return make_round(name=name, round_id=UUID(int=number), **changes)


async def settled(pilot) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def opened(pilot) -> None:
    await pilot.app.switch_mode("quality")
    await settled(pilot)
    assert isinstance(pilot.app.screen, RoundsScreen)


def app_of(rounds: FakeRounds, operator: str = "Ada", **parts) -> MotiscopeApp:
    quality = make_quality(rounds, **parts)
    return MotiscopeApp(make_services(quality=quality, operator=operator))


def text(pilot, selector: str) -> str:
    return str(pilot.app.screen.query_one(selector, Static).render())


def rows(pilot) -> list[list[str]]:
    table = pilot.app.screen.query_one(DataTable)
    return [[str(cell).strip() for cell in table.get_row_at(i)] for i in range(table.row_count)]


def keys(pilot) -> set[str]:
    return {each.binding.key for each in pilot.app.screen.active_bindings.values()}


def blocked_rounds(*readers: Reader) -> tuple[FakeRounds, Round]:
    one = named(4, "weekly", videos=2, schedule=CONTROL)
    rounds = FakeRounds(one)
    for reader in readers:
        for reading in control_readings(one, reader, OUT):
            rounds.sign(one, reading)
    return rounds, one


async def test_every_line_says_what_it_is_how_far_one_is_and_its_state():
    soon = utc_now() - timedelta(days=2)
    begun, done, new = (named(n, name) for n, name in ((1, "begun"), (2, "done"), (3, "new")))
    closed = named(5, "closed", closed=Closing("Quinn", "over", NOON))
    waits = named(6, "waits", videos=1, schedule=Schedule(30, 1, 2))
    due = named(7, "due", videos=1, schedule=CONTROL)
    rounds = FakeRounds(begun, done, new, closed, waits, due)
    rounds.sign(begun, make_reading(begun, 1))
    for place in range(3):
        rounds.sign(done, make_reading(done, place))
    for occasion, days in ((1, 5), (2, 1)):
        at = soon - timedelta(days=days)
        rounds.sign(waits, make_reading(waits, 0, occasion=occasion, at=at))
    async with app_of(rounds).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        day = f"{soon - timedelta(days=1) + timedelta(days=30):%Y-%m-%d}"
        assert [row[3] for row in rows(pilot)] == [
            "1 of 3", "done", "0 of 3", "over", f"due {day}", "due now",
        ]  # fmt: skip
        assert [row[1] for row in rows(pilot)] == [*["round"] * 4, "control", "control"]
        assert [row[4] for row in rows(pilot)] == [*["○ open"] * 3, "✓ closed", *["○ open"] * 2]


async def test_before_the_end_nothing_of_values_videos_or_others_readings_is_shown():
    one = named(1, "spring", items=make_round().items)
    rounds = FakeRounds(one)
    for place in range(3):
        rounds.sign(one, make_reading(one, place, BEN, ODD))
    async with app_of(rounds).run_test(size=(160, 48)) as pilot:
        await opened(pilot)
        shown = on_screen(pilot)
        for key in ("v", "s", "p"):
            await pilot.press(key)
            await settled(pilot)
            assert isinstance(pilot.app.screen, RoundsScreen)
            shown += on_screen(pilot)
        assert "Ben: done" in shown
        assert "by Quinn" in shown
        assert not keys(pilot) & {"s", "p"}
        secret = {str(item.video_id) for item in one.items} | {".mkv", "truth.csv", "/set"}
        secret |= {"161", "143", "117", "179", "30.0", "40.0", "MAE"}
        assert not [word for word in secret if word in shown]


async def test_after_the_end_the_errors_are_shown():
    one = named(1, "spring")
    rounds = FakeRounds(one)
    for place in range(3):
        rounds.sign(one, make_reading(one, place, BEN, GradeCounts(60, 60, 20, 60)))
    rounds.close(one, Closing("Quinn", "all have read", NOON))
    async with app_of(rounds).run_test(size=(160, 48)) as pilot:
        await opened(pilot)
        assert "Ben: 3 of 3, MAE 6.7 points" in on_screen(pilot)
        assert "all have read" in on_screen(pilot)
        await pilot.press("s")
        await settled(pilot)
        assert isinstance(pilot.app.screen, ScoresScreen)


async def test_scores_say_what_was_changed_behind_the_records_back():
    one = named(1, "spring")
    rounds = FakeRounds(one)
    for place in range(3):
        rounds.sign(one, make_reading(one, place, BEN))
    changed = replace(rounds.signed[one.round_id][1], previous_sha256="0" * 64)
    rounds.signed[one.round_id][1] = changed
    rounds.close(one, Closing("Quinn", "all have read", NOON))
    async with app_of(rounds).run_test(size=(160, 48)) as pilot:
        await opened(pilot)
        await pilot.press("s")
        await settled(pilot)
        said = "✗ reading 2 of spring, by Ben: it is not what was signed"
        assert said in text(pilot, "#lines")


async def test_a_reader_is_asked_for_and_reads():
    one = named(1, "spring")
    async with app_of(FakeRounds(one)).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("r")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ReaderDialog)
        assert pilot.app.screen.query_one(Input).value == "Ada"
        await pilot.press(*["backspace"] * 3, "enter")
        await pilot.pause()
        assert "give a name" in on_screen(pilot)
        await pilot.press(*"Ben", "enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ReadingScreen)
        assert "Ben" in on_screen(pilot)
        await pilot.press("escape")
        await settled(pilot)
        assert "yours: Ben" in on_screen(pilot)


async def test_a_name_in_other_capitals_is_the_same_reader():
    one = named(1, "spring")
    rounds = FakeRounds(one)
    rounds.sign(one, make_reading(one))
    async with app_of(rounds, "ADA").run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        assert rows(pilot)[0][3] == "1 of 3"
        await pilot.press("r", "enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, ReadingScreen)
        assert "· Ada" in on_screen(pilot)


async def test_motiscope_reads_and_what_it_left_out_is_named_by_its_place_alone():
    one = named(1, "spring", items=make_round().items)
    rounds = FakeRounds(one)

    def read_due(given, told):
        for turn in turns(given, SCOPE, 1):
            told("frame", 1, 10)
            fault = "its video is not the video" if turn.place == 2 else ""
            yield ItemRead(turn, None if fault else ODD, fault)

    async with app_of(rounds, read_due=read_due).run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await pilot.press("m")
        await settled(pilot)
        shown = on_screen(pilot)
        assert "motiscope has read and signed 2 videos" in shown
        assert "item 2 of 3 was left out: its video is not the video" in shown
        assert ".mkv" not in shown
        assert "161" not in on_screen(pilot)


async def test_what_motiscope_says_of_the_videos_it_read_can_be_read_to_its_end():
    one = named(1, "spring")
    told = tuple(f"the field from frame {150 * i} was left out: it is short" for i in range(9))

    def read_due(given, told_of_progress):
        yield ItemRead(turns(given, SCOPE, 1)[0], ODD, told=told)

    async with app_of(FakeRounds(one), read_due=read_due).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("m")
        await settled(pilot)
        shown = on_screen(pilot)
        assert "motiscope has read and signed 1 video" in shown
        assert "! item 1 of 3: the field from frame 0 was left out: it is short" in shown
        assert "from frame 1200 " not in shown
        await pilot.press("tab", "end")
        await pilot.pause()
        await pilot.wait_for_scheduled_animations()
        assert "! item 1 of 3: the field from frame 1200 was left out" in on_screen(pilot)


async def test_leaving_stops_motiscope_after_its_frame_and_tells_what_was_read():
    one = named(1, "spring")
    runs, ended = threading.Event(), threading.Event()

    def read_due(given, told):
        try:
            yield ItemRead(turns(given, SCOPE, 1)[0], ODD)
            for frame in count():
                told("frame", frame, 100_000)
                runs.set()
                ended.wait(FRAME_S)
        finally:
            ended.set()

    async with app_of(FakeRounds(one), read_due=read_due).run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await pilot.press("m")
        while not runs.is_set():
            await pilot.pause()
        await pilot.press("m")
        await pilot.pause()
        assert "reading already" in text(pilot, "#message")
        assert "motiscope reads spring: 1 video done, frame" in text(pilot, "#progress")
        await pilot.press("escape")
        while not ended.is_set():
            await pilot.pause()
        assert pilot.app.current_mode == "examine"
        await opened(pilot)
        assert "motiscope has read and signed 1 video; stopped" in text(pilot, "#message")


async def test_a_refusal_of_motiscope_is_one_line():
    def read_due(given, told):
        raise RoundError("spring is due for motiscope on scope 1 tomorrow")

    async with app_of(FakeRounds(named(1, "spring")), read_due=read_due).run_test() as pilot:
        await opened(pilot)
        await pilot.press("m")
        await settled(pilot)
        assert text(pilot, "#message") == "✗ spring is due for motiscope on scope 1 tomorrow"


async def close_by(pilot, who: str) -> None:
    await pilot.press("c")
    await pilot.pause()
    assert isinstance(pilot.app.screen, ReasonDialog)
    await pilot.press(*"all read", "enter", *who, "ctrl+s")
    await settled(pilot)


async def test_only_a_quality_manager_closes():
    one = named(1, "spring")
    rounds = FakeRounds(one)
    async with app_of(rounds).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await close_by(pilot, "Ada")
        assert text(pilot, "#message") == "✗ Ada is no quality manager; those are Quinn"
        assert rounds.held[one.round_id].closed is None
        await close_by(pilot, "Quinn")
        closed = rounds.held[one.round_id].closed
        assert closed is not None
        assert (closed.by, closed.reason) == ("Quinn", "all read")
        assert rows(pilot)[0][4] == "✓ closed"
        assert not keys(pilot) & {"r", "m", "c"}


async def test_without_managers_nobody_is_asked():
    async with app_of(FakeRounds(named(1, "spring")), managers=()).run_test() as pilot:
        await opened(pilot)
        await pilot.press("c")
        await pilot.pause()
        assert isinstance(pilot.app.screen, RoundsScreen)
        assert "nobody has the right to do this yet" in text(pilot, "#message")


async def test_a_block_is_told_and_released_by_a_manager_alone():
    rounds, _ = blocked_rounds(ADA)
    async with app_of(rounds).run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        assert rows(pilot)[0][4] == "✗ blocked"
        assert "1 blocked" in on_screen(pilot)
        assert "Ada has broken a rule of weekly" in on_screen(pilot)
        await pilot.press("u")
        await pilot.pause()
        await pilot.press(*"new lamp", "enter", *"Quinn", "ctrl+s")
        await settled(pilot)
        assert "Ada: released up to occasion 6 of weekly" in text(pilot, "#message")
        assert rows(pilot)[0][4] == "○ open"
        assert "by Quinn" in on_screen(pilot)
        assert "u" not in keys(pilot)


async def test_of_several_blocked_readers_one_is_chosen():
    rounds, one = blocked_rounds(ADA, BEN)
    async with app_of(rounds).run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await pilot.press("u")
        await pilot.pause()
        assert isinstance(pilot.app.screen, Dialog)
        await pilot.press("down", "enter")
        await pilot.pause()
        await pilot.press(*"trained", "enter", *"Quinn", "ctrl+s")
        await settled(pilot)
        assert [release.reader for release in rounds.releases(one.round_id)] == [BEN]
        assert [block.reader for block in rounds.blocks()] == [ADA]


async def test_seals_are_checked():
    one = named(1, "spring")
    rounds = FakeRounds(one)
    for place in range(2):
        rounds.sign(one, make_reading(one, place))
    async with app_of(rounds).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("v")
        await settled(pilot)
        assert text(pilot, "#message") == "✓ spring: 2 readings, every seal fits"
        del rounds.signed[one.round_id][0]
        await pilot.press("v")
        await settled(pilot)
        assert "✗ reading 2 of spring, by Ada: number 1 is missing" in text(pilot, "#message")
        assert pilot.app.screen.query_one("#message").has_class("failed")


async def test_a_report_is_written_and_its_files_are_named():
    one = named(1, "spring")
    rounds = FakeRounds(one)
    rounds.sign(one, make_reading(one))
    rounds.close(one, Closing("Quinn", "over", NOON))
    files = (Path("reports/spring.html"), Path("reports/spring.pdf"))
    async with app_of(rounds, report=lambda one, readers: files).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("p")
        await settled(pilot)
        assert text(pilot, "#message") == "written: spring.html, spring.pdf in reports"


def problem(pilot, name: str) -> str:
    row = pilot.app.screen.query_one(f"#row-{name}", FormRow)
    return str(row.query_one(".problem", Static).render())


async def test_the_form_of_a_new_round_blames_its_lines_and_makes_it(tmp_path):
    rounds = FakeRounds(named(1, "spring"))
    asked = []

    def make(request, told):
        asked.append(request)
        told("drawing, frame", 3, 20)
        made = named(2, request.name, schedule=request.schedule)
        rounds.add(made)
        return Made(made, ("video 9: the table has a row for it, but there is no such video",))

    async with app_of(rounds, make=make).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("n")
        await pilot.pause()
        screen = pilot.app.screen
        assert isinstance(screen, NewRoundDialog)
        await pilot.press(*"spring", "ctrl+s")
        await pilot.pause()
        assert "there is one of this name already" in problem(pilot, "name")
        assert "name the folder" in problem(pilot, "folder")
        assert not screen.query_one("#row-videos").display
        assert not screen.query_one("#row-baseline").display
        screen.query_one("#name", Input).value = "weekly"
        screen.query_one("#folder", Input).value = str(tmp_path / "new")
        await pilot.pause()
        assert screen.query_one("#row-videos").display
        screen.query_one("#videos", Input).value = "4"
        screen.query_one("#kind").focus()
        await pilot.press("right", "enter")
        await pilot.pause()
        assert screen.query_one("#row-baseline").display
        await pilot.press("ctrl+s")
        await settled(pilot)
        (request,) = asked
        assert (request.videos, request.schedule, request.by) == (4, Schedule(), "Ada")
        assert [row[0] for row in rows(pilot)] == ["spring", "weekly"]
        assert "weekly: control of 3 videos" in text(pilot, "#message")
        assert "! video 9" in text(pilot, "#progress")


async def test_making_tells_how_far_it_is_and_escape_stops_it(tmp_path):
    runs, never = threading.Event(), threading.Event()

    def make(request, told):
        for frame in count():
            told("drawing, frame", frame, 100_000)
            runs.set()
            never.wait(FRAME_S)

    async with app_of(FakeRounds(), make=make).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("n")
        await pilot.pause()
        screen = pilot.app.screen
        screen.query_one("#name", Input).value = "weekly"
        screen.query_one("#folder", Input).value = str(tmp_path / "new")
        screen.query_one("#videos", Input).value = "4"
        await pilot.press("ctrl+s")
        while not runs.is_set():
            await pilot.pause()
        await pilot.pause()
        assert "of 100000; escape stops" in text(pilot, "#progress")
        await pilot.press("escape")
        while "nothing was made" not in text(pilot, "#progress"):
            await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, RoundsScreen)


async def test_what_cannot_be_made_is_told_in_the_form(tmp_path):
    async with app_of(FakeRounds()).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("n")
        await pilot.pause()
        pilot.app.screen.query_one("#name", Input).value = "weekly"
        (tmp_path / "table.csv").write_text("")
        pilot.app.screen.query_one("#folder", Input).value = str(tmp_path)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert text(pilot, "#progress") == "✗ nothing is made here"


@pytest.mark.parametrize("name", BRACKETED)
async def test_names_in_brackets_are_shown_as_they_were_typed(name):
    one = named(1, name, created_by=name)
    rounds = FakeRounds(one)
    rounds.sign(one, make_reading(one, 0, Reader(ReaderKind.PERSON, name)))
    async with app_of(rounds, name).run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        assert rows(pilot)[0][0] == name
        assert f"by {name}," in on_screen(pilot)
        assert f"yours: {name}" in on_screen(pilot)
        await pilot.press("r")
        await pilot.pause()
        assert f"Who reads {name}?" in on_screen(pilot)


async def test_a_store_in_trouble_is_said_in_the_message_line():
    async with app_of(FakeRounds(trouble="the disk is full")).run_test() as pilot:
        await opened(pilot)
        assert text(pilot, "#message") == "✗ the disk is full"
        await pilot.press("r", "m", "s", "p", "c", "u", "v")
        assert isinstance(pilot.app.screen, RoundsScreen)


def test_assigned_values_of_the_fakes_are_what_the_tests_look_for():
    assert make_round().items[0].assigned == GradeReading(30, 20, 10, 40)
