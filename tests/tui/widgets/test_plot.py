"""A chart as a widget."""

import pytest
from textual.app import App, ComposeResult

from qc.plots.chart import Chart, Level, Points, Role
from tui.themes import DARK, LIGHT
from tui.widgets.plot import Plot

CHART = Chart(
    "rapid (a)", "assigned, %", "reading, %", (0, 10), (0, 10),
    (Level(5, Role.CENTRE, "mean"), Points((2.0, 8.0), (2.0, 8.0), Role.READING, "videos")),
)  # fmt: skip


class OneChart(App[None]):
    """An app with nothing but a chart."""

    def compose(self) -> ComposeResult:
        yield Plot(CHART)


@pytest.fixture
async def pilot():
    async with OneChart().run_test(size=(60, 20)) as pilot:
        for theme in (DARK, LIGHT):
            pilot.app.register_theme(theme)
        yield pilot


def lines(plot: Plot) -> list[str]:
    return [plot.render_line(y).text for y in range(plot.size.height)]


async def test_it_fills_its_place_and_follows_its_size(pilot):
    plot = pilot.app.query_one(Plot)
    text = lines(plot)
    assert text[0].startswith("rapid (a)")
    assert "● videos" in text[-1]
    assert sum(line.count("●") for line in text) == 3
    await pilot.resize_terminal(90, 30)
    assert len(lines(plot)) == 30
    assert "● videos" in lines(plot)[-1]
    assert max(line.rstrip().count("━") for line in lines(plot)) > 70


async def test_another_chart_takes_its_place(pilot):
    plot = pilot.app.query_one(Plot)
    plot.chart = Chart("slow (b)", "", "", (0, 1), (0, 1), (), missing="too few videos")
    await pilot.pause()
    assert "too few videos" in "\n".join(lines(plot))
    plot.chart = None
    await pilot.pause()
    assert not "".join(lines(plot)).strip()


async def test_without_room_it_says_so(pilot):
    await pilot.resize_terminal(25, 20)
    assert "no room" in "\n".join(lines(pilot.app.query_one(Plot)))


@pytest.mark.parametrize("theme", [DARK, LIGHT])
async def test_it_stands_on_the_theme_s_ground(pilot, theme):
    pilot.app.theme = theme.name
    await pilot.pause()
    plot = pilot.app.query_one(Plot)
    segment = next(one for one in plot.render_line(0) if one.text.strip())
    assert segment.style.bgcolor.triplet.hex == theme.background
    assert segment.style.color.triplet.hex == theme.foreground
