"""The scale as it is given on the command line."""

from typing import Annotated

import typer

from calibration.scale import Scale, ScaleError
from tui.cli.console import UsageError

UmPerPx = Annotated[
    str | None,
    typer.Option(
        "--um-per-px",
        metavar="X [Y]",
        help="µm per pixel, one value or x and y. Measure it with a stage micrometer; "
        "there is no default.",
        show_default=False,
    ),
]


def parse_scale(text: str | None) -> Scale:
    """Read "X", "X,Y" as a scale that was entered by hand.

    Raises:
        UsageError: If it is missing, no number or no possible scale.
    """
    if text is None:
        raise UsageError(
            "no scale: give --um-per-px X [Y], measured with a stage micrometer; "
            "without it a speed means nothing, so there is no default"
        )
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError as error:
        raise UsageError(f"--um-per-px {text}: not a number; give it like 0.5") from error
    if len(values) > 2:
        raise UsageError(f"--um-per-px {text}: give one value, or one for x and one for y")
    try:
        return Scale(values[0], values[-1], "entered on the command line")
    except ScaleError as error:
        raise UsageError(f"--um-per-px {text}: {error}") from error
