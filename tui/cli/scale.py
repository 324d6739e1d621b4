"""The scale as it is given on the command line: named optics, or a number."""

from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from acquisition.video import VideoInfo
from calibration.optics import CameraSetUp
from calibration.profiles import CalibrationProfile, OpticsHistory
from calibration.scale import Scale, ScaleError, entered_scale
from qc.records.database import NotStoredError
from qc.records.store import Store
from qc.records.values import utc_now
from tui.assembly import open_records, recorded_by
from tui.cli.console import UsageError
from tui.config import Config

# The finest rulings are 1 µm apart, the coarsest 1 mm.
LEAST_DIVISION_UM, MOST_DIVISION_UM = 0.1, 10_000.0

UmPerPx = Annotated[
    str | None,
    typer.Option(
        "--um-per-px",
        metavar="X [Y]",
        help="µm per pixel: x and y, or x alone where pixels are square or the file, or the optics "
        "that it is entered for, say their shape. Measure it with a stage micrometer; there is no "
        "default.",
        show_default=False,
    ),
]

OpticsName = Annotated[
    str | None,
    typer.Option(
        "--optics",
        metavar="NAME",
        help="Take the stored scale of these optics; see motiscope optics list.",
        show_default=False,
    ),
]


def check_scale(um_per_px: str | None, optics: str | None, *, from_video: bool) -> None:
    """Refuse a scale that cannot be, before anything is opened.

    Raises:
        UsageError: If none or several are given, or the number is no possible scale.
    """
    if from_video and (um_per_px is not None or optics is not None):
        raise UsageError("--scale-from-video takes no --um-per-px and no --optics: give one scale")
    if optics is not None:
        check_one_scale(um_per_px, optics)
    elif not from_video:
        parse_scale(um_per_px)


def scale_of(video: VideoInfo, um_per_px: str | None, optics: str | None, config: Config) -> Scale:
    """Return the scale of a recording, stored under a name or given as a number.

    Raises:
        UsageError: If none is given, or no optics have this name.
        NotCalibratedError: If the optics have no scale that held at the recording.
    """
    if optics is None:
        return parse_scale(um_per_px, video.pixel_aspect)
    with open_records(config) as store:
        return profile_of_recording(store, optics, video.path).named_scale


def profile_of_recording(store: Store, optics: str, video: Path) -> CalibrationProfile:
    """Return the calibration that held when a recording was made, or holds where that is unknown.

    Raises:
        UsageError: If no optics have this name.
        NotCalibratedError: If none held, or another camera recorded.
    """
    recorded = recorded_by(video)
    return find_optics(store, optics).in_force(recorded.at, recorded.camera)


def profile_now(store: Store, optics: str, camera: CameraSetUp) -> CalibrationProfile:
    """Return the calibration that holds now.

    Raises:
        UsageError: If no optics have this name.
        NotCalibratedError: If none holds, or the camera is another.
    """
    return find_optics(store, optics).in_force(utc_now(), camera)


def find_optics(store: Store, name: str) -> OpticsHistory:
    """Find optics by their name.

    Raises:
        UsageError: If there are none.
        StoreError: If the database cannot be read.
    """
    try:
        return store.optics_named(name)
    except NotStoredError as error:
        raise UsageError(f"--optics {name}: {error}") from error


def check_one_scale(um_per_px: str | None, optics: str | None) -> None:
    """Refuse two scales at once.

    Raises:
        UsageError: If both are given.
    """
    if um_per_px is not None and optics is not None:
        raise UsageError("give --optics NAME or --um-per-px X [Y], not both")


def check_division(division_um: float) -> None:
    """Refuse a length in µm that no division of a stage micrometer has.

    Raises:
        UsageError: If it is none.
    """
    if not LEAST_DIVISION_UM <= division_um <= MOST_DIVISION_UM:
        raise UsageError(
            f"--division-um {division_um:g}: give the length of a division in µm, "
            f"{LEAST_DIVISION_UM:g} to {MOST_DIVISION_UM:g}"
        )


def parse_scale(
    text: str | None,
    pixel_aspect: Fraction | None = None,
    source: str = "entered on the command line",
    says: str = "file",
) -> Scale:
    """Read "X" or "X Y" as a scale that was entered by hand.

    Args:
        text: What was entered.
        pixel_aspect: Width of a pixel divided by its height, as the recording or the optics say;
            from it y follows where x alone was entered. Without it pixels are taken to be square.
        source: Where the scale comes from.
        says: What says the pixel's shape.

    Raises:
        UsageError: If it is missing, no number or no possible scale.
    """
    if text is None:
        raise UsageError(
            "no scale: give --optics NAME (motiscope optics list), --um-per-px X [Y] measured with "
            "a stage micrometer, or for a video that begins with one analyse --scale-from-video; "
            "without it a speed means nothing, so there is no default"
        )
    try:
        return entered_scale(parse_um_per_px(text), pixel_aspect, source, says)
    except ScaleError as error:
        raise UsageError(f"--um-per-px {text}: {error}") from error


def parse_um_per_px(text: str) -> tuple[float, ...]:
    """Read "X" or "X Y" as one or two numbers; "X,Y" where no comma can be a decimal one.

    Raises:
        UsageError: If it is something else.
    """
    parts = text.replace(",", " ").split() or [""]
    if "," in text and not all("." in part for part in parts):
        raise UsageError(
            f"--um-per-px {text}: write decimals with a point, and x and y with a space between "
            "them, like 0.5 or 0.5 0.48"
        )
    try:
        values = tuple(float(part) for part in parts)
    except ValueError as error:
        raise UsageError(f"--um-per-px {text}: not a number; give it like 0.5") from error
    if len(values) > 2:
        raise UsageError(f"--um-per-px {text}: give one value, or one for x and one for y")
    return values
