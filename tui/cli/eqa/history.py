"""`motiscope eqa history`: a reader over all closed rounds."""

from collections.abc import Sequence
from typing import Annotated

import typer

from qc.eqa.plots.history import history_sheets
from qc.eqa.rounds.scored import score_round
from qc.eqa.rounds.values import Round, RoundError
from qc.eqa.scored import ScoredReader
from qc.records.rounds import RoundRecords
from tui.assembly import open_records
from tui.cli.console import data, talk
from tui.cli.eqa.charts import print_sheet
from tui.cli.eqa.options import Seed
from tui.cli.eqa.report import Html, Pdf, check_report, write_report
from tui.text_tables import rich_table


def history(
    context: typer.Context,
    reader: Annotated[str, typer.Argument(metavar="WHO", help="A person or an instrument.")],
    html: Html = None,
    pdf: Pdf = None,
    seed: Seed = 1,
) -> None:
    """Show a reader from round to round: errors, scores for proficiency, charts; or report them."""
    from qc.eqa.report import history_table, reader_report  # noqa: PLC0415 - for reports only

    if html or pdf:
        check_report(html, pdf)
    with open_records(context.obj) as store:
        rounds = _rounds(store.rounds, reader.strip(), seed)
        faults = _faults(store.rounds, [one for one, _ in rounds])
    for line in faults:
        talk.print(line, style="yellow")
    named = [(one.name, scored.scores) for one, scored in rounds]
    data.print(rich_table(history_table(named)))
    for sheet in history_sheets(named):
        print_sheet(sheet.title, sheet)
    if html or pdf:
        write_report(reader_report(rounds[0][1].reader.name, rounds, faults), html, pdf)


def _faults(records: RoundRecords, rounds: Sequence[Round]) -> list[str]:
    """Return what was changed in rounds; one in which two are called so comes up twice."""
    return list(dict.fromkeys(line for one in rounds for line in records.faults(one)))


def _rounds(records: RoundRecords, reader: str, seed: int) -> list[tuple[Round, ScoredReader]]:
    found = []
    for one in reversed(records.all()):
        signed = records.readings(one.round_id)
        people = {each.reading.reader for each in signed}
        if one.is_control or one.closed is None:
            continue
        names = {str(who) for who in people if reader in (who.name, str(who))}
        if names:
            scored = score_round(one, signed, seed).readers
            found += [(one, each) for each in scored if each.reader.name in names]
    if not found:
        raise RoundError(f"{reader} has read no round that is closed")
    return found
