"""Pictures of the screens that matter most, small and large, with a fixed frame."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest
from textual.widgets import Static

from acquisition.frame import Frame
from acquisition.notice import Notice
from inference.grading import Grade
from qc.corrections import Correction, CorrectionKind
from qc.eqa.rounds.values import Closing, Schedule
from qc.result import session_result
from tests.qc.eqa.rounds.made import ADA, BEN, SCOPE, control_readings, make_reading, make_round
from tests.tui.fakes import (
    NOON,
    RECORDING,
    FakeStore,
    ScriptedExamination,
    heads,
    make_services,
    make_session,
)
from tests.tui.quality_fakes import FakeRounds, make_quality
from tests.tui.reviewed import make_reviewed
from tui.app import MotiscopeApp
from tui.request import Request
from tui.screens.calibrate import CalibrateScreen
from tui.screens.live import LiveScreen
from tui.screens.reading import ReadingScreen
from tui.screens.result import ResultScreen
from tui.screens.review import ReviewScreen
from tui.screens.start import StartScreen
from tui.widgets.frame_view import FrameView

SIZES = [(80, 24), (160, 48)]


NOTICE = Notice("drift", "Replicate 1, field 3: a drift of 7.2 µm/s was taken off")


@pytest.fixture(autouse=True)
def fixed(monkeypatch):
    """Let neither the time zone nor the wording of another package change the pictures."""
    monkeypatch.setattr(
        "tui.screens.result.session_result",
        lambda session: replace(session_result(session), notices=(NOTICE,)),
    )
    for module in (
        "tui.screens.result",
        "tui.widgets.review_words",
        "tui.widgets.round_words",
    ):
        monkeypatch.setattr(f"{module}.local_time", lambda time: f"{time:%Y-%m-%d %H:%M}")


@pytest.mark.parametrize("size", SIZES)
def test_live(snap_compare, size):
    examination = ScriptedExamination()
    app = MotiscopeApp(make_services(examination))

    async def record(pilot):
        app.begin(StartScreen.Requested(Request("S-17", "Ada Lab", seed=42)))
        await asyncio.to_thread(examination.runs.wait, 5)
        examination.publish(replace(RECORDING, message="field 3 of replicate 1"))
        examination.frames.append(Frame(heads(noise=0), 0))
        await pilot.pause()
        while not isinstance(app.screen, LiveScreen) or examination.frames:
            await pilot.pause()
        app.screen.query_one(FrameView).show(heads(noise=0))
        await pilot.pause()

    same = snap_compare(app, terminal_size=size, run_before=record)
    examination.may_end.set()
    assert same


@pytest.mark.parametrize("size", SIZES)
def test_calibrate(snap_compare, size):
    app = MotiscopeApp(make_services())

    async def measure(pilot):
        await app.push_screen(CalibrateScreen(make_services()))
        while not app.screen.check_action("measure", ()):
            await pilot.pause()
        await pilot.press("m")
        while not app.screen.check_action("accept", ()):
            await pilot.pause()
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=measure)


@pytest.mark.parametrize("size", SIZES)
def test_result(snap_compare, size):
    session = make_session()
    services = make_services(store=FakeStore(session))
    app = MotiscopeApp(services)

    async def show(pilot):
        await app.push_screen(ResultScreen(services, session.session_id))
        await app.workers.wait_for_complete()
        while "fields" not in str(app.screen.query_one("#replicates", Static).render()):
            await pilot.pause()
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=show)


@pytest.mark.parametrize("size", SIZES)
def test_review(snap_compare, size):
    store = FakeStore(make_reviewed())
    services = make_services(store=store, picture=lambda session, field, frame: heads(noise=0))
    session = store.session(make_reviewed().session_id)
    first = session.replicates[0].fields[0]
    wanted = Correction(
        CorrectionKind.WRONG_GRADE,
        "Bo Check",
        "gets on, but slowly",
        cell=1,
        grade=Grade.SLOW,
        at_utc=NOON,
    )
    store.correct(session.session_id, first.field_id, wanted)
    app = MotiscopeApp(services)

    async def show(pilot):
        await app.push_screen(ReviewScreen(services, session.session_id))
        while not app.screen.query_one(FrameView).marks:
            await pilot.pause()
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=show)


OUT = [(50, 50), (51, 51), (49, 49), (50, 50), (51, 50), (75, 75)]


def stored_rounds() -> FakeRounds:
    """Return a round that is open, one that is closed, and controls that block a reader."""
    weekly = make_round(2, Schedule(14, 1, 5), name="weekly controls", round_id=UUID(int=3))
    spring = make_round(name="spring 2026")
    autumn = make_round(name="autumn 2025", round_id=UUID(int=2))
    rounds = FakeRounds(weekly, spring, autumn)
    for reading in control_readings(weekly, ADA, OUT):
        rounds.sign(weekly, reading)
    for place, reader in ((0, ADA), (0, BEN), (1, BEN), (2, BEN), (2, SCOPE)):
        rounds.sign(spring, make_reading(spring, place, reader))
        rounds.sign(autumn, make_reading(autumn, place, reader))
    rounds.close(autumn, Closing("Quinn", "all have read", NOON))
    return rounds


@pytest.mark.parametrize("size", SIZES)
def test_rounds(snap_compare, size):
    quality = make_quality(stored_rounds())
    app = MotiscopeApp(make_services(quality=quality, operator="Ada"))

    async def show(pilot):
        await pilot.press("ctrl+e")
        await app.workers.wait_for_complete()
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=show)


@pytest.mark.parametrize("size", SIZES)
def test_reading(snap_compare, size):
    one = make_round(name="spring 2026")
    app = MotiscopeApp(make_services())

    async def count(pilot):
        screen = ReadingScreen(make_quality(FakeRounds(one)), one, ADA, clock=lambda: 100.0)
        await app.push_screen(screen)
        await app.workers.wait_for_complete()
        await pilot.press("a", "a", "b", "c", "d", "d", "d")
        screen._play_on()
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=count)
