"""What a micrometer picture says, why one is refused, and the scale that readings amount to."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from calibration.axes import Axes
from calibration.comb import widen
from calibration.distortion import u_rel_over_picture
from calibration.scale import Scale, ScaleError

CERTIFICATE_U_REL = 0.002
"""Relative standard uncertainty of a stage micrometer whose certificate is not given."""

FILE_ASPECT_U_REL = (12 / 11 / (16 / 15) - 1) / math.sqrt(3)
"""Relative standard uncertainty of a pixel's shape that a file states, 1.3 %.

Of the same digitised video one program writes 16:15 and another 12:11 (8:9 and 10:11 for NTSC),
2.3 % apart: which is right is not known, so that the truth lies anywhere within that either way.
"""

SQUARE_U_REL = (1 - 8 / 9) / math.sqrt(6)
"""That of a pixel taken as square because nothing tells its shape, 4.5 %.

Square is the likeliest by far, and digitised 4:3 video goes from 8:9 to 12:11: a triangle over
those 11 % either way (JCGM 100:2008, 4.3.9). Wide-screen pixels would show heads a third longer.
"""

MAX_SCALE_U_REL = 0.01
"""Above this relative standard uncertainty two orientations do not tell x from y."""

MAX_DISAGREEMENT = 0.005
"""Readings of one set-up agree with their common scale within this share."""


class Refusal(StrEnum):
    """Why a picture is not measured."""

    NOT_A_PICTURE = "not a picture"
    EMPTY = "empty"
    SATURATED = "saturated"
    BLURRED = "blurred"
    NO_RULINGS = "no rulings"
    GRID = "grid"
    TOO_FEW = "too few divisions"
    TWO_PITCHES = "two pitches"
    UNEVEN = "uneven spacing"


class NotAMicrometerError(ValueError):
    """A picture that is no usable stage micrometer.

    Attributes:
        reason: The kind of refusal, for a program.
    """

    def __init__(self, reason: Refusal, text: str) -> None:
        super().__init__(f"no micrometer reading ({reason}): {text}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Rulings:
    """The located rulings, along the micrometer's axis from the centre of the picture.

    Attributes:
        numbers: Ruling numbers, shape (N,), rising; a missing ruling leaves a gap.
        positions_px: Sub-pixel places along the axis in px, shape (N,).
        residuals_px: Place minus the fitted place in px, shape (N,).
        extent_px: First and last place across the axis, in px, where the rulings were read.
    """

    numbers: NDArray[np.int64]
    positions_px: NDArray[np.float64]
    residuals_px: NDArray[np.float64]
    extent_px: tuple[float, float]


@dataclass(frozen=True, slots=True)
class MicrometerReading:
    """One picture's measurement, in px and apart from any certificate.

    Attributes:
        pitch_px: Distance between neighbouring rulings at right angles to them, in px.
        u_scatter_px: Part of the pitch's standard uncertainty that the rulings' scatter shows.
        u_method_px: Part of it that does not show there: the method's own error.
        angle_deg: Direction of the axis (normal to the rulings), x towards y (down), (-90, 90].
        u_angle_deg: Standard uncertainty of `angle_deg`.
        divisions: Whole divisions between the first and the last ruling used.
        division_um: Length of one division in µm, as declared.
        dark_lines: Whether the rulings are darker than their background.
        edge_px: Distance in px over which a ruling's edge rises; small is sharp.
        rulings: Every ruling used and how far it lies from its fitted place.
        u_repeat_px: Part of the pitch's standard uncertainty that repeated frames show.
        distortion_percent: Distortion at the picture's corner (see `calibration.distortion`), None
            where there are too few rulings.
        u_distortion_percent: Standard uncertainty of it.
    """

    pitch_px: float
    u_scatter_px: float
    u_method_px: float
    angle_deg: float
    u_angle_deg: float
    divisions: int
    division_um: float
    dark_lines: bool
    edge_px: float
    rulings: Rulings
    u_repeat_px: float = 0.0
    distortion_percent: float | None = None
    u_distortion_percent: float | None = None

    @property
    def um_per_px(self) -> float:
        """µm per px along the micrometer's axis."""
        return self.division_um / self.pitch_px

    @property
    def u_pitch_px(self) -> float:
        """Standard uncertainty of `pitch_px`, the certificate left out."""
        return math.hypot(self.u_scatter_px, self.u_method_px, self.u_repeat_px)

    @property
    def u_rel_reading(self) -> float:
        """Relative standard uncertainty of the pitch, the certificate left out."""
        return self.u_pitch_px / self.pitch_px

    def u_rel(self, certificate_u_rel: float = CERTIFICATE_U_REL) -> float:
        """Relative standard uncertainty of `um_per_px` with the micrometer's own."""
        return math.hypot(self.u_rel_reading, certificate_u_rel)


@dataclass(frozen=True, slots=True)
class MeasuredScale:
    """A scale and the parts of its uncertainty, each a relative standard uncertainty in (x, y).

    Attributes:
        scale: µm per px; its uncertainty holds all parts.
        u_rel_reading: Part of the single readings: scatter of the rulings, method, angle.
        u_rel_repeat: Part that only repeats show: the readings differ by more than they should.
        u_rel_certificate: Part of the micrometer, common to all readings.
        u_rel_shape: Part of a pixel's shape that was not measured, on the axis taken from it.
        u_rel_distortion: Part of the lens, as the scale differs from place to place; None where
            there are too few rulings to tell, and nothing of it is in the scale's uncertainty.
    """

    scale: Scale
    u_rel_reading: tuple[float, float]
    u_rel_repeat: tuple[float, float]
    u_rel_certificate: float
    u_rel_shape: tuple[float, float]
    u_rel_distortion: float | None


