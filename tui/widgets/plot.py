"""A chart as a widget, as large as there is room."""

from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from qc.plots.chart import Chart
from qc.plots.terminal import terminal_chart

LEAST_COLUMNS, LEAST_LINES = 30, 12


class Plot(Widget):
    """Shows a chart on the theme's ground, in its ink; empty before there is one.

    Args:
        chart: What is shown first.
        widget_id: Of the widget.
    """

    DEFAULT_CSS = """
    Plot {
        height: 1fr;
        min-height: 12;
    }
    """

    chart: reactive[Chart | None] = reactive(None)

    def __init__(self, chart: Chart | None = None, *, widget_id: str | None = None) -> None:
        super().__init__(id=widget_id)
        self.set_reactive(Plot.chart, chart)

    def render(self) -> Text:
        """Draw the chart anew; a change of size or of the chart asks for it."""
        if self.chart is None:
            return Text()
        width, height = self.content_size
        if width < LEAST_COLUMNS or height < LEAST_LINES:
            return Text(f"{self.chart.title}: no room for the chart", overflow="ellipsis")
        return Text.from_ansi(terminal_chart(self.chart, width, height), no_wrap=True)
