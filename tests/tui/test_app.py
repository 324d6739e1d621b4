"""What works on every screen."""

import pytest

from tests.tui.fakes import make_services
from tui.app import MotiscopeApp
from tui.screens.help import HelpScreen
from tui.screens.live import LiveScreen
from tui.screens.reading import ReadingScreen
from tui.screens.result import ResultScreen
from tui.screens.rounds import RoundsScreen
from tui.screens.scores import ScoresScreen
from tui.screens.sessions import SessionsScreen
from tui.screens.start import StartScreen
from tui.themes import THEMES, next_theme

SCREENS = [
    StartScreen,
    LiveScreen,
    SessionsScreen,
    ResultScreen,
    RoundsScreen,
    ReadingScreen,
    ScoresScreen,
]


def test_themes_follow_in_a_circle():
    names = [theme.name for theme in THEMES]
    assert [next_theme(name) for name in names] == [*names[1:], names[0]]
    assert next_theme("some other") == names[0]


async def test_theme_changes_by_key():
    async with MotiscopeApp(make_services()).run_test() as pilot:
        await pilot.press("ctrl+t")
        assert pilot.app.theme == "motiscope-light"


async def test_quitting_with_nothing_running_asks_nothing():
    app = MotiscopeApp(make_services())
    async with app.run_test() as pilot:
        await pilot.press("ctrl+q")
        assert app._exit


@pytest.mark.parametrize("screen", SCREENS)
def test_every_key_says_what_it_does_and_can_be_remapped(screen):
    ids = [binding.id for binding in screen.BINDINGS]
    assert len(set(ids)) == len(ids)
    assert None not in ids
    assert all(binding.description and binding.tooltip for binding in screen.BINDINGS)


async def test_help_lists_the_keys_of_the_screen_and_of_the_app():
    async with MotiscopeApp(make_services()).run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+g")
        await pilot.pause()
        assert isinstance(pilot.app.screen, HelpScreen)
        shown = " ".join(str(each.render()) for each in pilot.app.screen.query("Static"))
        assert "Start the examination" in shown
        assert "Leave motiscope" in shown
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, StartScreen)
