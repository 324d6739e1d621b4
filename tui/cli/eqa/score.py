"""`motiscope eqa score`: how everyone who read a set compares."""

from pathlib import Path
from typing import Annotated

import typer

from qc.eqa.score_document import score_document
from qc.eqa.scored import ScoredSet
from qc.eqa.scoring.tables import score_tables
from qc.eqa.scoring.values import ACCEPTANCE_POINTS, ScoringRules
from qc.eqa.scoring.wording import videos
from tui.cli.console import UsageError, check_target, data, print_json, talk, write_json
from tui.cli.earlier_results import is_result
from tui.cli.eqa.charts import print_charts
from tui.cli.eqa.gathering import Wanted, gather
from tui.cli.eqa.options import (
    DivisionUm,
    Folder,
    ModelCard,
    People,
    Readings,
    Seed,
    Sigmas,
    UmPerPx,
    Uncertainty,
    Within,
    given_sigmas,
    named_files,
    reader_settings,
)
from tui.config import Config
from tui.text_tables import rich_table

FAILED = 1
ScoresFile = Annotated[
    Path | None,
    typer.Option("--json", metavar="FILE", help="Write the scores as JSON; - prints them."),
]
Charts = Annotated[bool, typer.Option("--charts", help="Print the report's charts too.")]


def score(
    context: typer.Context,
    folder: Folder,
    readings: Readings = None,
    reader: People = None,
    sigma: Sigmas = None,
    u_assigned: Uncertainty = 0.0,
    within: Within = ACCEPTANCE_POINTS,
    seed: Seed = 1,
    json_file: ScoresFile = None,
    charts: Charts = False,
    um_per_px: UmPerPx = None,
    division_um: DivisionUm = 10.0,
    model: ModelCard = None,
) -> None:
    """Score motiscope and people by the assigned values of a set.

    Errors beside ZeroR and the published ones, limits of agreement, concordance, regression,
    z-scores, and calls at the WHO lower limits. Videos are not read: motiscope's readings are
    those of a document, or those that `eqa run` kept for the same models and settings.

    Ends with 0 if every reader has read every video, with 1 if something did not match.
    """
    config: Config = context.obj
    check_scores(json_file, charts=charts, source=readings)
    wanted = Wanted(
        folder, readings, named_files(reader or ()), reader_settings(um_per_px, division_um),
        model, scoring_rules(sigma, u_assigned, seed, within),
    )  # fmt: skip
    scored = gather(wanted, config)
    give_scores(scored, json_file)
    if charts:
        print_charts(scored)
    if scored.faults:
        raise typer.Exit(FAILED)


def check_scores(json_file: Path | None, *, charts: bool, source: Path | None = None) -> None:
    """Refuse, before the work begins, what could not be given after it.

    Raises:
        UsageError: If the file cannot be written or is the source, or charts are asked for beside
            a document.
    """
    if json_file is not None and str(json_file) != "-":
        check_target(json_file, source=source, replaces=is_result)
    elif charts and json_file is not None:
        raise UsageError("--json - prints the document alone: leave --charts out")


def scoring_rules(
    sigma: list[str] | None, u_assigned: float, seed: int, within: float = ACCEPTANCE_POINTS
) -> ScoringRules:
    """Return the rules that the options give.

    Raises:
        UsageError: If a value is none.
    """
    if not 0 <= u_assigned < float("inf"):
        raise UsageError(f"--u-assigned {u_assigned:g}: give percentage points from 0 on")
    if not 0 < within < float("inf"):
        raise UsageError(f"--within {within:g}: give percentage points above 0")
    return ScoringRules(given_sigmas(sigma or ()), u_assigned, within, seed)


def give_scores(scored: ScoredSet, json_file: Path | None) -> None:
    """Print the tables, or write the document, or print that alone."""
    if json_file is None:
        _show(scored)
        return
    document = score_document(scored)
    if str(json_file) == "-":
        print_json(document)
        return
    write_json(document, json_file)
    _show(scored)
    talk.print(f"wrote {json_file}")


def _show(scored: ScoredSet) -> None:
    for one in scored.readers:
        data.print(f"\n{one.reader.name}: {videos(len(one.scores.videos))}", style="bold")
        for table in score_tables(one.scores, scored.rules):
            data.print(rich_table(table))
