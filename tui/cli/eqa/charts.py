"""The charts of a set in the terminal."""

from collections.abc import Iterator

from rich.text import Text

from qc.eqa.plots.sheets import common_sheets, reader_sheets
from qc.eqa.scored import ScoredSet
from qc.plots.chart import Sheet
from qc.plots.terminal import lines_of, terminal_chart
from tui.cli.console import data

LEAST_COLUMNS = 80


def print_charts(scored: ScoredSet) -> None:
    """Print every chart of the report, as wide as the terminal."""
    for heading, sheet in _sheets(scored):
        print_sheet(heading, sheet)


def print_sheet(heading: str, sheet: Sheet) -> None:
    """Print charts that belong together, as wide as the terminal."""
    width = max(data.width, LEAST_COLUMNS)
    data.print(f"\n{heading}", style="bold")
    for chart in sheet.charts:
        drawn = terminal_chart(chart, width, lines_of(chart))
        data.print(Text.from_ansi(f"\n{drawn}"))
    if sheet.note:
        data.print(f"\n{sheet.note}")


def _sheets(scored: ScoredSet) -> Iterator[tuple[str, Sheet]]:
    for sheet in common_sheets([one.scores for one in scored.readers]):
        yield f"All readers: {sheet.title}", sheet
    for one in scored.readers:
        for sheet in reader_sheets(one.scores):
            yield f"{one.reader.name}: {sheet.title}", sheet
