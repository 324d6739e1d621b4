"""The calibration screen: measured, judged, named and stored, or nothing at all."""

from dataclasses import replace

import pytest
from textual.widgets import Input, Static

from acquisition.camera import CameraError
from calibration.optics import Optics
from calibration.profiles import CalibrationProfile, Origin
from calibration.scale import Scale
from tests.tui.fakes import (
    NOON,
    EmptyStart,
    FakeMicrometer,
    FakeStore,
    heads,
    make_services,
    on_screen,
)
from tui.app import MotiscopeApp
from tui.screens.calibrate import CalibrateScreen, Step
from tui.screens.dialog import Dialog
from tui.screens.naming import NamingDialog
from tui.screens.start import StartScreen
from tui.widgets.frame_view import FrameView

OPTICS = Optics(40, 0.5, "SIM-0001", (10.0, 10.0))
KNOWN = CalibrationProfile("40x-sim", Scale(0.5, 0.5, "slide 7"), OPTICS, NOON, "Ada Lab")


@pytest.fixture
def store():
    return FakeStore()


@pytest.fixture
def micrometer():
    return FakeMicrometer()


@pytest.fixture
async def pilot(empty_start, store, micrometer):
    app = MotiscopeApp(make_services(store=store, micrometer=micrometer.open))
    async with app.run_test(size=(80, 24)) as running:
        await running.pause()
        app.action_calibrate()
        await until(running, lambda: isinstance(app.screen, CalibrateScreen))
        yield running


async def until(pilot, condition):
    for _ in range(400):
        if condition():
            return
        await pilot.pause(0.01)
    raise AssertionError(on_screen(pilot))


def step(pilot):
    (screen,) = [s for s in pilot.app.screen_stack if isinstance(s, CalibrateScreen)]
    return screen.step


async def measured(pilot):
    """Measure as soon as there is a live picture."""
    await until(pilot, lambda: pilot.app.screen.check_action("measure", ()))
    await pilot.press("m")
    await until(pilot, lambda: step(pilot) is not Step.MEASURING)


def fill(pilot, **values):
    for name, value in values.items():
        pilot.app.screen.query_one(f"#{name}", Input).value = value


async def name_both(pilot):
    """Measure and accept two orientations, up to the form."""
    for _ in range(2):
        await measured(pilot)
        await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, NamingDialog))


NEW = {
    "optics": "40x-sim",
    "objective": "40",
    "adapter": "0,5",
    "pixel_um": "10",
    "operator": "Ada",
    "micrometer": "7",
}


async def test_two_orientations_become_a_named_calibration(pilot, store, micrometer):
    await name_both(pilot)
    fill(pilot, **NEW)
    await pilot.press("ctrl+s")
    await until(pilot, lambda: isinstance(pilot.app.screen, Dialog))
    assert "✓ the scale lies" in on_screen(pilot)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, EmptyStart))
    (kept,) = store.profiles
    assert (kept.name, kept.optics, kept.by) == ("40x-sim", OPTICS, "Ada")
    assert kept.scale.um_per_px_x == pytest.approx(0.5, rel=0.002)
    assert kept.scale.um_per_px_y == pytest.approx(0.5, rel=0.002)
    assert kept.scale.source == "stage micrometer 7, two orientations"
    assert (kept.origin, len(kept.picture_sha256 or "")) == (Origin.MEASURED, 64)
    assert micrometer.closed


async def test_the_found_rulings_stand_over_the_picture_and_can_be_rejected(pilot, store):
    await measured(pilot)
    assert step(pilot) is Step.JUDGING
    view = pilot.app.screen.query_one(FrameView)
    assert len(view.marks) >= 3 * 20
    assert {mark.text for mark in view.marks} == {"┃"}
    readings = str(pilot.app.screen.query_one("#readings", Static).render())
    assert "? orientation 1" in readings
    assert "µm/px" in readings
    await pilot.press("r")
    assert step(pilot) is Step.FIRST
    assert view.marks == ()


async def test_one_orientation_is_enough_where_the_shape_of_a_pixel_is_known(pilot, store):
    await measured(pilot)
    await pilot.press("enter")
    assert step(pilot) is Step.SECOND
    await pilot.press("n")
    await until(pilot, lambda: isinstance(pilot.app.screen, NamingDialog))
    fill(pilot, **(NEW | {"pixel_um": "10 20"}))
    await pilot.press("ctrl+s")
    await until(pilot, lambda: isinstance(pilot.app.screen, Dialog))
    await pilot.press("enter")
    await until(pilot, lambda: store.profiles)
    scale = store.profiles[0].scale
    assert scale.um_per_px_y == pytest.approx(2 * scale.um_per_px_x)


async def test_the_same_orientation_twice_tells_no_axes(pilot, micrometer):
    micrometer.turns = False
    await measured(pilot)
    await pilot.press("enter")
    await measured(pilot)
    await pilot.press("enter")
    await pilot.pause()
    assert step(pilot) is Step.SECOND
    assert "turn the slide by about 90" in on_screen(pilot)


