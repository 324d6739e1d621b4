"""The scale as it is given on the command line."""

from fractions import Fraction
from typing import Annotated

import typer

from calibration.scale import Scale, ScaleError, entered_scale
from tui.cli.console import UsageError

UmPerPx = Annotated[
    str | None,
    typer.Option(
        "--um-per-px",
        metavar="X [Y]",
        help="µm per pixel: x and y, or x alone where pixels are square or the file says their "
        "shape. Measure it with a stage micrometer; there is no default.",
        show_default=False,
    ),
]


def parse_scale(text: str | None, pixel_aspect: Fraction | None = None) -> Scale:
    """Read "X", "X,Y" as a scale that was entered by hand.

    Args:
        text: What was entered.
        pixel_aspect: Width of a pixel divided by its height, as the recording says; from it y
            follows where x alone was entered. Without it pixels are taken to be square.

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
        return entered_scale(values, pixel_aspect, "entered on the command line")
    except ScaleError as error:
        raise UsageError(f"--um-per-px {text}: {error}") from error
