"""Random samples and microscopes, as varied as laboratories are, to train and test on."""

from dataclasses import dataclass

import numpy as np

from acquisition.specimen.settings import (
    REFERENCE_FIELD_MM2,
    GradeMix,
    Illumination,
    OpticsSettings,
    SpecimenSettings,
)

TRAINING_EXTENT_UM = 1_600.0
BRIGHT_FIELD_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Scene:
    """A sample and the microscope that looks at it."""

    specimen: SpecimenSettings
    optics: OpticsSettings


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def random_optics(rng: np.random.Generator) -> OpticsSettings:
    """Draw a microscope: scale 0.2 to 0.8 µm/px, light, contrast, focus, noise, codec."""
    scale = _log_uniform(rng, 0.2, 0.8)
    lossy = rng.random() < 0.4
    bright = rng.random() < BRIGHT_FIELD_SHARE
    interlaced = rng.random() < (0.3 if bright else 0.06)
    return OpticsSettings(
        um_per_px_x=scale,
        um_per_px_y=scale * float(rng.choice([1.0, 1.0, rng.uniform(0.93, 1.08)])),
        illumination=Illumination.BRIGHT_FIELD if bright else Illumination.PHASE_CONTRAST,
        background=float(rng.uniform(90, 200) if bright else rng.uniform(50, 140)),
        unevenness=float(rng.uniform(0, 0.25)),
        texture=float(rng.uniform(0, 1.8)),
        contrast=_log_uniform(rng, 0.35, 1.2),
        tail_contrast=_log_uniform(rng, 0.15, 0.8) if bright else _log_uniform(rng, 0.4, 1.4),
        blur_px=float(rng.uniform(0.2, 1.2)),
        noise=_log_uniform(rng, 0.3, 5),
        noise_hold_s=float(rng.uniform(0.1, 1.0)) if lossy else 0.0,
        focus_um=float(rng.normal(0, 2.5)),
        dirt=int(rng.integers(0, 16)),
        jpeg_quality=int(rng.integers(45, 96)) if lossy else None,
        interlace_s=float(rng.choice([1 / 50, 1 / 60])) if interlaced else 0.0,
        seed=int(rng.integers(2**31)),
    )


def random_specimen(
    rng: np.random.Generator, extent_um: float = TRAINING_EXTENT_UM
) -> SpecimenSettings:
    """Draw a sample: 3 to 380 cells in a reference field, any mix, little or much debris.

    Args:
        rng: Source of chance.
        extent_um: Side of the sample; a small one is made in a millisecond.
    """
    mix = rng.dirichlet([1.2, 1.0, 1.0, 1.2]) + 0.01
    speed_um_s = float(rng.choice([0.0, _log_uniform(rng, 0.1, 5), rng.uniform(0, 20)]))
    direction = float(rng.uniform(0, 2 * np.pi))
    return SpecimenSettings(
        seed=int(rng.integers(2**31)),
        cells_per_mm2=_log_uniform(rng, 3, 380) / REFERENCE_FIELD_MM2,
        mix=GradeMix(*(float(share) for share in mix)),
        drift_um_s=(speed_um_s * float(np.cos(direction)), speed_um_s * float(np.sin(direction))),
        debris_per_mm2=_log_uniform(rng, 10, 900) / REFERENCE_FIELD_MM2,
        round_cells_per_mm2=_log_uniform(rng, 0.2, 8) / REFERENCE_FIELD_MM2,
        focus_spread_um=_log_uniform(rng, 0.5, 7),
        tailless_share=float(rng.uniform(0, 0.2)),
        extent_um=extent_um,
    )


def random_settings(rng: np.random.Generator) -> Scene:
    """Draw a sample and a microscope independently of each other."""
    return Scene(random_specimen(rng), random_optics(rng))
