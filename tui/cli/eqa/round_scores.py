"""`motiscope eqa round score` and `report`: everyone who has read a closed round."""

from dataclasses import replace
from enum import StrEnum
from typing import Annotated

import typer

from qc.eqa.rounds.scored import score_round, score_round_by_others
from qc.eqa.scored import ScoredSet
from tui.assembly import open_records
from tui.cli.console import talk
from tui.cli.eqa.charts import print_charts
from tui.cli.eqa.options import Seed
from tui.cli.eqa.report import Html, Pdf, check_report, write_report
from tui.cli.eqa.rounds import FAILED, Name, round_named
from tui.cli.eqa.score import Charts, ScoresFile, check_scores, give_scores
from tui.config import Config


class Against(StrEnum):
    """What readers are scored by."""

    ASSIGNED = "assigned"
    OTHERS = "others"


By = Annotated[
    Against,
    typer.Option(
        "--against",
        help="The assigned values, or for each reader the robust mean of all others.",
    ),
]


def score(
    context: typer.Context,
    name: Name,
    against: By = Against.ASSIGNED,
    json_file: ScoresFile = None,
    charts: Charts = False,
    seed: Seed = 1,
) -> None:
    """Score everyone who has read a closed round, as `eqa score` does.

    Ends with 0 if every reader has read every video, with 1 if something did not match.
    """
    check_scores(json_file, charts=charts)
    scored = _scored(context.obj, name, against, seed)
    give_scores(scored, json_file)
    if charts:
        print_charts(scored)
    if scored.faults:
        raise typer.Exit(FAILED)


def report(
    context: typer.Context,
    name: Name,
    html: Html = None,
    pdf: Pdf = None,
    against: By = Against.ASSIGNED,
    seed: Seed = 1,
) -> None:
    """Report a closed round: plots, tables, methods, versions and hashes.

    A file that is there already is never replaced. Ends with 0 if every reader has read every
    video, with 1 if something did not match; the report names it.
    """
    from qc.eqa.report import set_report  # noqa: PLC0415 - for reports only

    check_report(html, pdf)
    scored = _scored(context.obj, name, against, seed)
    write_report(set_report(scored), html, pdf)
    if scored.faults:
        raise typer.Exit(FAILED)


def _scored(config: Config, name: str, against: Against, seed: int) -> ScoredSet:
    with open_records(config) as store:
        one = round_named(store.rounds, name)
        signed = store.rounds.readings(one.round_id)
        faults = store.rounds.faults(one)
    by = score_round if against is Against.ASSIGNED else score_round_by_others
    scored = by(one, signed, seed)
    # What was changed behind motiscope's back is scored, and named with the rest that is wrong.
    scored = replace(scored, faults=(*faults, *scored.faults))
    for fault in scored.faults:
        talk.print(fault, style="yellow")
    return scored
