"""From a folder of videos to a report by keys alone, with real videos, records and models."""

import pytest
from textual.widgets import Input, Static

from acquisition.specimen import OpticsSettings
from qc.eqa.rounds.signing import broken_seals
from tests.acquisition.opened import micrometer_pictures, specimen_pictures
from tests.acquisition.recordings import write_video
from tests.qc.plotless import no_plots
from tests.tui.fakes import make_services, on_screen
from tui.app import MotiscopeApp
from tui.assembly import open_records
from tui.config import Config
from tui.round_work import quality_services
from tui.screens.reading import ReadingScreen
from tui.screens.rounds import RoundsScreen
from tui.screens.scores import ScoresScreen

# Long, so that the round's random seed, which is on screen, does not hold one of them.
ONE, OTHER = "90417360", "90417361"

FINE = OpticsSettings(um_per_px_x=0.5, um_per_px_y=0.5)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "set"
    (folder / "videos").mkdir(parents=True)
    (folder / "table.csv").write_text(f"{ONE};30;20;10;40\n{OTHER};10;14;20;56\n")
    pictures = [
        *micrometer_pictures(38, FINE, size=(320, 240)),
        *specimen_pictures(34, FINE, size=(320, 240)),
    ]
    for name, shown in ((ONE, pictures), (OTHER, pictures[:-1])):
        write_video(folder / "videos" / f"{name}.mkv", shown, rate=25, codec="ffv1",
                    pix_fmt="gray")  # fmt: skip
    return folder


async def settled(pilot) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def message(pilot) -> str:
    return str(pilot.app.screen.query_one("#message", Static).render())


@pytest.mark.timeout(240)
async def test_a_round_is_made_read_closed_scored_and_reported(folder, tmp_path):
    config = Config(home=tmp_path / "home", managers=["Quinn"], instrument="scope 1")
    with open_records(config) as store:
        services = make_services(quality=quality_services(config, store), operator="Ada")
        async with MotiscopeApp(services).run_test(size=(120, 36)) as pilot:
            await pilot.press("ctrl+e")
            await settled(pilot)
            await pilot.press("n", *"spring", "enter")
            pilot.app.screen.query_one("#folder", Input).value = str(folder)
            await pilot.press("ctrl+s")
            await settled(pilot)
            assert "spring: round of 2 videos" in message(pilot)
            shown = on_screen(pilot)
            await pilot.press("m")
            await settled(pilot)
            assert "motiscope has read and signed 2 videos" in message(pilot)
            shown += on_screen(pilot)
            await pilot.press("r", "enter")
            await settled(pilot)
            assert isinstance(pilot.app.screen, ReadingScreen)
            for cells in (("a", "b", "d"), ("c", "d", "d", "d")):
                # While the video plays, every key waits for a pause in the painting.
                await pilot.press("space")
                shown += on_screen(pilot)
                await pilot.press(*cells, "enter")
                await pilot.pause()
                await pilot.press("down", "enter")
                await settled(pilot)
            assert "Ada has read and signed all of spring" in message(pilot)
            await pilot.press("escape")
            await settled(pilot)
            assert isinstance(pilot.app.screen, RoundsScreen)
            shown += on_screen(pilot)
            assert not [word for word in (ONE, OTHER, ".mkv", "table.csv") if word in shown]
            await pilot.press("v")
            await settled(pilot)
            assert message(pilot) == "✓ spring: 4 readings, every seal fits"
            await pilot.press("c")
            await pilot.pause()
            await pilot.press(*"all read", "enter", *"Quinn", "ctrl+s")
            await settled(pilot)
            assert "spring is closed" in message(pilot)
            with no_plots():
                await pilot.press("p")
                await settled(pilot)
            assert message(pilot).startswith("written: spring-")
            await pilot.press("s")
            await settled(pilot)
            assert isinstance(pilot.app.screen, ScoresScreen)
            assert "motiscope on scope 1" in on_screen(pilot)
            assert "Errors in percentage points over 2 videos" in on_screen(pilot)
        one = store.rounds.named("spring")
        assert broken_seals(one, store.rounds.readings(one.round_id)) == ()
    assert len(list((config.home / "eqa" / "reports").iterdir())) == 2
