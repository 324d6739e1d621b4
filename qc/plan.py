"""What an examination is asked to do, decided before the first field."""

from dataclasses import dataclass, field

from acquisition.camera import CameraSettings
from acquisition.heater import BODY_TEMPERATURE_C, DEFAULT_TOLERANCE_C
from calibration.profiles import CalibrationProfile
from calibration.scale import Scale
from qc.preparation import Preparation
from qc.replicates import NOMINAL_COUNT

MAX_DRIFT_UM_S = 10.0


class PlanError(ValueError):
    """A plan that no examination can follow; the text names the value."""


LARGEST_SEED = 2**63 - 1
"""What a database keeps in a column of whole numbers."""


@dataclass(frozen=True, slots=True)
class ExaminationPlan:
    """One examination of one sample.

    Attributes:
        sample: The laboratory's label of the sample.
        operator: Who examines.
        scale: What a pixel is worth at this microscope.
        calibration_sha256: Hash of the micrometer picture that the scale was measured on, None
            where the scale was entered by hand.
        seed: Seed of the field plan; replicate n uses it together with n.
        replicates: Preparations to count, 2 by WHO; 1 gives a result that nothing is held against.
        min_cells: Cells that end a replicate, once `min_fields` are counted too.
        min_fields: Fields that a replicate has at least.
        max_fields: Fields after which a replicate ends however few cells it has.
        max_attempts: Recordings of one field at most while the specimen drifts.
        max_drift_um_s: Drift past which a field is recorded again.
        temperature_c: Temperature of the stage that is waited for.
        temperature_tolerance_c: Largest distance from it at which a field is recorded.
        temperature_override: Why a field may be recorded at another temperature; None forbids it.
        settings: What the camera is asked for.
        profile: The stored calibration that gives the scale, None where it has none.
        preparation: When the sample was collected, and who says that the slide was warm.

    Raises:
        PlanError: If a value can lead to no result.
    """

    sample: str
    operator: str
    scale: Scale
    calibration_sha256: str | None = None
    seed: int = 0
    replicates: int = 2
    min_cells: int = NOMINAL_COUNT
    min_fields: int = 5
    max_fields: int = 40
    max_attempts: int = 3
    max_drift_um_s: float = MAX_DRIFT_UM_S
    temperature_c: float = BODY_TEMPERATURE_C
    temperature_tolerance_c: float = DEFAULT_TOLERANCE_C
    temperature_override: str | None = None
    settings: CameraSettings = field(default_factory=CameraSettings)
    profile: CalibrationProfile | None = None
    preparation: Preparation = field(default_factory=Preparation)

    def __post_init__(self) -> None:
        self._check_names()
        self._check_counts()
        if self.profile is not None and self.profile.named_scale != self.scale:
            raise PlanError(f"the scale is not that of calibration {self.profile.short_id}")
        if not 0 <= self.seed < 2**63:
            raise PlanError(f"the seed is {self.seed}; it must lie between 0 and 2^63 - 1")

    def _check_names(self) -> None:
        for name in ("sample", "operator"):
            if not getattr(self, name).strip():
                raise PlanError(f"the {name} has no name; give one")
        if self.temperature_override is not None and not self.temperature_override.strip():
            raise PlanError("recording at another temperature needs a reason")

    def _check_counts(self) -> None:
        if self.replicates not in (1, 2):
            raise PlanError(f"replicates is {self.replicates}; it must be 1 or 2")
        for name in ("min_cells", "min_fields", "max_attempts"):
            if getattr(self, name) < 1:
                raise PlanError(f"{name} is {getattr(self, name)}; it must be at least 1")
        if self.max_fields < self.min_fields:
            raise PlanError(f"max_fields is {self.max_fields}, fewer than {self.min_fields} fields")
