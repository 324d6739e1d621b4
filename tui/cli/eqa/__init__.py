"""`motiscope eqa`: external quality assessment with reference videos."""

import typer

from tui.cli.eqa import control_charts, round_scores
from tui.cli.eqa.controls import controls
from tui.cli.eqa.history import history
from tui.cli.eqa.report import report
from tui.cli.eqa.rounds import rounds
from tui.cli.eqa.run import run
from tui.cli.eqa.score import score
from tui.cli.eqa.simulate import simulate

__all__ = ["eqa"]

eqa = typer.Typer(help="External quality assessment: read reference videos as any reader would.")
for command in (simulate, run, score, report, history):
    eqa.command()(command)
rounds.command("score")(round_scores.score)
rounds.command("report")(round_scores.report)
controls.command("charts")(control_charts.charts)
controls.command("report")(control_charts.report)
eqa.add_typer(rounds, name="round")
eqa.add_typer(controls, name="control")
