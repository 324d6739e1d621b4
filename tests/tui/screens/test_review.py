"""The cells of a session on the screen, and what is corrected there."""

from dataclasses import replace

import pytest
from textual.widgets import DataTable, Input, Static

from acquisition.notice import Notice
from acquisition.rest import STRAY_START
from inference.counting import GradeCounts
from inference.presence import counting_frame_px
from qc.corrections import CorrectionKind
from qc.records.database import StoreError
from tests.tui.fakes import FakeStore, heads, make_services, make_session, on_screen
from tests.tui.reviewed import make_reviewed
from tui.app import MotiscopeApp
from tui.screens.place import PlaceScreen
from tui.screens.reason import ReasonDialog
from tui.screens.result import ResultScreen
from tui.screens.review import ReviewScreen
from tui.widgets.frame_view import FrameView

pytestmark = pytest.mark.usefixtures("empty_start")
SESSION = make_reviewed()


@pytest.fixture
def store():
    return FakeStore(SESSION)


@pytest.fixture
async def reviewed(store):
    """Open the app on the cells of a session, by way of the list of sessions."""
    services = make_services(store=store, picture=lambda session, field, frame: heads(noise=0))
    app = MotiscopeApp(replace(services, operator="Ada Lab"))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.app.switch_mode("sessions")
        await settled(pilot)
        await pilot.press("r")
        await settled(pilot)
        yield pilot


async def settled(pilot) -> None:
    for _ in range(3):
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def text(pilot, selector: str) -> str:
    return str(pilot.app.screen.query_one(selector, Static).render())


def row(pilot, number: int) -> list[str]:
    return [str(cell) for cell in pilot.app.screen.query_one(DataTable).get_row_at(number)]


async def give(pilot, reason: str, extra: str | None = None) -> None:
    """Fill the dialog in, line after line."""
    assert isinstance(pilot.app.screen, ReasonDialog)
    if extra is not None:
        await pilot.press(*extra, "enter")
    await pilot.press(*reason.replace(" ", "_"), "enter")
    await settled(pilot)


def field_of(store):
    return store.session(SESSION.session_id).replicates[0].fields[0]


async def test_the_cells_to_review_come_first(reviewed):
    assert isinstance(reviewed.app.screen, ReviewScreen)
    table = reviewed.app.screen.query_one(DataTable)
    assert table.row_count == 60
    firsts = [row(reviewed, number)[:2] for number in (0, 1, 10, 20)]
    assert firsts == [["1.1", "   1"], ["1.2", "   1"], ["1.1", "   6"], ["1.1", "   2"]]
    assert row(reviewed, 0)[2:] == [
        "a ▲", "? ", "48 41  9  2", "counted", "grades a and b are close: 48 % and 41 %",
    ]  # fmt: skip
    assert row(reviewed, 10)[4:6] == [f"{'–':>11}", "not counted"]
    assert "20 of 60 to review" in text(reviewed, "#remark")


async def test_all_that_is_known_of_a_cell_stands_beside_its_picture(reviewed):
    facts = text(reviewed, "#facts")
    for part in (
        "a ▲ rapid, counted",
        "the rule says b: gets 24.0 µm on in 1 s",
        "? grades a and b are close",
        "near it: 2 (b, ",
    ):
        assert part in facts
    marks = {mark.text for mark in reviewed.app.screen.query_one(FrameView).marks}
    assert marks == {"▸", "◂", "·", "2", "3", "4", "5"}
    assert "µm" in on_screen(reviewed)


async def test_a_grade_is_corrected_with_a_reason_and_by_whom(reviewed, store):
    await reviewed.press("b")
    await settled(reviewed)
    assert "Cell 1 of field 1.1 is b slow, not a?" in on_screen(reviewed)
    await give(reviewed, "slow")
    (made,) = field_of(store).corrections
    assert (made.kind, made.cell, made.grade, made.was) == (
        CorrectionKind.WRONG_GRADE, 1, "b", "a",
    )  # fmt: skip
    assert (made.reason, made.operator) == ("slow", "Ada Lab")
    assert row(reviewed, 0)[2:6:3] == ["a→b △", "counted, corrected"]
    assert text(reviewed, "#message") == "stored: cell 1 is b, not a"
    assert "1 correction" in text(reviewed, "#remark")
    assert "✎ cell 1 is b, not a: slow (Ada Lab" in text(reviewed, "#facts")


