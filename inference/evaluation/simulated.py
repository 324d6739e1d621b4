"""Simulated fields on which grading is measured, drawn over all that laboratories may show.

The ranges are the bench's own, and so are the seeds: neither is shared with training. Phase
contrast only, focused as a technician would focus it.
"""

from dataclasses import dataclass

import numpy as np

from acquisition.specimen import FieldView, GradeMix, OpticsSettings, Specimen, SpecimenSettings
from acquisition.specimen.recording import SimulatedRecording
from acquisition.specimen.settings import REFERENCE_FIELD_MM2
from calibration.scale import Scale

# A change of anything that is drawn here needs a new number: kept fields are refused by it.
SETTINGS_VERSION = 1
# Training draws its scenes from seeds (1, 0), (1, 1), ... and the like; these share none of them.
FIRST_SEED = 900_000
DURATION_S = 5.0
WIDTH_PX, HEIGHT_PX = 640, 480
EXTENT_UM = 1_600.0
RATES_HZ = (25.0, 30.0, 50.0, 60.0, 75.0, 100.0, 150.0)
CELLS = (5.0, 150.0)
# The simulator draws no denser sample; at 0.25 µm/px that is 96 cells a field.
MOST_CELLS_PER_MM2 = 5_000.0
# Small values of Dirichlet's parameter make nearly pure mixes, large ones even mixes.
MIX_EVENNESS = (0.25, 1.0, 3.0)
MOST_DRIFT_UM_S = 15.0
STILL_SHARE = 0.25
UM_PER_PX = (0.25, 0.8)
LOSSY_SHARE = 0.4
OBLONG_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """A sample, the microscope that looks at it, and the camera's frame rate."""

    seed: int
    specimen: SpecimenSettings
    optics: OpticsSettings
    frame_rate_hz: float

    @property
    def scale(self) -> Scale:
        """What a pixel is worth."""
        return Scale(self.optics.um_per_px_x, self.optics.um_per_px_y, "the simulated optics")

    def view(self) -> FieldView:
        """Return the field as the camera sees it."""
        return FieldView(Specimen(self.specimen), self.optics, WIDTH_PX, HEIGHT_PX)

    def record(self, view: FieldView, duration_s: float = DURATION_S) -> SimulatedRecording:
        """Return the recording of the field, at least three frames of it."""
        frames = max(3, round(duration_s * self.frame_rate_hz))
        return SimulatedRecording(view, frames, self.frame_rate_hz)


def plan_field(seed: int) -> FieldPlan:
    """Draw a field: 5 to 150 cells, any mix, drift, scale, frame rate, light, codec and debris."""
    rng = np.random.default_rng(seed)
    optics = _optics(rng, seed)
    field_mm2 = WIDTH_PX * HEIGHT_PX * optics.um_per_px_x * optics.um_per_px_y * 1e-6
    specimen = SpecimenSettings(
        seed=seed,
        cells_per_mm2=min(MOST_CELLS_PER_MM2, _log_uniform(rng, *CELLS) / field_mm2),
        mix=_mix(rng),
        drift_um_s=_drift(rng),
        debris_per_mm2=_log_uniform(rng, 10, 600) / REFERENCE_FIELD_MM2,
        round_cells_per_mm2=_log_uniform(rng, 0.2, 6) / REFERENCE_FIELD_MM2,
        focus_spread_um=_log_uniform(rng, 0.5, 5),
        tailless_share=float(rng.uniform(0, 0.03)),
        extent_um=EXTENT_UM,
    )
    return FieldPlan(seed, specimen, optics, float(rng.choice(RATES_HZ)))


def plan_dead(seed: int) -> FieldPlan:
    """Draw a sample in which nothing swims: 20 to 60 cells, drift to 5 µm/s, half of them shaken.

    The stage of every other seed vibrates by 0.5 to 4 µm at 1.5 to 12 Hz.
    """
    rng = np.random.default_rng((seed, 1))
    drift_um_s, direction = rng.uniform(0, 5), rng.uniform(0, 2 * np.pi)
    specimen = SpecimenSettings(
        seed=seed,
        cells_per_mm2=float(rng.uniform(20, 60)) / REFERENCE_FIELD_MM2,
        mix=GradeMix(0, 0, 0, 1),
        drift_um_s=(float(drift_um_s * np.cos(direction)), float(drift_um_s * np.sin(direction))),
        extent_um=EXTENT_UM,
    )
    scale = float(rng.uniform(0.4, 0.6))
    optics = OpticsSettings(
        um_per_px_x=scale,
        um_per_px_y=scale,
        shake_um=float(rng.uniform(0.5, 4)) if seed % 2 else 0.0,
        shake_hz=float(rng.uniform(1.5, 12)),
        seed=seed,
    )
    return FieldPlan(seed, specimen, optics, float(rng.choice(RATES_HZ[:5])))


def _optics(rng: np.random.Generator, seed: int) -> OpticsSettings:
    um_per_px = _log_uniform(rng, *UM_PER_PX)
    lossy = rng.random() < LOSSY_SHARE
    oblong = rng.uniform(0.95, 1.05) if rng.random() < OBLONG_SHARE else 1.0
    return OpticsSettings(
        um_per_px_x=um_per_px,
        um_per_px_y=um_per_px * float(oblong),
        background=float(rng.uniform(60, 140)),
        unevenness=float(rng.uniform(0, 0.2)),
        texture=float(rng.uniform(0, 1.5)),
        contrast=_log_uniform(rng, 0.5, 1.2),
        tail_contrast=_log_uniform(rng, 0.5, 1.4),
        blur_px=float(rng.uniform(0.2, 1.0)),
        noise=_log_uniform(rng, 0.3, 4),
        noise_hold_s=float(rng.uniform(0.1, 0.6)) if lossy else 0.0,
        focus_um=float(np.clip(rng.normal(0, 1), -2, 2)),
        dirt=int(rng.integers(0, 13)),
        jpeg_quality=int(rng.integers(60, 96)) if lossy else None,
        seed=seed,
    )


def _mix(rng: np.random.Generator) -> GradeMix:
    shares = rng.dirichlet(np.full(4, rng.choice(MIX_EVENNESS)))
    return GradeMix(*(float(share) for share in shares))


def _drift(rng: np.random.Generator) -> tuple[float, float]:
    speed_um_s = 0.0 if rng.random() < STILL_SHARE else rng.uniform(0, MOST_DRIFT_UM_S)
    direction = rng.uniform(0, 2 * np.pi)
    return float(speed_um_s * np.cos(direction)), float(speed_um_s * np.sin(direction))


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))
