"""A scale bound to its optics, from when to when it holds, and whether a repeat confirms it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from calibration.optics import CameraSetUp, NominalCheck, Optics, check_nominal
from calibration.scale import Scale

VALID_DAYS = 180
"""Two calibrations a year, unless the laboratory decides otherwise."""

MAX_REPEAT_GAP = 0.005
"""Two measurements of one set-up agree within this share."""


class ProfileError(ValueError):
    """A calibration that cannot be stored."""


class NotCalibratedError(Exception):
    """No stored scale can be used; the text says why and how to make one."""


class Origin(StrEnum):
    """How a scale came about."""

    MEASURED = "measured"
    ENTERED = "entered by hand"
    VIDEO = "read from the video's own micrometer"


@dataclass(frozen=True, slots=True)
class CalibrationProfile:
    """A calibration as it is kept: never edited, only superseded.

    Attributes:
        name: The laboratory's name for the optics, such as "40x-basler".
        scale: µm per px with its uncertainty; its source says on what or from where.
        optics: The set-up that the scale belongs to.
        measured_at: When it was measured, in UTC.
        by: Who measured or entered it.
        valid_days: Days for which it holds.
        origin: How the scale came about.
        micrometer: Name or serial of the stage micrometer, empty where unknown.
        picture_sha256: Hash of the micrometer pictures, None where there are none.
        profile_id: Its key.

    Raises:
        ProfileError: If the time is not in UTC, a name is missing, or it is valid for no time.
    """

    name: str
    scale: Scale
    optics: Optics
    measured_at: datetime
    by: str
    valid_days: int = VALID_DAYS
    origin: Origin = Origin.MEASURED
    micrometer: str = ""
    picture_sha256: str | None = None
    profile_id: UUID = field(default_factory=uuid4)

    def __post_init__(self) -> None:
        check_name(self.name)
        if self.measured_at.utcoffset() != timedelta(0):
            raise ProfileError(f"the time {self.measured_at} of the calibration is not in UTC")
        if not self.by.strip():
            raise ProfileError("nobody is named for the calibration; give the operator")
        if not self.scale.source.strip():
            raise ProfileError("the scale has no source; say where it comes from")
        if not 1 <= self.valid_days <= 36_500:
            raise ProfileError(f"a calibration cannot be valid for {self.valid_days} days")

    @property
    def short_id(self) -> str:
        """The beginning of its key, for people."""
        return str(self.profile_id)[:8]

    @property
    def valid_until(self) -> datetime:
        """The first instant, in UTC, at which the calibration no longer holds."""
        return (self.measured_at + timedelta(days=self.valid_days)).astimezone(UTC)

    def is_valid(self, at: datetime) -> bool:
        """Whether the calibration holds at an instant that knows its time zone."""
        return self.measured_at <= at < self.valid_until

    @property
    def named_scale(self) -> Scale:
        """The scale with a source that names this calibration, who made it and when."""
        source = (
            f"{self.name}: {self.origin.value} {self.measured_at:%Y-%m-%d} by {self.by}, "
            f"{self.scale.source}; calibration {self.short_id}"
        )
        return replace(self.scale, source=source)


def check_name(name: str) -> None:
    """Refuse a name that nobody could type or see.

    Raises:
        ProfileError: If it is empty, begins or ends with a space, or holds a line break.
    """
    if not name.strip() or name != name.strip() or not name.isprintable():
        raise ProfileError(f"the optics cannot be called {name!r}; give a name like 40x-basler")


@dataclass(frozen=True, slots=True)
class RepeatCheck:
    """A repeated calibration beside the one it repeats, as repeat / first - 1 in x and y."""

    gap_x: float
    gap_y: float

    @property
    def agrees(self) -> bool:
        """Whether both axes agree within 0.5 %."""
        return max(abs(self.gap_x), abs(self.gap_y)) <= MAX_REPEAT_GAP

    @property
    def text(self) -> str:
        """One line for the technician."""
        gaps = f"{100 * self.gap_x:+.2f} % in x and {100 * self.gap_y:+.2f} % in y"
        if self.agrees:
            return f"the scale lies {gaps} from the one before"
        return (
            f"the scale lies {gaps} from the one before, more than "
            f"{100 * MAX_REPEAT_GAP:g} %; focus again and measure once more"
        )


def check_repeat(first: Scale, repeat: Scale) -> RepeatCheck:
    """Compare two measurements of one set-up."""
    return RepeatCheck(
        repeat.um_per_px_x / first.um_per_px_x - 1, repeat.um_per_px_y / first.um_per_px_y - 1
    )


@dataclass(frozen=True, slots=True)
class CalibrationChecks:
    """A scale held against what its optics promise and against the scale before it.

    Attributes:
        nominal: Against pixel pitch x binning / magnification.
        repeat: Against the scale before, None where it is the first.
    """

    nominal: NominalCheck
    repeat: RepeatCheck | None

    @property
    def lines(self) -> tuple[str, ...]:
        """One line for each check."""
        return tuple(check.text for check in (self.nominal, self.repeat) if check)

    @property
    def warnings(self) -> tuple[str, ...]:
        """One line for each check that does not agree."""
        return tuple(c.text for c in (self.nominal, self.repeat) if c and not c.agrees)


@dataclass(frozen=True, slots=True)
class OpticsHistory:
    """Named optics and every calibration that was made of them.

    Attributes:
        name: The laboratory's name for them.
        optics: What they are.
        profiles: Their calibrations in the order of measuring; the last is in force.
    """

    name: str
    optics: Optics
    profiles: tuple[CalibrationProfile, ...] = ()

    def newest(self, at: datetime) -> CalibrationProfile | None:
        """The last calibration that was measured up to an instant, valid or not."""
        return next((p for p in reversed(self.profiles) if p.measured_at <= at), None)

    def in_force(self, at: datetime, camera: CameraSetUp | None = None) -> CalibrationProfile:
        """The calibration that gives the scale at an instant.

        Args:
            at: When the picture was recorded, with its time zone.
            camera: The camera that took it, None where that is not known.

        Raises:
            NotCalibratedError: If there is none, it has expired, or the camera is another.
        """
        conflict = self.optics.conflict(camera) if camera else ""
        if conflict:
            raise NotCalibratedError(
                f"{self.name} has {conflict}; other optics need a name and a scale of their own: "
                "motiscope optics add"
            )
        profile = self.newest(at)
        if profile is None:
            raise NotCalibratedError(f"{self.name} has no scale {self._before(at)}; {self._make}")
        if not profile.is_valid(at):
            raise NotCalibratedError(
                f"the scale of {self.name}, {profile.origin.value} on "
                f"{profile.measured_at:%Y-%m-%d} by {profile.by}, expired on "
                f"{profile.valid_until:%Y-%m-%d}; to renew it, {self._make}"
            )
        return profile

    def checks(self, scale: Scale, at: datetime) -> CalibrationChecks:
        """Hold a new scale, measured at an instant, against the optics and the scale before."""
        before = self.newest(at)
        repeat = check_repeat(before.scale, scale) if before else None
        return CalibrationChecks(check_nominal(scale, self.optics), repeat)

    def _before(self, at: datetime) -> str:
        if not self.profiles:
            return "yet"
        first = self.profiles[0].measured_at
        return f"for {at:%Y-%m-%d}, it was first measured on {first:%Y-%m-%d}"

    @property
    def _make(self) -> str:
        return (
            f"measure the stage micrometer (motiscope calibrate FILE --optics {self.name}, "
            f"or f2 in motiscope) or enter it (motiscope optics enter {self.name})"
        )