async def test_the_last_correction_of_a_cell_is_withdrawn(reviewed, store):
    assert reviewed.app.screen.check_action("undo", ()) is False
    await reviewed.press("x")
    await give(reviewed, "dust")
    assert row(reviewed, 0)[5] == "a false cell"
    assert reviewed.app.screen.check_action("grade", ("b",)) is False
    await reviewed.press("u")
    await give(reviewed, "slip")
    assert field_of(store).counted == field_of(store).result.counted
    assert row(reviewed, 0)[5] == "counted"
    assert "0 corrections" in text(reviewed, "#remark")


async def test_two_tracks_become_one_and_one_becomes_two(reviewed, store):
    await reviewed.press("s")
    await settled(reviewed)
    assert "near it: 2 (b, " in on_screen(reviewed)
    await give(reviewed, "lost", extra="2")
    assert field_of(store).counted == GradeCounts(2, 0, 1, 1)
    assert [line.gone for line in field_of(store).cells_now.values()][1] == "part of cell 1"
    await reviewed.press("j")
    await give(reviewed, "two", extra="d")
    assert field_of(store).counted == GradeCounts(2, 0, 1, 2)
    assert field_of(store).corrections[1].other == 7


async def test_a_missed_cell_is_placed_on_the_picture_of_the_field(reviewed, store):
    await reviewed.press("m")
    await settled(reviewed)
    assert isinstance(reviewed.app.screen, PlaceScreen)
    await reviewed.press("left", "shift+up", "enter")
    await settled(reviewed)
    await give(reviewed, "dim", extra="c")
    (made,) = field_of(store).corrections
    assert (made.x_px, made.y_px, made.frame, made.grade) == (316.0, 208.0, 0, "c")
    # The rest of field 1.1 begins in row 20 with cells 2 to 5.
    assert row(reviewed, 24) == ["1.1", "   7", "c ◇", " ✎", f"{'–':>11}", "counted, added", ""]
    assert field_of(store).counted == GradeCounts(2, 1, 2, 1)


async def test_a_missed_cell_is_placed_in_the_counting_frame(reviewed, store):
    await reviewed.press("m")
    await settled(reviewed)
    await reviewed.press(*["shift+right"] * 12, *["shift+down"] * 9, "enter")
    await settled(reviewed)
    await give(reviewed, "dim", extra="c")
    (made,) = field_of(store).corrections
    scale = field_of(store).result.scale
    extent = field_of(store).extent
    right_px, low_px = counting_frame_px((extent.width_px, extent.height_px), scale)[1]
    assert 0 <= right_px - made.x_px < 1
    assert 0 <= low_px - made.y_px < 1


def with_stray_start(field):
    """Let the first picture be left out, and one cell be found later than the others."""
    result = field.result
    found = [replace(cell, first_frame=cell.first_frame + 1) for cell in result.cells]
    found[1] = replace(found[1], first_frame=9)
    notices = (*result.notices, Notice(STRAY_START, "the first picture shows another instant"))
    return replace(field, result=replace(result, cells=tuple(found), notices=notices))


async def test_a_missed_cell_is_placed_where_the_count_begins_among_all_that_are_counted():
    first, *others = SESSION.replicates
    fields = tuple(map(with_stray_start, first.fields))
    session = replace(SESSION, replicates=(replace(first, fields=fields), *others))
    asked = []

    def picture(session, field, frame):
        asked.append(frame)
        return heads(noise=0)

    store = FakeStore(session)
    app = MotiscopeApp(replace(make_services(store=store, picture=picture), operator="Ada Lab"))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.app.switch_mode("sessions")
        await settled(pilot)
        await pilot.press("r")
        await settled(pilot)
        await pilot.press("m")
        await settled(pilot)
        assert asked[-1] == 1
        marks = pilot.app.screen.query_one(FrameView).marks
        assert [mark.text for mark in marks] == ["°"] * 5 + ["✛"]
        await pilot.press("shift+up", "enter")
        await settled(pilot)
        await give(pilot, "dim", extra="c")
    assert field_of(store).corrections[0].frame == 1