async def test_a_scale_that_contradicts_optics_and_the_last_one_warns_first(pilot, store):
    wide = replace(KNOWN, scale=Scale(0.4, 0.4, "x"), optics=replace(OPTICS, adapter=0.6))
    store.profiles.append(wide)
    await name_both(pilot)
    fill(pilot, optics="40x-sim", operator="Ada")
    await pilot.pause()
    assert not pilot.app.screen.query_one("#row-objective").display
    await pilot.press("ctrl+s")
    await until(pilot, lambda: isinstance(pilot.app.screen, Dialog))
    doubts = str(pilot.app.screen.query_one("#detail", Static).render()).splitlines()
    assert [line.partition(" %")[0] for line in doubts] == [
        "! the scale lies +20.0",
        "! the scale lies +25.00",
    ]
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, CalibrateScreen))
    assert store.profiles == [wide]


async def test_cancelled_anywhere_nothing_is_stored(pilot, store, micrometer):
    await name_both(pilot)
    await pilot.press("escape")
    await until(pilot, lambda: isinstance(pilot.app.screen, CalibrateScreen))
    assert step(pilot) is Step.NAMING
    await pilot.press("q")
    await until(pilot, lambda: isinstance(pilot.app.screen, Dialog))
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, CalibrateScreen))
    await pilot.press("q")
    await until(pilot, lambda: isinstance(pilot.app.screen, Dialog))
    await pilot.press("down", "enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, EmptyStart))
    assert store.profiles == []
    assert micrometer.closed


async def test_nothing_is_named_before_the_optics_that_have_a_name_are_known(pilot, store):
    store.trouble = "the database is gone"
    await measured(pilot)
    await pilot.press("enter")
    await until(pilot, lambda: "the database is gone" in on_screen(pilot))
    await pilot.press("n")
    await until(pilot, lambda: "the database is gone" in on_screen(pilot))
    assert isinstance(pilot.app.screen, CalibrateScreen)
    store.trouble = ""
    await pilot.press("n")
    await until(pilot, lambda: "press n again" in on_screen(pilot))
    await pilot.app.workers.wait_for_complete()
    await pilot.press("n")
    await until(pilot, lambda: isinstance(pilot.app.screen, NamingDialog))


async def test_a_line_that_is_filled_in_already_is_typed_over(pilot):
    await name_both(pilot)
    await pilot.press("enter", "enter", *"0.5")
    assert pilot.app.screen.query_one("#adapter", Input).value == "0.5"


async def test_what_was_typed_is_there_again_after_a_way_back(pilot):
    await name_both(pilot)
    await pilot.press(*"40x", "enter", *"20")
    assert pilot.app.screen.query_one("#optics", Input).value == "40x"
    await pilot.press("escape")
    await until(pilot, lambda: isinstance(pilot.app.screen, CalibrateScreen))
    await pilot.press("n")
    await until(pilot, lambda: isinstance(pilot.app.screen, NamingDialog))
    typed = {each.id: each.value for each in pilot.app.screen.query(Input)}
    assert (typed["optics"], typed["objective"], typed["adapter"]) == ("40x", "20", "1")


async def test_an_accepted_reading_can_be_taken_back(pilot, micrometer):
    await name_both(pilot)
    await pilot.press("escape")
    await until(pilot, lambda: isinstance(pilot.app.screen, CalibrateScreen))
    for left in (Step.SECOND, Step.FIRST):
        await pilot.press("u")
        assert step(pilot) is left
    assert "nothing measured yet" in on_screen(pilot)
    await name_both(pilot)


async def test_the_form_says_line_by_line_what_is_wrong(pilot, store):
    store.profiles.append(replace(KNOWN, name="other", optics=replace(OPTICS, binning=(2, 2))))
    await name_both(pilot)
    await pilot.press("ctrl+s")
    await until(pilot, lambda: "give a name like 40x-basler" in on_screen(pilot))
    assert "a number above 0" in on_screen(pilot)
    assert "say who measured" in on_screen(pilot)
    fill(pilot, optics="other", operator="Ada")
    await pilot.press("ctrl+s")
    await until(pilot, lambda: "has binning 2x2, not 1x1" in on_screen(pilot))


async def test_what_is_no_micrometer_is_refused_and_the_picture_goes_on(pilot, micrometer):
    micrometer.pixels = heads()
    await until(pilot, lambda: pilot.app.screen._pixels is micrometer.pixels)
    await measured(pilot)
    assert step(pilot) is Step.FIRST
    assert "no micrometer reading" in on_screen(pilot)
    # The end of the sentence says what to do.
    await until(pilot, lambda: "use a stage micrometer" in on_screen(pilot))


async def test_a_camera_that_is_not_there_is_said(store):
    absent = FakeMicrometer(fails_with=CameraError("no camera 4102; plug it in"))
    app = MotiscopeApp(make_services(store=store, micrometer=absent.open))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f2")
        await until(pilot, lambda: "plug it in" in on_screen(pilot))
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, StartScreen))
