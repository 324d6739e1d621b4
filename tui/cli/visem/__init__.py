"""`motiscope visem`: the VISEM data set and its published baselines."""

import typer

from tui.cli.visem.baselines import baselines
from tui.cli.visem.cnn import cnn

__all__ = ["visem"]

visem = typer.Typer(help="The VISEM data set and its published baselines.", no_args_is_help=True)
for command in (baselines, cnn):
    visem.command()(command)
