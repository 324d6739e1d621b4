"""What a micrometer picture says, why one is refused, and the scale that readings amount to."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from calibration.scale import Scale, ScaleError

CERTIFICATE_U_REL = 0.002
"""Relative standard uncertainty of a stage micrometer whose certificate is not given."""

MAX_SCALE_U_REL = 0.01
"""Above this relative standard uncertainty two orientations do not tell x from y."""


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

    @property
    def um_per_px(self) -> float:
        """µm per px along the micrometer's axis."""
        return self.division_um / self.pitch_px

    @property
    def u_pitch_px(self) -> float:
        """Standard uncertainty of `pitch_px`, the certificate left out."""
        return math.hypot(self.u_scatter_px, self.u_method_px)

    @property
    def u_rel_reading(self) -> float:
        """Relative standard uncertainty of the pitch, the certificate left out."""
        return self.u_pitch_px / self.pitch_px

    def u_rel(self, certificate_u_rel: float = CERTIFICATE_U_REL) -> float:
        """Relative standard uncertainty of `um_per_px` with the micrometer's own."""
        return math.hypot(self.u_rel_reading, certificate_u_rel)


def scale_from_readings(
    readings: Sequence[MicrometerReading],
    *,
    pixel_aspect: float | None = 1.0,
    certificate_u_rel: float = CERTIFICATE_U_REL,
    source: str = "stage micrometer",
) -> Scale:
    """Combine readings into µm per px in x and y with their standard uncertainties.

    A division of D µm whose normal lies at angle t repeats every 1/D in µm, so each reading of
    pitch P obeys (cos t / (P x))² + (sin t / (P y))² = 1/D², linear in 1/x² and 1/y².

    Args:
        readings: Readings of one optical set-up, of the same slide in one or more orientations.
        pixel_aspect: Known width / height of a pixel; None has x and y measured apart, which
            takes two orientations about 90 degrees apart.
        certificate_u_rel: Relative standard uncertainty of the micrometer, common to all readings.
        source: Where the scale comes from, for the record.

    Raises:
        ScaleError: If there is no reading, or the orientations do not tell x from y.
    """
    if not readings:
        raise ScaleError("no micrometer reading was given; measure the slide first")
    pitches = np.array([r.pitch_px for r in readings])
    angles = np.radians([r.angle_deg for r in readings])
    divisions = np.array([r.division_um for r in readings])
    weights = 1 / np.maximum([r.u_rel_reading for r in readings], 1e-6)
    solved = _solve_axes(pitches, angles, divisions, weights, pixel_aspect)
    variance = np.full(2, certificate_u_rel**2)
    for i, reading in enumerate(readings):
        for pitch, angle in (
            (_plus(pitches, i, reading.u_pitch_px), angles),
            (pitches, _plus(angles, i, math.radians(reading.u_angle_deg))),
        ):
            changed = _solve_axes(pitch, angle, divisions, weights, pixel_aspect)
            variance += (changed / solved - 1) ** 2
    u_x, u_y = np.sqrt(variance)
    if not max(u_x, u_y) <= math.hypot(MAX_SCALE_U_REL, certificate_u_rel):
        raise ScaleError(
            "the readings do not tell x from y; turn the slide by about 90 degrees for the second"
        )
    return Scale(float(solved[0]), float(solved[1]), source, float(u_x), float(u_y))


def _solve_axes(
    pitches: NDArray[np.float64],
    angles: NDArray[np.float64],
    divisions: NDArray[np.float64],
    weights: NDArray[np.float64],
    pixel_aspect: float | None,
) -> NDArray[np.float64]:
    """µm per px in x and y, NaN where the readings cannot say."""
    relative = divisions / pitches
    terms = np.stack([np.cos(angles), np.sin(angles)], axis=1) ** 2 * (relative**2)[:, None]
    if pixel_aspect is not None:
        terms = terms @ np.array([[1.0], [pixel_aspect**2]])
    solution, _, rank, _ = np.linalg.lstsq(terms * weights[:, None], weights, rcond=1e-6)
    if rank < terms.shape[1] or np.any(solution <= 0):
        return np.full(2, np.nan)
    if pixel_aspect is None:
        return np.asarray(solution**-0.5, np.float64)
    x = float(solution[0]) ** -0.5
    return np.array([x, x / pixel_aspect])


def _plus(values: NDArray[np.float64], index: int, change: float) -> NDArray[np.float64]:
    changed = values.copy()
    changed[index] += change
    return changed
