"""A scale bound to its optics, from when to when it holds, and whether a repeat confirms it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from calibration.optics import Optics
from calibration.scale import Scale

VALID_DAYS = 180
"""Two calibrations a year, unless the laboratory decides otherwise."""

MAX_REPEAT_GAP = 0.005
"""Two measurements of one set-up agree within this share."""


class ProfileError(ValueError):
    """A calibration that cannot be stored, or cannot be used for a clip."""


class Origin(StrEnum):
    """How a scale came about."""

    MEASURED = "measured"
    ENTERED = "entered by hand"
    VIDEO = "read from the video's own micrometer"


@dataclass(frozen=True, slots=True)
class CalibrationProfile:
    """A calibration as it is kept: never edited, only superseded.

    Attributes:
        scale: µm per px with its uncertainty.
        optics: The set-up that the scale belongs to.
        measured_at: When it was measured, in UTC.
        by: Who measured or entered it.
        valid_days: Days for which it holds.
        origin: How the scale came about.
        micrometer: Name or serial of the stage micrometer, empty where unknown.

    Raises:
        ProfileError: If the time is not in UTC, nobody is named, or it is valid for no time.
    """

    scale: Scale
    optics: Optics
    measured_at: datetime
    by: str
    valid_days: int = VALID_DAYS
    origin: Origin = Origin.MEASURED
    micrometer: str = ""

    def __post_init__(self) -> None:
        if self.measured_at.utcoffset() != timedelta(0):
            raise ProfileError(f"the time {self.measured_at} of the calibration is not in UTC")
        if not self.by.strip():
            raise ProfileError("nobody is named for the calibration; give the operator")
        if self.valid_days < 1:
            raise ProfileError(f"a calibration cannot be valid for {self.valid_days} days")

    @property
    def valid_until(self) -> datetime:
        """The first instant, in UTC, at which the calibration no longer holds."""
        return (self.measured_at + timedelta(days=self.valid_days)).astimezone(UTC)

    def is_valid(self, at: datetime) -> bool:
        """Whether the calibration holds at an instant that knows its time zone."""
        return self.measured_at <= at < self.valid_until

    def scale_for(self, optics: Optics, at: datetime) -> Scale:
        """The scale for a clip.

        Raises:
            ProfileError: If the optics are others or the calibration does not hold at that time.
        """
        if optics != self.optics:
            raise ProfileError(
                f"the calibration belongs to {self.optics}, not to {optics}; "
                "measure the micrometer with the optics in use"
            )
        if not self.is_valid(at):
            raise ProfileError(
                f"the calibration holds from {self.measured_at:%Y-%m-%d} to "
                f"{self.valid_until:%Y-%m-%d}, not on {at:%Y-%m-%d}; measure the micrometer again"
            )
        return self.scale


@dataclass(frozen=True, slots=True)
class RepeatCheck:
    """A repeated calibration beside the one it repeats, as repeat / first - 1 in x and y."""

    gap_x: float
    gap_y: float

    @property
    def agrees(self) -> bool:
        """Whether both axes agree within 0.5 %."""
        return max(abs(self.gap_x), abs(self.gap_y)) <= MAX_REPEAT_GAP


def check_repeat(first: Scale, repeat: Scale) -> RepeatCheck:
    """Compare two measurements of one set-up."""
    return RepeatCheck(
        repeat.um_per_px_x / first.um_per_px_x - 1, repeat.um_per_px_y / first.um_per_px_y - 1
    )
