"""The list of sessions, and the result of one."""

from pathlib import Path

import pytest
from textual.widgets import DataTable, Static

from qc.eqa.rounds.blocking import blocks
from qc.eqa.rounds.values import Reader, ReaderKind, Schedule
from qc.records.values import SessionState
from qc.reporting import BlockedError, how_to_release
from qc.result import session_result
from tests.qc.eqa.rounds.made import control_readings, make_round
from tests.tui.fakes import BRACKETED, FakeStore, make_services, make_session, on_screen
from tui.app import MotiscopeApp
from tui.screens.result import ResultScreen
from tui.screens.sessions import SessionsScreen

pytestmark = pytest.mark.usefixtures("empty_start")
SESSIONS = (
    make_session(1, "S-21"),
    make_session(2, "S-22", SessionState.ABORTED),
    make_session(3, "S-23", second_rapid=40),
)


@pytest.fixture
def exported():
    """Collect what is exported."""
    return []


@pytest.fixture
async def listed(exported):
    """Open the app on the list of three sessions."""

    def export(session_id):
        exported.append(session_id)
        return (Path("exports/S.csv"), Path("exports/S.json"))

    app = MotiscopeApp(make_services(store=FakeStore(*SESSIONS), export=export))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.app.switch_mode("sessions")
        await settled(pilot)
        yield pilot


async def settled(pilot) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def text(pilot, selector: str) -> str:
    return str(pilot.app.screen.query_one(selector, Static).render())


async def test_filter_finds_by_any_of_its_words(listed):
    table = listed.app.screen.query_one(DataTable)
    assert table.row_count == 3
    await listed.press("slash", *"aborted ada")
    await listed.pause()
    assert table.row_count == 1
    await listed.press("escape")
    await listed.pause()
    assert table.row_count == 3
    assert listed.app.focused is table


async def test_the_list_gives_a_percentage_only_where_the_result_does(listed):
    table = listed.app.screen.query_one(DataTable)
    shares = [str(table.get_row_at(row)[-1]).strip() for row in range(3)]
    assert shares == ["63 %", "– %", "– %"]


async def test_enter_opens_the_session_under_the_cursor(listed):
    await listed.press("down", "down", "enter")
    await settled(listed)
    assert isinstance(listed.app.screen, ResultScreen)
    assert "sample S-23" in text(listed, "#remark")


async def test_export_says_where_the_files_are(listed, exported):
    await listed.press("down", "e")
    await settled(listed)
    assert exported == [SESSIONS[1].session_id]
    assert text(listed, "#message") == "written: S.csv, S.json in exports"


async def test_agreeing_replicates_give_a_result(listed):
    await listed.press("enter")
    await settled(listed)
    assert text(listed, "#conclusion").startswith("✓ The replicates agree")
    notices = session_result(SESSIONS[0]).notices
    assert f"{len(notices)} notices" in text(listed, "#conclusion")
    assert all(notice.text in text(listed, "#notices") for notice in notices)
    pr = next(line for line in text(listed, "#shares").splitlines() if line.startswith("PR"))
    assert pr.split()[4:7] == ["275", "63", "%"]
    assert "clips/2026-03-01-00000007" in text(listed, "#kept")


async def test_differing_replicates_give_none_and_name_the_grades(listed):
    await listed.press("down", "down", "enter")
    await settled(listed)
    assert text(listed, "#conclusion").startswith("✗")
    assert not listed.app.screen.query_one("#shares").display
    rapid = text(listed, "#replicates").splitlines()[1]
    assert rapid.endswith("✗ differ")


async def test_an_aborted_session_has_no_result(listed):
    await listed.press("down", "enter")
    await settled(listed)
    assert text(listed, "#conclusion").startswith("! The examination was not finished")


async def test_escape_leads_back_step_by_step(listed, exported):
    await listed.press("enter")
    await settled(listed)
    await listed.press("e", "escape")
    await settled(listed)
    assert isinstance(listed.app.screen, SessionsScreen)
    assert exported == [SESSIONS[0].session_id]
    await listed.press("escape")
    await settled(listed)
    assert listed.app.current_mode == "examine"


@pytest.mark.parametrize("name", BRACKETED)
async def test_a_name_in_brackets_is_shown_as_it_was_typed(name):
    store = FakeStore(make_session(1, name, operator=name))
    async with MotiscopeApp(make_services(store=store)).run_test(size=(80, 24)) as pilot:
        await pilot.app.switch_mode("sessions")
        await settled(pilot)
        row = pilot.app.screen.query_one(DataTable).get_row_at(0)
        assert [str(cell) for cell in row[1:3]] == [name, name]
        assert on_screen(pilot).count(name) == 2
        await pilot.press("enter")
        await settled(pilot)
        assert f"sample {name} · {name} ·" in on_screen(pilot)


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_a_blocked_export_is_told_whole(size):
    one = make_round(2, Schedule(every_days=14, repeats=1, baseline=5), name="weekly controls")
    out = [(50, 50), (51, 51), (49, 49), (50, 50), (51, 50), (75, 75)]
    (block,) = blocks(one, control_readings(one, Reader(ReaderKind.PERSON, "Ada Lab"), out), ())
    said = f"reporting is blocked: {block}; {how_to_release(block)}"

    def export(session_id):
        raise BlockedError(said)

    app = MotiscopeApp(make_services(store=FakeStore(*SESSIONS), export=export))
    async with app.run_test(size=size) as pilot:
        await pilot.app.switch_mode("sessions")
        await settled(pilot)
        await pilot.press("e")
        await settled(pilot)
        assert text(pilot, "#message") == f"✗ {said}"
        assert f"✗ {said}" in on_screen(pilot)
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("e")
        await settled(pilot)
        assert f"✗ {said}" in on_screen(pilot)


async def test_a_store_in_trouble_is_said_in_the_message_line():
    store = FakeStore(trouble="the disk is full")
    async with MotiscopeApp(make_services(store=store)).run_test(size=(80, 24)) as pilot:
        await pilot.app.switch_mode("sessions")
        await settled(pilot)
        assert text(pilot, "#message") == "✗ the disk is full"
        await pilot.press("enter", "e")
        assert isinstance(pilot.app.screen, SessionsScreen)
