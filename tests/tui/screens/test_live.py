"""The examination's screen: its keys, its messages, and how it is left."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from textual.widgets import Static

from acquisition.camera import CameraVanishedError
from acquisition.frame import Frame
from acquisition.image_quality import ImageQuality
from qc.picture import Picture
from qc.preparation import Preparation
from qc.records.values import utc_now
from qc.status import ExaminationStatus, Phase
from tests.tui.fakes import (
    BRACKETED,
    RECORDING,
    SCALE,
    SESSION,
    EmptyStart,
    ScriptedExamination,
    heads,
    make_services,
    on_screen,
)
from tui.app import MotiscopeApp
from tui.request import Request
from tui.screens.dialog import Dialog
from tui.screens.live import STILL_GRADING, LiveScreen
from tui.screens.result import ResultScreen
from tui.screens.start import StartScreen
from tui.widgets.frame_view import FrameView, ViewStyle
from tui.widgets.status_panel import StatusPanel

pytestmark = pytest.mark.usefixtures("empty_start")


@pytest.fixture
def examination():
    return ScriptedExamination()


@pytest.fixture
async def live(examination):
    """Open the app on a running examination, ready for statuses."""
    app = MotiscopeApp(make_services(examination))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.begin(StartScreen.Requested(Request("S-17", "Ada Lab", seed=42)))
        await asyncio.to_thread(examination.runs.wait, 5)
        await pilot.pause()
        yield pilot
        app.runner.leave()


async def show(pilot, examination, status: ExaminationStatus) -> None:
    examination.publish(status)
    await pilot.pause()


def shown_keys(pilot) -> set[str]:
    active = pilot.app.screen.active_bindings.values()
    return {each.binding.description for each in active if each.enabled and each.binding.show}


async def test_status_reaches_panel_and_message_line(live, examination):
    await show(live, examination, replace(RECORDING, message="paused between two fields"))
    assert live.app.screen.query_one(StatusPanel).status.counted.total == 124
    assert "paused between" in str(live.app.screen.query_one("#message", Static).render())
    assert live.app.screen.query_one(FrameView).scale is SCALE


async def test_newest_frame_is_painted(live, examination):
    examination.frames.append(Frame(heads(), 0))
    view = live.app.screen.query_one(FrameView)
    while "▀" not in view.render_line(5).text:
        await live.pause()
    assert examination.frames == []


async def test_space_pauses_at_the_end_of_the_field_and_resumes(live, examination):
    await show(live, examination, RECORDING)
    assert "Pause" in shown_keys(live)
    await live.press("space")
    assert examination.asked == [("pause",)]
    assert "Resume" in shown_keys(live)
    assert "Pause" not in shown_keys(live)
    await show(live, examination, replace(RECORDING, frames=180))
    assert "pauses when" in str(live.app.screen.query_one("#message", Static).render())
    await show(live, examination, replace(RECORDING, phase=Phase.PAUSED))
    await live.press("space")
    assert examination.asked == [("pause",), ("resume",)]


async def test_repeating_a_field_asks_for_the_reason(live, examination):
    await show(live, examination, RECORDING)
    await live.press("r")
    assert isinstance(live.app.screen, Dialog)
    await live.press("down", "enter")
    assert examination.asked == [("repeat", "out of focus")]


@pytest.mark.parametrize("keys", [["escape"], ["enter"]])
async def test_the_harmless_answer_of_abort_comes_first(live, examination, keys):
    await show(live, examination, RECORDING)
    await live.press("a", *keys)
    assert examination.asked == []
    assert isinstance(live.app.screen, LiveScreen)


async def test_abort_asks_and_says_why(live, examination):
    await show(live, examination, RECORDING)
    await live.press("a", "down", "enter")
    assert examination.asked == [("abort", "wrong sample")]


async def test_a_move_by_hand_is_told_and_can_be_confirmed(live, examination):
    asked = "move the slide by hand to 1.5 mm left and 0.3 mm towards you"
    await show(live, examination, replace(RECORDING, phase=Phase.MOVING, message=asked, asks=True))
    assert f"{asked}; press n when it is done" in on_screen(live)
    await live.press("n")
    assert examination.asked == [("resume",)]


async def test_next_slide_is_confirmed_only_when_it_is_asked_for(live, examination):
    await show(live, examination, RECORDING)
    await live.press("n")
    assert examination.asked == []
    await show(live, examination, replace(RECORDING, phase=Phase.NEW_PREPARATION, asks=True))
    assert "Ready" in shown_keys(live)
    assert "press n" in str(live.app.screen.query_one("#message", Static).render())
    await live.press("n")
    assert examination.asked == [("resume",)]


async def test_every_condition_is_seen_on_a_small_terminal(live, examination):
    await show(live, examination, RECORDING)
    panel = live.app.screen.query_one(StatusPanel)
    collected = Preparation(utc_now() - timedelta(minutes=70))
    panel.limits = replace(panel.limits, preparation=collected)
    await live.pause()
    assert live.app.size == (80, 24)
    shown = on_screen(live)
    for row in ("Stage", "Cells now", "Focus", "Light", "Drift", "160, 0 lost", "70 min ago"):
        assert row in shown


async def test_the_exposure_is_set_by_one_key(live, examination):
    await show(live, examination, RECORDING)
    await live.press("e")
    assert examination.asked == [("exposure",)]
    assert "before the next field" in on_screen(live)


async def test_a_drifting_sample_is_told_while_it_is_recorded(live, examination):
    drifting = Picture(ImageQuality(0.6, 0.0, 0.4, 0.06), 14.0, 30)
    await show(live, examination, replace(RECORDING, picture=drifting))
    assert "wait, or make a new preparation" in " ".join(on_screen(live).split())
    await show(live, examination, replace(RECORDING, picture=drifting, message="hold on"))
    assert "new preparation" not in on_screen(live)


async def test_temperature_is_overridden_with_a_reason(live, examination):
    await show(live, examination, replace(RECORDING, phase=Phase.PREPARING, temperature_c=24.0))
    await live.press("o", "down", "enter")
    assert examination.asked == [("override", "stage without control")]


async def test_grid_and_view_change_the_picture_alone(live, examination):
    view = live.app.screen.query_one(FrameView)
    await live.press("g", "v")
    assert view.grid
    assert view.drawn_as is ViewStyle.DOTS
    assert examination.asked == []


async def test_recording_lowers_the_rate_of_the_picture(live, examination):
    screen = live.app.screen
    await show(live, examination, RECORDING)
    assert screen.pace.interval_s == pytest.approx(1 / 5)
    await show(live, examination, replace(RECORDING, phase=Phase.MOVING))
    assert screen.pace.interval_s == pytest.approx(1 / 12)


async def test_a_lost_camera_is_said_in_picture_and_message(live, examination):
    await show(live, examination, RECORDING)
    examination.fails_with = CameraVanishedError("the camera was unplugged; plug it in")
    examination.may_end.set()
    await ended(live)
    assert live.app.screen.query_one(FrameView).fault == "camera lost"
    assert "unplugged" in str(live.app.screen.query_one("#message", Static).render())
    assert "Abort" not in shown_keys(live)


async def test_the_result_is_offered_at_the_end(live, examination):
    await show(live, examination, replace(RECORDING, phase=Phase.FINISHED))
    examination.may_end.set()
    await ended(live)
    assert "Result" in shown_keys(live)
    await live.press("enter")
    await live.app.workers.wait_for_complete()
    await live.pause()
    assert isinstance(live.app.screen, ResultScreen)
    assert str(SESSION) in str(live.app.screen.query_one("#message", Static).render())


async def test_leaving_a_running_examination_asks_then_leaves_it_open(live, examination):
    await show(live, examination, RECORDING)
    await live.press("q")
    assert isinstance(live.app.screen, Dialog)
    await live.press("down", "enter")
    await live.app.workers.wait_for_complete()
    await live.pause()
    assert examination.asked == [("leave",)]
    assert examination.events == ["opened", "run", "ended", "closed"]
    assert isinstance(live.app.screen, EmptyStart)


@pytest.mark.parametrize("name", BRACKETED)
async def test_a_name_in_brackets_is_shown_as_it_was_typed(examination, name):
    app = MotiscopeApp(make_services(examination))
    async with app.run_test(size=(80, 24)) as pilot:
        app.begin(StartScreen.Requested(Request(name, name, seed=42)))
        await asyncio.to_thread(examination.runs.wait, 5)
        await show(pilot, examination, replace(RECORDING, message=f"{name} is examined"))
        assert f"sample {name} · {name} ·" in on_screen(pilot)
        assert f"{name} is examined" in on_screen(pilot)
        app.runner.leave()


async def test_switching_to_the_sessions_does_not_touch_the_recording(live, examination):
    await show(live, examination, RECORDING)
    await live.app.run_action("go('sessions')")
    await show(live, examination, replace(RECORDING, frames=200))
    await live.app.run_action("go('examine')")
    await live.pause()
    assert live.app.screen.query_one(StatusPanel).status.frames == 200
    assert examination.asked == []
    assert live.app.runner.running


async def test_quitting_asks_closes_the_camera_and_then_exits(live, examination):
    await show(live, examination, RECORDING)
    await live.press("ctrl+q", "down", "enter")
    await live.app.workers.wait_for_complete()
    assert examination.events == ["opened", "run", "ended", "closed"]
    assert not live.app.is_running or live.app._exit


@pytest.fixture
async def stuck(live, examination, monkeypatch):
    """Leave an examination that does not end, and wait for the screen to say so."""
    monkeypatch.setattr(examination, "leave", lambda: examination.asked.append(("leave",)))
    monkeypatch.setattr(live.app.runner, "leave", partial(live.app.runner.leave, 0.05))
    await show(live, examination, RECORDING)
    await live.press("q", "down", "enter")
    await appears(live, STILL_GRADING)
    yield live
    examination.may_end.set()


async def test_an_examination_that_does_not_end_keeps_its_screen_until_it_does(stuck, examination):
    assert isinstance(stuck.app.screen, LiveScreen)
    assert stuck.app.runner.running
    await show(stuck, examination, replace(RECORDING, phase=Phase.ANALYSING, message="grading"))
    assert STILL_GRADING in on_screen(stuck)
    examination.may_end.set()
    # What leaves the screen belongs to it and may be cancelled with it, so it is not waited for.
    async with asyncio.timeout(10):
        while not isinstance(stuck.app.screen, EmptyStart):
            await stuck.pause()


async def test_starting_while_one_runs_is_refused_with_a_message(stuck, examination):
    screen = stuck.app.screen
    stuck.app.begin(StartScreen.Requested(Request("S-18", "Ada Lab", seed=43)))
    await appears(stuck, "still running")
    assert stuck.app.screen is screen
    assert examination.events.count("opened") == 1


async def test_a_screen_that_opens_beside_a_running_examination_says_so(live, examination):
    beside = LiveScreen(live.app.runner, examination.open, "sample S-18")
    await live.app.push_screen(beside)
    await live.pause()
    assert "still running" in on_screen(live)
    await live.press("q")
    assert beside not in live.app.screen_stack
    assert examination.asked == []
    assert live.app.runner.running


async def appears(pilot, text: str) -> None:
    async with asyncio.timeout(10):
        while text not in on_screen(pilot):
            await pilot.pause()


async def ended(pilot) -> None:
    await asyncio.to_thread(pilot.app.runner.leave, 5)
    await pilot.pause()
