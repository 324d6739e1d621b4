"""`motiscope eqa control charts` and `report`: one reader of a control programme over time."""

from collections.abc import Sequence
from typing import Annotated

import typer

from qc.eqa.plots.control import control_sheets
from qc.eqa.rounds.control import JUDGED, reader_control
from qc.eqa.rounds.order import readers_of
from qc.eqa.rounds.values import Reader, Reading, Round
from qc.eqa.rounds.wording import broken_lines, control_table
from qc.eqa.scores.reading import Parameter
from tui.assembly import open_records
from tui.cli.console import UsageError, data, talk
from tui.cli.eqa.charts import print_sheet
from tui.cli.eqa.controls import control_named
from tui.cli.eqa.report import Html, Pdf, check_report, write_report
from tui.cli.eqa.rounds import Name
from tui.text_tables import rich_table

Who = Annotated[
    str | None,
    typer.Option("--reader", metavar="WHO", help="Person or instrument; the only one if left out."),
]
What = Annotated[
    list[Parameter] | None,
    typer.Option("--parameter", help="May be repeated; progressive and immotile if left out."),
]


def charts(context: typer.Context, name: Name, reader: Who = None, parameter: What = None) -> None:
    """Print a reader's control charts: Levey-Jennings, X-bar and S, CUSUM, EWMA, broken rules."""
    with open_records(context.obj) as store:
        one = control_named(store.rounds, name)
        readings = [signed.reading for signed in store.rounds.readings(one.round_id)]
        faults = store.rounds.faults(one)
    _tell(faults)
    who = _reader(one, readings, reader)
    for each in parameter or JUDGED:
        found = reader_control(one, who, readings, each)
        for sheet in control_sheets(found):
            print_sheet(f"{who}: {sheet.title}", sheet)
        data.print(rich_table(control_table(found)))
        for line in broken_lines(found):
            talk.print(line, style="yellow")


def report(
    context: typer.Context,
    name: Name,
    reader: Who = None,
    html: Html = None,
    pdf: Pdf = None,
) -> None:
    """Report a reader over time: every chart, every occasion, broken rules and releases."""
    from qc.eqa.report import control_report  # noqa: PLC0415 - for reports only

    check_report(html, pdf)
    with open_records(context.obj) as store:
        one = control_named(store.rounds, name)
        signed = store.rounds.readings(one.round_id)
        releases = store.rounds.releases(one.round_id)
        faults = store.rounds.faults(one)
    _tell(faults)
    who = _reader(one, [each.reading for each in signed], reader)
    write_report(control_report(one, who, signed, releases, faults), html, pdf)


def _tell(faults: Sequence[str]) -> None:
    for line in faults:
        talk.print(line, style="yellow")


def _reader(one: Round, readings: list[Reading], name: str | None) -> Reader:
    known = readers_of(readings)
    found = [each for each in known if name is None or name.strip() in (each.name, str(each))]
    if len(found) != 1:
        held = ", ".join(map(str, known)) or "nobody"
        raise UsageError(f"--reader: give one who has read {one.name}: {held}")
    return found[0]
