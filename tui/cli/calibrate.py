"""`motiscope calibrate`: a stage micrometer to µm per pixel, with its uncertainty."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import cv2
import typer
from rich.table import Table

from acquisition.micrometer_document import to_document
from acquisition.micrometer_file import MicrometerFile, joined_sha256
from acquisition.micrometer_overlay import draw_divisions, stack
from acquisition.micrometer_set import Calibration, calibrate_files
from acquisition.video import VideoError
from calibration.profiles import Origin
from calibration.readings import CERTIFICATE_U_REL, MeasuredScale, mean_distortion
from calibration.scale import Scale
from qc.calibrations import Measurement, store_calibration
from tui.assembly import open_records
from tui.cli.console import (
    UsageError,
    check_apart,
    check_target,
    data,
    print_json,
    say_error,
    talk,
    write_json,
    writing,
)
from tui.cli.optics import tell_kept
from tui.cli.scale import check_division, find_optics
from tui.cli.typed import kept_line
from tui.config import Config

MOST_CERTIFICATE_U_REL = 0.05


def calibrate(
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="Pictures of the micrometer, or videos that show or begin with it: one set-up, "
            "any orientations.",
        ),
    ],
    division_um: Annotated[float, typer.Option(help="Length of the finest division in µm.")] = 10.0,
    certificate_u: Annotated[
        str,
        typer.Option(metavar="U%", help="Standard uncertainty (k = 1) of the micrometer's length."),
    ] = f"{100 * CERTIFICATE_U_REL:g}%",
    pixel_aspect: Annotated[
        str | None,
        typer.Option(
            metavar="W:H",
            help="Width to height of a pixel, such as 16:15. Without it x and y are measured "
            "apart if two orientations are given; else it is a video's own, that of --optics, or "
            "square.",
        ),
    ] = None,
    optics: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Store the scale for these optics; see motiscope optics list."
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", callback=kept_line, help="Who measured; needed with --optics."
        ),
    ] = None,
    micrometer: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", callback=kept_line, help="Name or serial of the stage micrometer."
        ),
    ] = None,
    json_file: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="Write the result as JSON; - prints it."),
    ] = None,
    overlay: Annotated[
        Path | None,
        typer.Option(metavar="FILE.png", help="Write the pictures with the divisions found."),
    ] = None,
) -> None:
    """Measure µm per pixel on a stage micrometer, with the uncertainty and its parts.

    With --optics the scale is stored: from then on analyse --optics and examine --optics use it.
    """
    certificate_u_rel = parse_percent(certificate_u)
    aspect = None if pixel_aspect is None else parse_aspect(pixel_aspect)
    check_division(division_um)
    _check_files(files, json_file, overlay)
    keep = _keep_as(context.obj, optics, by, micrometer)
    of_optics = None if keep is None else keep.pixel_aspect
    found = calibrate_files(files, division_um, certificate_u_rel, aspect, of_optics)
    _report(found, division_um, json_file)
    if overlay is not None and found.files:
        _write_overlay(overlay, found.files)
    for reason in found.reasons:
        say_error(reason)
    if found.measured is None:
        raise typer.Exit(1)
    if keep is not None:
        keep.store(context.obj, found.measured.scale, found.files)


def _report(found: Calibration, division_um: float, json_file: Path | None) -> None:
    if json_file is None:
        if found.measured is not None:
            _show(found, found.measured)
        return
    document = to_document(found, division_um)
    if str(json_file) == "-":
        print_json(document)
        return
    write_json(document, json_file)
    talk.print(f"wrote {json_file}")


@dataclass(frozen=True, slots=True)
class _Keep:
    """Under which optics a scale is stored, who measured it, and on which micrometer.

    Attributes:
        optics: Name of the optics.
        by: Who measured.
        micrometer: Name or serial of the stage micrometer, empty where unknown.
        pixel_aspect: Width / height of a pixel of the optics.
    """

    optics: str
    by: str
    micrometer: str
    pixel_aspect: float

    def store(self, config: Config, scale: Scale, files: Sequence[MicrometerFile]) -> None:
        """Store a scale, and say so."""
        opens_video = any(file.specimen_from is not None for file in files)
        made = Measurement(
            scale,
            self.by,
            Origin.VIDEO if opens_video else Origin.MEASURED,
            micrometer=self.micrometer,
            picture_sha256=joined_sha256([file.sha256 for file in files]),
        )
        with open_records(config) as store:
            tell_kept(store_calibration(store, self.optics, made))


def _keep_as(
    config: Config, optics: str | None, by: str | None, micrometer: str | None
) -> _Keep | None:
    """Return how the scale is to be stored, None for not at all; refuse what could not be.

    Raises:
        UsageError: If no optics have this name, or nobody is named.
    """
    if optics is None:
        if by is not None or micrometer is not None:
            raise UsageError("--by and --micrometer are stored with the scale; add --optics NAME")
        return None
    if by is None:
        raise UsageError("--optics stores the scale: say with --by who measured it")
    with open_records(config) as store:
        pixel_aspect = find_optics(store, optics).optics.pixel_aspect
    return _Keep(optics, by, micrometer or "", pixel_aspect)


def parse_percent(text: str) -> float:
    """Read "0.2%" as 0.002.

    Raises:
        UsageError: If it is no percentage from 0 to 5 %.
    """
    try:
        share = float(text.removesuffix("%")) / 100
    except ValueError:
        share = -1.0
    if not (text.endswith("%") and 0 <= share <= MOST_CERTIFICATE_U_REL):
        raise UsageError(
            f"--certificate-u {text}: give the standard uncertainty in percent, like 0.2%"
        )
    return share


def parse_aspect(text: str) -> float:
    """Read "16:15" or "1.0667" as width / height.

    Raises:
        UsageError: If it is no ratio between 1:3 and 3:1.
    """
    width, _, height = text.partition(":")
    try:
        aspect = float(width) / float(height or 1)
    except (ValueError, ZeroDivisionError):
        aspect = 0.0
    if not 1 / 3 <= aspect <= 3:
        raise UsageError(f"--pixel-aspect {text}: give width to height of a pixel, like 16:15")
    return aspect


def _check_there(files: Sequence[Path]) -> None:
    for file in files:
        if file.is_dir():
            raise UsageError(f"{file} is a folder: give pictures, or a video")
        if not file.is_file():
            raise UsageError(f"{file}: no such file")
    if len({file.resolve() for file in files}) < len(files):
        raise UsageError("a file is given twice; a repeat is a picture of its own")


def _check_files(files: Sequence[Path], json_file: Path | None, overlay: Path | None) -> None:
    """Refuse, before the work begins, what is not there and what could not be written."""
    _check_there(files)
    if json_file is not None and str(json_file) != "-":
        check_target(json_file)
    if overlay is None:
        return
    if overlay.suffix.lower() != ".png":
        raise UsageError(f"--overlay {overlay}: give the name of a file that ends in .png")
    check_apart(json_file, overlay)
    check_target(overlay)


def _show(found: Calibration, measured: MeasuredScale) -> None:
    scale = measured.scale
    table = Table(
        "axis", "µm/px", "u %", "reading %", "repeat %", "certificate %", "shape %", "lens %"
    )
    for at, (axis, value, u_rel) in enumerate(
        (
            ("x", scale.um_per_px_x, scale.u_rel_x),
            ("y", scale.um_per_px_y, scale.u_rel_y),
        )
    ):
        parts = (
            measured.u_rel_reading[at],
            measured.u_rel_repeat[at],
            measured.u_rel_certificate,
            measured.u_rel_shape[at],
            measured.u_rel_distortion,
        )
        shares = ["–" if one is None else f"{100 * one:.3f}" for one in (u_rel, *parts)]
        table.add_row(axis, f"{value:.5g}", *shares)
    data.print(table)
    for file in found.files:
        one = file.reading
        bent = mean_distortion([one])
        words = "unknown" if bent[0] is None else f"{bent[0]:+.2f} ± {bent[1]:.2f} %"
        rest = "" if file.specimen_from is None else f"; specimen from frame {file.specimen_from}"
        data.print(
            f"{file.path}: {one.divisions} divisions at {one.angle_deg:.2f}°, "
            f"{'dark' if one.dark_lines else 'light'} lines, distortion at the corner {words}{rest}"
        )
    lens = ", the lens's distortion left out" if measured.u_rel_distortion is None else ""
    data.print(f"u is the standard uncertainty (k = 1){lens}; pixels' shape {found.aspect}")
    if any(u_rel > 0 for u_rel in measured.u_rel_shape):
        data.print(
            "the shape is most of it: measure the other axis, too, with the slide turned by 90°, "
            "or give --pixel-aspect"
        )


def _write_overlay(target: Path, files: Sequence[MicrometerFile]) -> None:
    drawn = stack([draw_divisions(file.picture, file.reading) for file in files])
    done, content = cv2.imencode(".png", drawn)
    if not done:
        raise VideoError(f"{target} could not be written as a PNG")
    with writing(target) as part:
        part.write_bytes(content.tobytes())
    talk.print(f"wrote {target}")
