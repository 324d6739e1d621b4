"""The start: form and unfinished sessions."""

from dataclasses import replace

import pytest
from textual.widgets import Input, OptionList, Static

from qc.examination import ExaminationError
from qc.records.database import StoreError
from qc.records.values import SessionState
from tests.tui.fakes import BRACKETED, FakeStore, make_services, make_session, on_screen
from tui.app import MotiscopeApp
from tui.request import CameraChoice
from tui.screens.live import LiveScreen
from tui.screens.rounds import RoundsScreen
from tui.screens.start import FormRow, StartScreen


@pytest.fixture
def messages():
    return []


@pytest.fixture
def store():
    return FakeStore(make_session(3, "S-12", SessionState.OPEN), make_session(4, "S-13"))


@pytest.fixture
async def start(messages, store):
    """Open the app on the start, with one unfinished session."""
    app = MotiscopeApp(make_services(store=store))
    async with app.run_test(size=(80, 24), message_hook=messages.append) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        yield pilot
        app.runner.leave()


def once(messages, kind):
    """Return the messages of a kind; the hook sees each again as it bubbles."""
    return list({id(each): each for each in messages if isinstance(each, kind)}.values())


def requests(messages):
    return [each.request for each in once(messages, StartScreen.Requested)]


def problem(pilot, name: str) -> str:
    row = pilot.app.screen.query_one(f"#row-{name}", FormRow)
    return str(row.query_one(".problem", Static).render())


async def opened_quality(pilot) -> None:
    await pilot.press("ctrl+e")
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    assert isinstance(pilot.app.screen, RoundsScreen)


async def test_quality_opens_while_a_line_is_typed_and_from_the_list_and_escape_leads_back(start):
    assert isinstance(start.app.focused, Input)
    await opened_quality(start)
    assert "press n to make one" in on_screen(start)
    await start.press("escape")
    await start.pause()
    assert start.app.current_mode == "examine"
    await start.press("ctrl+l")
    await start.app.workers.wait_for_complete()
    await opened_quality(start)


async def test_form_becomes_a_request_and_the_examination_opens(start, messages):
    await start.press(*"S-17", "enter", *"Ada")
    await start.press("ctrl+s")
    await start.pause()
    (request,) = requests(messages)
    assert (request.sample, request.operator, request.seed) == ("S-17", "Ada", 48151623)
    assert request.camera is CameraChoice.SIMULATED
    assert isinstance(start.app.screen, LiveScreen)


async def test_without_an_operator_nothing_starts_and_the_line_says_so(start, messages):
    await start.press(*"S-17", "ctrl+s")
    await start.pause()
    assert requests(messages) == []
    assert "say who examines" in problem(start, "operator")
    assert problem(start, "sample") == ""
    assert start.app.focused.id == "operator"


async def test_a_mended_line_is_blamed_no_more(start):
    await start.press("ctrl+s", *"S-17", "ctrl+s")
    await start.pause()
    assert problem(start, "sample") == ""


async def test_replay_asks_for_recording_and_scale(start, messages, tmp_path):
    assert not start.app.screen.query_one("#row-um_per_px").display
    await start.press("enter", "enter", "right", "enter")
    await start.pause()
    assert start.app.screen.query_one("#row-um_per_px").display
    for name, value in (("sample", "S"), ("operator", "A"), ("recording", str(tmp_path))):
        start.app.screen.query_one(f"#{name}", Input).value = value
    await start.press("ctrl+s")
    await start.pause()
    assert "µm per pixel" in problem(start, "um_per_px")
    start.app.screen.query_one("#um_per_px", Input).value = "0.52 0.49"
    await start.press("ctrl+s")
    await start.pause()
    (request,) = requests(messages)
    assert request.recording == tmp_path
    assert (request.scale.um_per_px_x, request.scale.um_per_px_y) == (0.52, 0.49)


