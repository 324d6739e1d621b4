"""`motiscope eqa report`: the scores of a set as one HTML file and one PDF."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qc.eqa.scoring.values import ACCEPTANCE_POINTS
from tui.cli.console import UsageError, check_apart, check_target, talk
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
    named_files,
    reader_settings,
)
from tui.cli.eqa.score import FAILED, scoring_rules

if TYPE_CHECKING:
    from qc.eqa.report import Report

Html = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write one HTML file.")]
Pdf = Annotated[Path | None, typer.Option("--pdf", metavar="FILE", help="Write one PDF.")]


def report(
    context: typer.Context,
    folder: Folder,
    html: Html = None,
    pdf: Pdf = None,
    readings: Readings = None,
    reader: People = None,
    sigma: Sigmas = None,
    u_assigned: Uncertainty = 0.0,
    within: Within = ACCEPTANCE_POINTS,
    seed: Seed = 1,
    um_per_px: UmPerPx = None,
    division_um: DivisionUm = 10.0,
    model: ModelCard = None,
) -> None:
    """Report what `eqa score` scores: plots, tables, methods, versions and hashes.

    A file that is there already is never replaced. Ends with 0 if every reader has read every
    video, with 1 if something did not match; the report names it.
    """
    check_report(html, pdf)
    wanted = Wanted(
        folder, readings, named_files(reader or ()), reader_settings(um_per_px, division_um),
        model, scoring_rules(sigma, u_assigned, seed, within),
    )  # fmt: skip
    scored = gather(wanted, context.obj)
    from qc.eqa.report import set_report  # noqa: PLC0415 - for reports only

    write_report(set_report(scored), html, pdf)
    if scored.faults:
        raise typer.Exit(FAILED)


def check_report(html: Path | None, pdf: Path | None) -> None:
    """Refuse, before the work begins, files that could not be written after it.

    Raises:
        UsageError: If there is none, or one cannot be.
    """
    if html is None and pdf is None:
        raise UsageError("give --html FILE, --pdf FILE or both")
    for target in filter(None, (html, pdf)):
        check_target(target)
    check_apart(html, pdf)


def write_report(report: "Report", html: Path | None, pdf: Path | None) -> None:
    """Write a report under the names that were asked for."""
    from qc.eqa.report import write_page, write_pdf  # noqa: PLC0415 - for reports only

    for target, write in ((html, write_page), (pdf, write_pdf)):
        if target is not None:
            write(report, target)
            talk.print(f"wrote {target}")
