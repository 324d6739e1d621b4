"""The micrometer pictures of one set-up: measured one by one, and combined to a scale."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from acquisition.micrometer_file import MicrometerFile, read_micrometer
from acquisition.video import VideoError
from calibration.readings import (
    FILE_ASPECT_U_REL,
    SQUARE_U_REL,
    MeasuredScale,
    MicrometerReading,
    NotAMicrometerError,
    measured_scale,
)
from calibration.scale import ScaleError


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not measured, and why."""

    path: Path
    why: str


@dataclass(frozen=True, slots=True)
class _Shape:
    """The shape of a pixel.

    Attributes:
        aspect: Width / height, None where it is measured.
        origin: Where it comes from, as `Calibration.aspect` has it.
        u_rel: Relative standard uncertainty.
    """

    aspect: float | None
    origin: str
    u_rel: float = 0.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the files of one set-up amount to.

    Attributes:
        files: The files that were measured.
        refused: Those that were not.
        measured: The scale, None where it was refused.
        aspect: Where the shape of a pixel comes from: "given", "measured", "by the file", "by the
            optics" or "taken as square".
        reasons: Why there is no scale, one sentence each; empty where there is one.
    """

    files: tuple[MicrometerFile, ...]
    refused: tuple[Refused, ...]
    measured: MeasuredScale | None
    aspect: str
    reasons: tuple[str, ...]

    @property
    def accepted(self) -> bool:
        """Whether every file was measured and they agree on a scale."""
        return self.measured is not None


def calibrate_files(
    paths: Sequence[Path],
    division_um: float,
    certificate_u_rel: float,
    pixel_aspect: float | None,
    optics_aspect: float | None = None,
) -> Calibration:
    """Measure every file and combine what they say.

    Args:
        paths: Pictures and videos of one micrometer and one set-up.
        division_um: Length of the finest division.
        certificate_u_rel: Relative standard uncertainty of the micrometer.
        pixel_aspect: Width / height of a pixel, None where it is unknown.
        optics_aspect: That of the optics, for what neither the pictures nor the file tell; None
            where there are none. A file goes first: the pixels of a DVD are not the sensor's.
    """
    files: list[MicrometerFile] = []
    refused: list[Refused] = []
    for path in paths:
        try:
            files.append(read_micrometer(path, division_um))
        except (NotAMicrometerError, ScaleError) as refusal:
            refused.append(Refused(path, f"{path}: {refusal}"))
        except VideoError as error:
            refused.append(Refused(path, str(error)))
    reasons = [one.why for one in refused]
    if not refused:
        reasons = _not_one_setup(files)
    measured, origin = None, ""
    if not reasons:
        shape = _shape(files, pixel_aspect, optics_aspect)
        try:
            measured, origin = _combine(files, certificate_u_rel, shape), shape.origin
        except ScaleError as error:
            reasons = [f"{', '.join(map(str, paths))}: {error}"]
    return Calibration(tuple(files), tuple(refused), measured, origin, tuple(reasons))


def _not_one_setup(files: Sequence[MicrometerFile]) -> list[str]:
    first = files[0]
    shape = first.picture.shape[:2]
    other = next((one for one in files if one.picture.shape[:2] != shape), None)
    if other is not None:
        return [f"{other.path}: another size than {first.path}; give files of one set-up"]
    if len({file.sha256 for file in files}) < len(files):
        return [f"{files[-1].path}: two files hold the same picture; take one anew for a repeat"]
    return []


def _combine(
    files: Sequence[MicrometerFile], certificate_u_rel: float, shape: _Shape
) -> MeasuredScale:
    readings = [file.reading for file in files]
    source = f"stage micrometer, {len(readings)} picture{'s' * (len(readings) > 1)}"
    return measured_scale(
        readings,
        pixel_aspect=shape.aspect,
        aspect_u_rel=shape.u_rel,
        certificate_u_rel=certificate_u_rel,
        source=source,
    )


def _shape(files: Sequence[MicrometerFile], given: float | None, of_optics: float | None) -> _Shape:
    """Tell the shape of a pixel from what is best known of it."""
    stated = {file.pixel_aspect for file in files}
    if given is not None:
        return _Shape(given, "given")
    if _in_two_orientations([file.reading for file in files]):
        return _Shape(None, "measured")
    if len(stated) == 1 and None not in stated:
        return _Shape(stated.pop(), "by the file", FILE_ASPECT_U_REL)
    if of_optics is not None:
        return _Shape(of_optics, "by the optics")
    return _Shape(1.0, "taken as square", SQUARE_U_REL)


def _in_two_orientations(readings: Sequence[MicrometerReading]) -> bool:
    """Whether the readings tell x from y: some along one, some along the other, within 30°."""
    from_x = [abs(reading.angle_deg) for reading in readings]
    return min(from_x) <= 30 and max(from_x) >= 60
