"""Options that commands of `motiscope eqa` have in common."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from calibration.scale import ScaleError, entered_scale
from qc.eqa.reader import ReaderSettings
from qc.eqa.readers import MOTISCOPE
from qc.eqa.scores.reading import Parameter
from tui.cli.console import UsageError
from tui.cli.scale import check_division, parse_um_per_px
from tui.typed import fault_of

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="The set: a folder of videos and one CSV file.")
]
UmPerPx = Annotated[
    str | None,
    typer.Option(
        "--um-per-px",
        metavar="X [Y]",
        help="µm per pixel of videos that do not begin with a stage micrometer.",
        show_default=False,
    ),
]
DivisionUm = Annotated[
    float, typer.Option(help="Length of the micrometers' finest division in µm.")
]
ModelCard = Annotated[
    Path | None,
    typer.Option(
        metavar="CARD.json", help="Another detector, by its card; sorter and grader stay."
    ),
]
Readings = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.json",
        help="motiscope's readings, as `eqa run --json` wrote them; else those that it kept.",
    ),
]
People = Annotated[
    list[str] | None,
    typer.Option(
        "--reader",
        metavar="NAME=FILE.csv",
        help="A person's readings, in the columns of the set's own table; may be repeated.",
    ),
]
Sigmas = Annotated[
    list[str] | None,
    typer.Option(
        "--sigma",
        metavar="[PARAMETER=]POINTS",
        help="Standard deviation for proficiency, of all or of one of rapid, slow, "
        "non-progressive, immotile, progressive, total; may be repeated.",
    ),
]
Uncertainty = Annotated[
    float,
    typer.Option(
        "--u-assigned",
        metavar="POINTS",
        help="Standard uncertainty of the assigned values; past 0.3 sigma z' is taken for z.",
    ),
]
Within = Annotated[
    float,
    typer.Option(
        "--within",
        metavar="POINTS",
        help="Percentage points from the assigned value that are accepted.",
    ),
]
Seed = Annotated[int, typer.Option(min=0, help="Of the bootstrap intervals.")]

_PARAMETERS = {parameter.value: parameter for parameter in Parameter} | {
    "total": Parameter.TOTAL_MOTILE
}


def reader_settings(um_per_px: str | None, division_um: float) -> ReaderSettings:
    """Return how videos are read, and refuse what cannot be before anything is opened.

    Raises:
        UsageError: If a value is none.
    """
    check_division(division_um)
    if um_per_px is None:
        return ReaderSettings(None, division_um)
    values = parse_um_per_px(um_per_px)
    try:
        entered_scale(values, None, "given for the set")
    except ScaleError as error:
        raise UsageError(f"--um-per-px {um_per_px}: {error}") from error
    return ReaderSettings(values, division_um)


def named_files(given: Sequence[str]) -> dict[str, Path]:
    """Return the file of each person.

    Raises:
        UsageError: If one has no name or no file, or two have the same name.
    """
    found: dict[str, Path] = {}
    for text in given:
        name, _, file = (part.strip() for part in text.partition("="))
        if not (name and file):
            raise UsageError(f"--reader {text}: give NAME=FILE.csv")
        if fault := fault_of(name, ""):
            raise UsageError(f"--reader: the name {fault}")
        if name in found or name == MOTISCOPE:
            raise UsageError(f"--reader {text}: another reader is named {name}")
        found[name] = Path(file)
    return found


def given_sigmas(given: Sequence[str]) -> dict[Parameter, float]:
    """Return the sigma of each parameter that has one; what is for one beats what is for all.

    Raises:
        UsageError: If a parameter is unknown or a value is not above 0.
    """
    every = [(name, points) for name, points in _sigmas(given) if name is None]
    single = {name: points for name, points in _sigmas(given) if name is not None}
    return {one: points for _, points in every for one in Parameter} | single


def _sigmas(given: Sequence[str]) -> Iterator[tuple[Parameter | None, float]]:
    for text in given:
        name, _, value = text.rpartition("=")
        key = name.strip().lower()
        if key and key not in _PARAMETERS:
            raise UsageError(f"--sigma {text}: give one of {', '.join(_PARAMETERS)}")
        yield (_PARAMETERS[key] if key else None), _points(text, value)


def _points(text: str, value: str) -> float:
    try:
        points = float(value)
    except ValueError:
        points = math.nan
    if not 0 < points < math.inf:
        raise UsageError(f"--sigma {text}: give percentage points above 0")
    return points
