"""What commands of `motiscope visem` have in common."""

from pathlib import Path
from typing import Annotated

import typer

from qc.visem.metrics import Scores
from tui.cli.console import UsageError

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of VISEM's six CSV files.")]
FIGURES = {"mae": "MAE", "rmse": "RMSE", "r2": "R²", "pearson_r": "r"}
"""The figures of each target, by their name in `Scores`, and how a table calls them."""


def check_folder(folder: Path) -> None:
    """Refuse what is no folder.

    Raises:
        UsageError: If it is none.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder; give the one with VISEM's CSV files")


def target_name(column: str) -> str:
    """Return a target without its unit."""
    return column.removesuffix(" (%)")


def scores_document(scores: Scores) -> dict[str, list[float | None]]:
    """Return the figures of each target for a machine."""
    return {figure: list(getattr(scores, figure)) for figure in FIGURES}


def whole_document(scores: Scores, error: float) -> dict[str, object]:
    """Return the figures of each target and of all for a machine.

    Args:
        scores: The figures.
        error: Standard error of the summed MAE.
    """
    return {
        "summed_mae": scores.summed_mae,
        "mean_mae": scores.mean_mae,
        "summed_mae_standard_error": error,
        "summed_rmse": scores.summed_rmse,
        "mean_rmse": scores.mean_rmse,
        **scores_document(scores),
    }