async def test_a_long_problem_is_seen_whole_on_a_small_terminal(start):
    start.app.screen.query_one("#sample", Input).value = "S-20"
    start.app.screen.query_one("#camera").query("RadioButton").last().value = True
    await start.press("ctrl+s")
    await start.pause()
    words = problem(start, "um_per_px")
    assert "f2 measures" in words
    row = start.app.screen.query_one("#row-um_per_px", FormRow)
    shown = row.query_one(".problem", Static)
    seen = "".join(shown.render_line(y).text.strip() + " " for y in range(shown.size.height))
    assert seen.split() == words.split()
    assert row.size.height == shown.size.height > 1


async def test_only_open_sessions_are_offered(start):
    options = start.app.screen.query_one(OptionList)
    assert options.option_count == 1
    assert "S-12" in str(options.get_option_at_index(0).prompt)


async def test_an_unfinished_session_is_continued(start, messages):
    await start.press("ctrl+o", "enter")
    await start.pause()
    await start.press("enter")
    await start.pause()
    (continued,) = once(messages, StartScreen.Continued)
    assert continued.session.sample == "S-12"
    assert isinstance(start.app.screen, LiveScreen)


async def test_an_unfinished_session_is_closed_as_incomplete(start, store):
    start.app.screen.query_one(OptionList).focus()
    await start.press("enter")
    await start.pause()
    await start.press("down", "enter")
    await start.pause()
    await start.app.workers.wait_for_complete()
    await start.pause()
    (closed,) = store.sessions(SessionState.INCOMPLETE)
    assert closed.sample == "S-12"
    assert store.session(closed.session_id).closing_reason == "closed at a later start"
    assert start.app.screen.query_one(OptionList).option_count == 0


@pytest.mark.parametrize(
    "error", [StoreError("the disk is full"), ExaminationError("it runs in another window")]
)
async def test_a_session_that_cannot_be_closed_stays_and_the_reason_is_said(store, error):
    def refuse(session_id, reason):
        raise error

    app = MotiscopeApp(make_services(store=store, close=refuse))
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("ctrl+o", "enter")
        await pilot.pause()
        await pilot.press("down", "enter")
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert str(app.screen.query_one("#trouble", Static).render()) == f"✗ {error}"
        assert app.screen.query_one(OptionList).option_count == 1


@pytest.mark.parametrize("name", BRACKETED)
async def test_a_name_in_brackets_is_shown_as_it_was_typed(name):
    store = FakeStore(make_session(3, name, SessionState.OPEN, operator=name))
    app = MotiscopeApp(make_services(store=store))
    async with app.run_test(size=(120, 36)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert name in on_screen(pilot)
        await pilot.press("ctrl+o", "enter")
        await pilot.pause()
        assert f"Session of sample {name} was" in on_screen(pilot)
        detail = app.screen.query_one("#detail", Static)
        assert str(detail.render()).endswith(f"by {name}")


async def test_records_that_cannot_be_read_are_said_plainly():
    store = FakeStore(trouble="the database is from a newer version of motiscope")
    app = MotiscopeApp(make_services(store=store))
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        trouble = app.screen.query_one("#trouble", Static)
        assert "newer version" in str(trouble.render())


async def test_the_camera_of_the_bench_is_offered_and_asked_for(messages):
    app = MotiscopeApp(replace(make_services(), camera="basler:22431907"))
    async with app.run_test(size=(80, 24), message_hook=messages.append) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        shown = [
            row for row in ("device", "recording") if app.screen.query_one(f"#row-{row}").display
        ]
        assert shown == ["device"]
        for name, text in (("sample", "S-9"), ("operator", "Ada"), ("um_per_px", "0.5")):
            app.screen.query_one(f"#{name}", Input).value = text
        await pilot.press("ctrl+s")
        await pilot.pause()
        app.runner.leave()
    assert [(each.camera, each.device) for each in requests(messages)] == [
        (CameraChoice.DEVICE, "basler:22431907")
    ]
