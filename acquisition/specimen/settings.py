"""What a simulated sample holds and how its picture is taken: plain, seeded values."""

import math
from dataclasses import dataclass
from enum import StrEnum

REFERENCE_FIELD_MM2 = 640 * 480 * 0.5**2 * 1e-6
"""Area of 640x480 px at 0.5 µm/px, the field in which cells are commonly thought of."""


class SwimGrade(StrEnum):
    """How a simulated cell swims; the letters are the WHO grades."""

    RAPID = "a"
    SLOW = "b"
    NON_PROGRESSIVE = "c"
    IMMOTILE = "d"


class Illumination(StrEnum):
    """How the specimen is lit."""

    PHASE_CONTRAST = "phase contrast"
    BRIGHT_FIELD = "bright field"


class SpecimenError(ValueError):
    """A specimen or picture that cannot be simulated; the text names the setting."""


@dataclass(frozen=True, slots=True)
class GradeMix:
    """Relative frequency of the four grades; the sum need not be 1.

    Raises:
        SpecimenError: If a weight is negative or all are zero.
    """

    a: float = 0.35
    b: float = 0.15
    c: float = 0.15
    d: float = 0.35

    def __post_init__(self) -> None:
        weights = (self.a, self.b, self.c, self.d)
        if not all(math.isfinite(w) and w >= 0 for w in weights) or sum(weights) <= 0:
            raise SpecimenError(f"the mix of grades {weights} must be positive weights")

    def shares(self) -> tuple[float, float, float, float]:
        """Return the four shares, which sum to 1."""
        total = self.a + self.b + self.c + self.d
        return self.a / total, self.b / total, self.c / total, self.d / total


@dataclass(frozen=True, slots=True)
class SpecimenSettings:
    """The sample on the slide.

    Attributes:
        seed: Two specimens of one seed and the same settings are the same.
        cells_per_mm2: Density of spermatozoa.
        mix: How they swim.
        drift_um_s: Flow of the whole fluid (x, y) in µm/s.
        debris_per_mm2: Density of dots, rings, clumps and bright specks.
        round_cells_per_mm2: Density of round cells.
        focus_spread_um: Standard deviation of the heights in the fluid, in µm.
        tailless_share: Share of heads without a visible tail among the debris.
        pinhead_share: Share of the cells that are tails with hardly a head. They swim like others
            and are no spermatozoa: people do not count them.
        wound_share: Share of the unmoving cells whose tail is wound round the head: they are round,
            and no tail is to be seen.
        extent_um: Side of the square of fluid, centred on the coverslip, after which it repeats.

    Raises:
        SpecimenError: If a value is outside what can be drawn.
    """

    seed: int = 0
    cells_per_mm2: float = 520.0
    mix: GradeMix = GradeMix()
    drift_um_s: tuple[float, float] = (0.0, 0.0)
    debris_per_mm2: float = 3000.0
    round_cells_per_mm2: float = 20.0
    focus_spread_um: float = 1.5
    tailless_share: float = 0.03
    pinhead_share: float = 0.0
    wound_share: float = 0.0
    extent_um: float = 14_000.0

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise SpecimenError(f"the seed is {self.seed}; it must be 0 or more")
        for name, low, high in (
            ("cells_per_mm2", 0, 5_000),
            ("debris_per_mm2", 0, 50_000),
            ("round_cells_per_mm2", 0, 1_000),
            ("focus_spread_um", 0, 10),
            ("tailless_share", 0, 1),
            ("pinhead_share", 0, 1),
            ("wound_share", 0, 1),
            ("extent_um", 800, 20_000),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise SpecimenError(f"{name} is {value:g}; it must lie between {low} and {high}")


@dataclass(frozen=True, slots=True)
class OpticsSettings:
    """The microscope and its light, as far as they show in the picture.

    Attributes:
        um_per_px_x: Width of a pixel in µm.
        um_per_px_y: Height of a pixel in µm.
        illumination: How the specimen is lit.
        background: Grey value of empty fluid at full light.
        unevenness: Relative fall of the light from one edge of the field to the other.
        texture: Standard deviation of every octave of the unmoving grain, in grey values.
        contrast: Strength of everything that is not background; 1 is ideal phase contrast.
        tail_contrast: Strength of the tails beside it.
        blur_px: Standard deviation of the blur of lens and compression.
        noise: Standard deviation of the noise that changes from frame to frame, in grey values.
        noise_hold_s: How long a lossy codec lets the noise stand; 0 for new noise in every frame.
        focus_um: Height of the focal plane above the middle of the fluid.
        dirt: Number of specks that stay with the optics.
        shake_um: Amplitude of the stage's vibration.
        shake_hz: Frequency of the stage's vibration.
        jpeg_quality: Quality (1 to 100) of a lossy codec between sensor and file; None for raw.
        interlace_s: How much later the odd rows are taken, as interlaced video woven into whole
            frames shows them; 0 for a progressive camera.
        seed: Seed of grain, noise, dirt and light.
    """

    um_per_px_x: float = 0.5
    um_per_px_y: float = 0.5
    illumination: Illumination = Illumination.PHASE_CONTRAST
    background: float = 92.0
    unevenness: float = 0.06
    texture: float = 0.9
    contrast: float = 0.9
    tail_contrast: float = 1.0
    blur_px: float = 0.5
    noise: float = 1.2
    noise_hold_s: float = 0.0
    focus_um: float = 0.0
    dirt: int = 5
    shake_um: float = 0.0
    shake_hz: float = 3.0
    jpeg_quality: int | None = None
    interlace_s: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.jpeg_quality is not None and not 1 <= self.jpeg_quality <= 100:
            raise SpecimenError(f"jpeg_quality is {self.jpeg_quality}; it must be 1 to 100")
        for name, low, high in (
            ("um_per_px_x", 0.1, 2.0),
            ("um_per_px_y", 0.1, 2.0),
            ("background", 1, 250),
            ("contrast", 0, 3),
            ("tail_contrast", 0, 3),
            ("blur_px", 0, 5),
            ("focus_um", -500, 500),
            ("unevenness", 0, 1),
            ("texture", 0, 30),
            ("noise", 0, 50),
            ("noise_hold_s", 0, 60),
            ("dirt", 0, 200),
            ("interlace_s", 0, 0.1),
            ("shake_um", 0, 20),
            ("shake_hz", 0, 100),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise SpecimenError(f"{name} is {value:g}; it must lie between {low} and {high}")