@pytest.mark.parametrize(("typed", "said"), [("e", "a, b, c or d"), ("", "missing")])
async def test_what_is_missing_or_wrong_is_said_beside_its_line(reviewed, store, typed, said):
    await reviewed.press("j")
    await settled(reviewed)
    await reviewed.press(*typed, "ctrl+s")
    await settled(reviewed)
    assert isinstance(reviewed.app.screen, ReasonDialog)
    assert f"✗ {said}" in on_screen(reviewed)
    await reviewed.press("escape")
    await settled(reviewed)
    assert field_of(store).corrections == ()


async def test_a_reason_is_one_line_that_can_be_seen(reviewed, store):
    await reviewed.press("b")
    await settled(reviewed)
    reviewed.app.screen.query_one("#reason", Input).value = "sl\x1bow"
    await reviewed.press("ctrl+s")
    await settled(reviewed)
    assert isinstance(reviewed.app.screen, ReasonDialog)
    assert r"holds '\x1b'" in on_screen(reviewed)
    assert field_of(store).corrections == ()


async def test_the_operator_is_remembered(reviewed, store):
    await reviewed.press("b")
    await settled(reviewed)
    operator = reviewed.app.screen.query_one("#operator", Input)
    assert operator.value == "Ada Lab"
    operator.value = "Bo Check"
    await give(reviewed, "slow")
    await reviewed.press("c")
    await settled(reviewed)
    assert reviewed.app.screen.query_one("#operator", Input).value == "Bo Check"


async def test_a_refusal_is_said_in_the_message_line(reviewed, store, monkeypatch):
    await reviewed.press("a")
    assert text(reviewed, "#message") == "cell 1 is a already"

    def in_trouble(*_: object) -> None:
        raise StoreError("the database has no room left on its disk")

    monkeypatch.setattr(store, "session", in_trouble)
    await reviewed.press("b")
    await give(reviewed, "slow")
    assert text(reviewed, "#message").startswith("✗ the database has no room left")


async def test_reports_are_written_again_when_the_screen_is_left(reviewed, store):
    await reviewed.press("b")
    await give(reviewed, "slow")
    assert store.renewed == 0
    await reviewed.press("escape")
    await settled(reviewed)
    assert store.renewed == 1


async def test_the_result_shows_the_corrected_counts_after_coming_back(store):
    app = MotiscopeApp(replace(make_services(store=store), operator="Ada Lab"))
    async with app.run_test(size=(120, 40)) as pilot:
        await app.push_screen(ResultScreen(app._services, SESSION.session_id))
        await settled(pilot)
        await pilot.press("r")
        await settled(pilot)
        await pilot.press("x")
        await give(pilot, "dust")
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(app.screen, ResultScreen)
        assert "1 correction by Ada Lab is in the counts" in text(pilot, "#notices")
        assert "24" in text(pilot, "#replicates")


async def test_a_missing_clip_is_said_and_corrections_go_on(store):
    app = MotiscopeApp(replace(make_services(store=store), operator="Ada Lab"))
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(ReviewScreen(app._services, SESSION.session_id))
        await settled(pilot)
        assert "no picture" in on_screen(pilot)
        assert "field-1.mkv does not exist" in text(pilot, "#message")
        await pilot.press("m")
        await settled(pilot)
        assert "--missed --at X,Y" in text(pilot, "#message")
        await pilot.press("b")
        await give(pilot, "slow")
        assert len(field_of(store).corrections) == 1


async def test_a_session_stored_without_cells_says_so():
    store = FakeStore(make_session())
    app = MotiscopeApp(make_services(store=store))
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(ReviewScreen(app._services, make_session().session_id))
        await settled(pilot)
        assert "stored without its cells" in text(pilot, "#message")
        await pilot.press("b", "x", "m", "u")
        await settled(pilot)
        assert isinstance(app.screen, ReviewScreen)
