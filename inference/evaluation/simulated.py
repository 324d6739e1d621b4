"""Grading held against the truth of simulated fields."""

from dataclasses import dataclass

import numpy as np

from acquisition.specimen import FieldView, GradeMix, OpticsSettings, Specimen, SpecimenSettings
from acquisition.specimen.recording import SimulatedRecording
from acquisition.specimen.settings import REFERENCE_FIELD_MM2
from calibration.scale import Scale
from inference.analysis import Models, analyse
from inference.counting import GradeCounts, shares

FRAME_RATE_HZ = 50.0
DURATION_S = 6.0
# Training draws its scenes from seeds (1, 0), (1, 1), ...; these share none of them.
FIRST_SEED = 900_000
EXTENT_UM = 1_600.0


@dataclass(frozen=True, slots=True)
class FieldComparison:
    """One simulated field: what was there and what was found, by grade."""

    seed: int
    truth: GradeCounts
    found: GradeCounts

    @property
    def percent_errors(self) -> tuple[float, float, float, float]:
        """Found minus true percentage of a, b, c, d, in points."""
        true, seen = shares([self.truth]), shares([self.found])
        errors = [(seen[g].percent or 0.0) - (true[g].percent or 0.0) for g in "abcd"]
        return errors[0], errors[1], errors[2], errors[3]

    @property
    def count_error(self) -> float:
        """Found minus true count, as a share of the true one."""
        return self.found.total / max(self.truth.total, 1) - 1


@dataclass(frozen=True, slots=True)
class Summary:
    """Errors over many fields.

    Attributes:
        mean_abs_points: Mean absolute error of each percentage, in points.
        bias_points: Mean error of each percentage, in points.
        mean_abs_count: Mean absolute error of the count, as a share.
        pooled_points: Error of each percentage of all fields together, in points.
        pooled_count: Error of the count of all fields together, as a share.
    """

    mean_abs_points: tuple[float, ...]
    bias_points: tuple[float, ...]
    mean_abs_count: float
    pooled_points: tuple[float, ...]
    pooled_count: float


def draw_field(seed: int) -> FieldView:
    """Draw a sample of 20 to 60 cells a field, any mix, drift up to 3 µm/s, at 0.4 to 0.6 µm/px."""
    rng = np.random.default_rng(seed)
    direction, drift = rng.uniform(0, 2 * np.pi), rng.uniform(0, 3)
    scale = float(rng.uniform(0.4, 0.6))
    specimen = SpecimenSettings(
        seed=seed,
        cells_per_mm2=float(rng.uniform(20, 60)) / REFERENCE_FIELD_MM2,
        mix=GradeMix(*(float(share) for share in rng.dirichlet([2, 1.5, 1.5, 2]))),
        drift_um_s=(drift * float(np.cos(direction)), drift * float(np.sin(direction))),
        extent_um=EXTENT_UM,
    )
    optics = OpticsSettings(um_per_px_x=scale, um_per_px_y=scale, seed=seed)
    return FieldView(Specimen(specimen), optics)


def compare_field(seed: int, models: Models) -> FieldComparison:
    """Record, analyse and compare one simulated field."""
    view = draw_field(seed)
    recording = SimulatedRecording(view, round(DURATION_S * FRAME_RATE_HZ), FRAME_RATE_HZ)
    scale = Scale(view.optics.um_per_px_x, view.optics.um_per_px_y, "the simulated optics")
    grades = [cell.grade.value for cell in recording.truth_at_start()]
    truth = GradeCounts(*(grades.count(grade) for grade in "abcd"))
    return FieldComparison(seed, truth, analyse(recording, scale, models).counted)


def summarise(fields: list[FieldComparison]) -> Summary:
    """Average the errors of many fields."""
    errors = np.array([field.percent_errors for field in fields])
    pooled = FieldComparison(
        0,
        sum((field.truth for field in fields), GradeCounts()),
        sum((field.found for field in fields), GradeCounts()),
    )
    return Summary(
        tuple(np.abs(errors).mean(axis=0).tolist()),
        tuple(errors.mean(axis=0).tolist()),
        float(np.mean([abs(field.count_error) for field in fields])),
        pooled.percent_errors,
        pooled.count_error,
    )
