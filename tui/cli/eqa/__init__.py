"""`motiscope eqa`: external quality assessment with reference videos."""

import typer

from tui.cli.eqa.controls import controls
from tui.cli.eqa.report import report
from tui.cli.eqa.rounds import rounds
from tui.cli.eqa.run import run
from tui.cli.eqa.score import score
from tui.cli.eqa.simulate import simulate

__all__ = ["eqa"]

eqa = typer.Typer(help="External quality assessment: read reference videos as any reader would.")
for command in (simulate, run, score, report):
    eqa.command()(command)
eqa.add_typer(rounds, name="round")
eqa.add_typer(controls, name="control")
