"""`motiscope bench`: the figures of the README and the model card, measured again."""

import typer

from tui.cli.bench.acquisition import acquisition
from tui.cli.bench.brightfield import brightfield
from tui.cli.bench.calibration import calibration
from tui.cli.bench.drawing import drawing
from tui.cli.bench.eqa import eqa
from tui.cli.bench.grading import grading
from tui.cli.bench.kills import kills
from tui.cli.bench.speed import speed
from tui.cli.bench.still import still
from tui.cli.bench.tracking import tracking
from tui.cli.bench.unboxed import unboxed

__all__ = ["bench"]

bench = typer.Typer(help="Measure motiscope again: every published figure comes from here.")
for command in (
    tracking,
    unboxed,
    brightfield,
    grading,
    still,
    speed,
    drawing,
    calibration,
    acquisition,
    kills,
    eqa,
):
    bench.command()(command)
