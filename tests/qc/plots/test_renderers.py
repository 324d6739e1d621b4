"""Both renderers draw every chart there is, of every size, and the terminal's keep to theirs."""

import threading
from io import BytesIO

import plotext
import pytest

from qc.charts.cusum import cusum
from qc.charts.ewma import ewma
from qc.charts.levey_jennings import LeveyJennings
from qc.charts.westgard import westgard
from qc.charts.xbar_s import limits_from
from qc.eqa.plots.over_time import over_time_chart, scores_over_time_chart
from qc.eqa.plots.sheets import common_sheets, reader_sheets
from qc.eqa.scoring.scoring import score_reader
from qc.plots.chart import Role, Sheet, nothing
from qc.plots.control import cusum_chart, ewma_chart, levey_jennings_chart, xbar_s_charts
from qc.plots.paper import sheet_figure
from qc.plots.paper_style import LOOKS, styled
from qc.plots.terminal import terminal_chart
from qc.plots.terminal_style import SIGNS
from tests.qc.eqa.scored_made import made_scores, made_values

READINGS = [50.0, 51.2, 49.1, 54.6, 55.0, 51.0, 43.0, 50.3, 49.9]
DAYS = [f"2026-03-{day:02}" for day in range(1, 10)]


def sheets_of(count, videos):
    readers = [made_scores(f"reader number {n} of the laboratory", videos, n)
               for n in range(count)]  # fmt: skip
    return (*common_sheets(readers), *reader_sheets(readers[0]))


def same():
    values = made_values(12)
    return reader_sheets(score_reader("same", values, values))


def control_charts():
    chart = LeveyJennings(50.0, 2.0, 24)
    yield levey_jennings_chart("rapid (a)", chart, READINGS, DAYS, westgard(chart.z(READINGS)))
    yield levey_jennings_chart("rapid (a)", chart, [], [], [])
    groups = [[one, one + 1] for one in READINGS]
    yield from xbar_s_charts("rapid (a)", limits_from(50, 1, 2, 9), groups, DAYS)
    yield cusum_chart("rapid (a)", cusum(READINGS, 50, 1), DAYS)
    yield ewma_chart("rapid (a)", ewma(READINGS, 50, 1), DAYS)
    yield over_time_chart("anna", DAYS, READINGS, zero_rule=READINGS)
    yield over_time_chart("anna", DAYS[:1], [4.0], intervals=[(3.0, 5.0)])
    yield scores_over_time_chart("anna", DAYS, [[one - 50] for one in READINGS])
    yield nothing("rapid (a)", "too few: 2 of the 3 videos that it needs")


CASES = {
    "one video": lambda: sheets_of(1, 1),
    "two videos": lambda: sheets_of(1, 2),
    "five videos": lambda: sheets_of(2, 5),
    "65 videos, 6 readers": lambda: sheets_of(6, 65),
    "identical": same,
    "controls": lambda: [Sheet("controls", tuple(control_charts()), 2, 9.0, "a note")],
}


@pytest.fixture(scope="module", params=CASES)
def sheets(request):
    return CASES[request.param]()


def test_paper_draws_it(sheets):
    for sheet in sheets:
        file = BytesIO()
        with styled():
            sheet_figure(sheet).savefig(file, format="svg")
        assert file.getvalue().rstrip().endswith(b"</svg>")


@pytest.mark.parametrize("size", [(80, 20), (120, 30), (40, 14)])
def test_the_terminal_draws_it_within_its_size(sheets, size):
    width, height = size
    for chart in (chart for sheet in sheets for chart in sheet.charts):
        lines = terminal_chart(chart, width, height, colour=False).split("\n")
        assert max(map(len, lines)) <= width
        assert len(lines) >= height
        assert chart.title.split()[0] in lines[0]
        assert "\x1b" not in "".join(lines)


def test_an_ordinary_chart_is_exactly_as_high_as_asked():
    for sheet in sheets_of(1, 12):
        for chart in sheet.charts:
            assert len(terminal_chart(chart, 80, 24).split("\n")) == 24


def test_colours_are_there_where_they_are_wanted():
    (chart, *_) = sheets_of(1, 12)[1].charts
    assert "\x1b[38;5;" in terminal_chart(chart, 80, 24)


def test_plotext_is_left_as_it_was(monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")
    monkeypatch.setenv("LINES", "15")
    plotext.clear_figure()
    plotext.scatter([1, 2, 3], [3, 1, 2])
    plotext.title("somebody else's")
    before = plotext.build()
    chart = sheets_of(1, 12)[1].charts[0]
    # A terminal that is smaller than what was asked for changes nothing either.
    assert max(map(len, terminal_chart(chart, 100, 30, colour=False).split("\n"))) > 50
    assert plotext.build() == before
    plotext.clear_figure()


def test_two_threads_draw_what_each_would_alone():
    charts = [chart for sheet in sheets_of(1, 12) for chart in sheet.charts][:6]
    alone = [terminal_chart(chart, 80, 20) for chart in charts]
    found = {}

    def draw(number):
        found[number] = terminal_chart(charts[number], 80, 20)

    threads = [threading.Thread(target=draw, args=(number,)) for number in range(len(charts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[number] for number in range(len(charts))] == alone


def test_every_role_has_a_look_and_a_sign():
    assert set(LOOKS) == set(SIGNS) == set(Role)


def test_the_verdicts_are_told_apart_without_colours():
    chart = scores_over_time_chart("anna", ["1", "2", "3"], [[0.5], [2.5], [3.5]])
    text = terminal_chart(chart, 80, 24, colour=False)
    rows = text.split("\n")
    place = {sign: next(n for n, row in enumerate(rows) if sign in row) for sign in "●▲■"}
    assert place["■"] < place["▲"] < place["●"]
