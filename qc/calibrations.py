"""Making a calibration of named optics: held against what is known of them, then stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from calibration.optics import Optics
from calibration.profiles import (
    VALID_DAYS,
    CalibrationChecks,
    CalibrationProfile,
    OpticsHistory,
    Origin,
)
from calibration.scale import Scale
from qc.records.values import utc_now


@dataclass(frozen=True, slots=True)
class Measurement:
    """A scale that is to become a calibration.

    Attributes:
        scale: µm per px; its source says on what it was measured or where it was read.
        by: Who measured or entered it.
        origin: How it came about.
        micrometer: Name or serial of the stage micrometer, empty where unknown.
        picture_sha256: Hash of the micrometer pictures, None where there are none.
        valid_days: Days for which it holds.
        measured_at: When it was measured, in UTC; None for now.
    """

    scale: Scale
    by: str
    origin: Origin = Origin.MEASURED
    micrometer: str = ""
    picture_sha256: str | None = None
    valid_days: int = VALID_DAYS
    measured_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A calibration that can be stored, and what to think of it.

    Attributes:
        profile: The calibration.
        checks: Against the nominal optics, and against the scale before it.
    """

    profile: CalibrationProfile
    checks: CalibrationChecks


class CalibrationStore(Protocol):
    """The part of the records that a calibration needs."""

    def optics_named(self, name: str) -> OpticsHistory:
        """Return optics with their calibrations."""
        ...

    def add_profile(self, profile: CalibrationProfile) -> None:
        """Store a calibration, with its optics where their name is new."""
        ...


def prepare(history: OpticsHistory, made: Measurement) -> Prepared:
    """Bind a scale to its optics and check it; nothing is stored.

    Raises:
        ProfileError: If it cannot be kept.
    """
    at = made.measured_at or utc_now()
    profile = CalibrationProfile(
        name=history.name,
        scale=made.scale,
        optics=history.optics,
        measured_at=at,
        by=made.by.strip(),
        valid_days=made.valid_days,
        origin=made.origin,
        micrometer=made.micrometer,
        picture_sha256=made.picture_sha256,
    )
    return Prepared(profile, history.checks(made.scale, at))


def store_calibration(
    store: CalibrationStore, name: str, made: Measurement, optics: Optics | None = None
) -> Prepared:
    """Store a scale under the name of its optics; from then on it is the one in force.

    Args:
        store: The records.
        name: The laboratory's name for the optics.
        made: The scale and where it comes from.
        optics: What the optics are, where their name is new; None where they are known.

    Returns:
        The calibration as it is stored; a check that does not agree is a warning, not an error.

    Raises:
        ProfileError: If it cannot be kept, or the name belongs to other optics.
        StoreError: If optics of this name are not known, or it cannot be stored.
    """
    history = OpticsHistory(name, optics) if optics else store.optics_named(name)
    prepared = prepare(history, made)
    store.add_profile(prepared.profile)
    return prepared