def scale_from_readings(
    readings: Sequence[MicrometerReading],
    *,
    pixel_aspect: float | None = 1.0,
    aspect_u_rel: float = 0.0,
    certificate_u_rel: float = CERTIFICATE_U_REL,
    source: str = "stage micrometer",
) -> Scale:
    """Combine readings into µm per px in x and y with their standard uncertainties.

    See `measured_scale`, which takes the same and names the parts of the uncertainty, too.
    """
    return measured_scale(
        readings,
        pixel_aspect=pixel_aspect,
        aspect_u_rel=aspect_u_rel,
        certificate_u_rel=certificate_u_rel,
        source=source,
    ).scale


def measured_scale(
    readings: Sequence[MicrometerReading],
    *,
    pixel_aspect: float | None = 1.0,
    aspect_u_rel: float = 0.0,
    certificate_u_rel: float = CERTIFICATE_U_REL,
    source: str = "stage micrometer",
) -> MeasuredScale:
    """Combine readings into a scale with every part of its uncertainty.

    A division of D µm whose normal lies at angle t repeats every 1/D in µm, so each reading of
    pitch P obeys (cos t / (P x))² + (sin t / (P y))² = 1/D², linear in 1/x² and 1/y². Where the
    readings differ by more than their uncertainties, a part common in size is added to each until
    they do not (R. C. Paule and J. Mandel, J. Res. NBS 87, 1982, 377-385).

    Args:
        readings: Readings of one optical set-up, of the same slide in one or more orientations.
        pixel_aspect: Known width / height of a pixel; None has x and y measured apart, which
            takes two orientations about 90 degrees apart.
        aspect_u_rel: Relative standard uncertainty of `pixel_aspect`.
        certificate_u_rel: Relative standard uncertainty of the micrometer, common to all readings.
        source: Where the scale comes from, for the record.

    Raises:
        ScaleError: If there is no reading, the orientations do not tell x from y, or readings
            differ by more than half a percent.
    """
    if not readings:
        raise ScaleError("no micrometer reading was given; measure the slide first")
    axes = _axes(readings, pixel_aspect)
    between = axes.between()
    solved = axes.solve(between)
    alone = axes.spread(solved, between, axes.u_reading)
    repeat = axes.spread(solved, between, np.hypot(between, axes.u_frames), u_angles=False)
    repeat *= widen(axes.free) if axes.free and between > 0 else 1.0
    shape = axes.by_shape(solved, between, aspect_u_rel)
    bent, _ = mean_distortion(readings)
    lens = None if bent is None else u_rel_over_picture(bent)
    common = math.hypot(certificate_u_rel, lens or 0.0)
    u_x, u_y = np.sqrt(alone**2 + repeat**2 + shape**2 + common**2)
    if not max(alone) <= MAX_SCALE_U_REL:
        raise ScaleError(
            "the readings do not tell x from y; turn the slide by about 90 degrees for the second"
        )
    gap = float(np.abs(axes.gaps(solved)).max())
    if gap > MAX_DISAGREEMENT:
        raise ScaleError(
            f"the readings differ from their common scale by {100 * gap:.2g} %; "
            "take all pictures with one set-up, in focus"
        )
    scale = Scale(float(solved[0]), float(solved[1]), source, float(u_x), float(u_y))
    (a_x, a_y), (r_x, r_y), (s_x, s_y) = alone.tolist(), repeat.tolist(), shape.tolist()
    return MeasuredScale(scale, (a_x, a_y), (r_x, r_y), certificate_u_rel, (s_x, s_y), lens)


def _axes(readings: Sequence[MicrometerReading], pixel_aspect: float | None) -> Axes:
    own = [math.hypot(r.u_scatter_px, r.u_method_px) / r.pitch_px for r in readings]
    return Axes(
        pitches=np.array([r.pitch_px for r in readings]),
        angles=np.radians([r.angle_deg for r in readings]),
        divisions_um=np.array([r.division_um for r in readings]),
        u_reading=np.array(own),
        u_frames=np.array([r.u_repeat_px / r.pitch_px for r in readings]),
        u_angles=np.radians([r.u_angle_deg for r in readings]),
        pixel_aspect=pixel_aspect,
    )


def reading_of_frames(readings: Sequence[MicrometerReading]) -> MicrometerReading:
    """Combine the readings of a clip's frames, in which the slide lies still, into one.

    What misleads one frame (light, grain, sampling) misleads them all, so the uncertainty of the
    mean is that of a single frame; how the frames scatter is added as the repeat's part.

    Args:
        readings: One or more.

    Raises:
        ScaleError: If the pitch changes by more than half a percent.
    """
    pitches = np.array([reading.pitch_px for reading in readings])
    mean = float(pitches.mean())
    if np.abs(pitches / mean - 1).max() > MAX_DISAGREEMENT:
        raise ScaleError("the rulings change from frame to frame; record the slide lying still")
    repeat = 0.0
    if len(readings) > 1:
        free = len(readings) - 1
        repeat = widen(free) * float(pitches.std(ddof=1)) / math.sqrt(len(readings))
    middle = min(readings, key=lambda reading: abs(reading.pitch_px - float(np.median(pitches))))
    return replace(middle, pitch_px=mean, u_repeat_px=repeat)


def mean_distortion(readings: Sequence[MicrometerReading]) -> tuple[float | None, float | None]:
    """Return the mean distortion of readings in percent, each by 1 / u², and its uncertainty."""
    known = [
        (one.distortion_percent, max(one.u_distortion_percent, 1e-6))
        for one in readings
        if one.distortion_percent is not None and one.u_distortion_percent is not None
    ]
    if not known:
        return None, None
    weight = sum(u**-2 for _, u in known)
    return sum(value * u**-2 for value, u in known) / weight, weight**-0.5
