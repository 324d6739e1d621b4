"""The control charts of a reader, put together as they stand on paper."""

from collections.abc import Iterator, Sequence

from qc.charts.westgard import Violation
from qc.eqa.rounds.control import Broken, ItemChart, ReaderControl
from qc.eqa.scoring.wording import NAMES
from qc.plots.chart import Chart, Sheet, nothing
from qc.plots.control import cusum_chart, ewma_chart, levey_jennings_chart, xbar_s_charts

_NOTE = (
    "Every point is the mean of the repeats on one occasion. CUSUM (k 0.5, h 5) and EWMA (weight "
    "0.2, width 3) begin after the baseline, which gives the limits of all."
)


def control_sheets(control: ReaderControl) -> tuple[Sheet, ...]:
    """Return one sheet for each control of a reader: every chart of one parameter."""
    return tuple(_sheet(control, chart) for chart in control.charts)


def _sheet(control: ReaderControl, chart: ItemChart) -> Sheet:
    title = f"Control {chart.item.number}, {NAMES[control.parameter]}"
    if chart.limits is None:
        why = f"limits after {control.baseline} occasions: {len(chart.means)} so far"
        return Sheet(title, (nothing("Levey-Jennings", why),), 1, 1.6)
    charts = tuple(_charts(control, chart))
    return Sheet(title, charts, 2, 2.3 * ((len(charts) + 1) // 2), _NOTE)


def _charts(control: ReaderControl, chart: ItemChart) -> Iterator[Chart]:
    assert chart.limits is not None  # noqa: S101 - checked by the caller
    days = [f"{begun:%y-%m-%d}" for begun in control.begun_utc]
    after = days[control.baseline :]
    yield levey_jennings_chart(
        "Levey-Jennings", chart.limits, chart.means, days, _violations(control.broken),
        material=chart.item.number - 1,
    )  # fmt: skip
    if chart.ewma is not None:
        yield ewma_chart("EWMA", chart.ewma, after)
    if chart.cusum is not None:
        yield cusum_chart("CUSUM", chart.cusum, after)
    if chart.xbar_s is not None:
        yield from xbar_s_charts("Repeats", chart.xbar_s, chart.groups, days)
    elif len(chart.groups[0]) > 1:
        yield nothing("Repeats: X-bar and S", "no limits: the baseline's repeats were all the same")


def _violations(broken: Sequence[Broken]) -> list[Violation]:
    """Return broken rules with runs and materials from 0, as charts count them."""
    return [
        Violation(one.rule, tuple((occasion - 1, item - 1) for occasion, item in one.points))
        for one in broken
    ]
