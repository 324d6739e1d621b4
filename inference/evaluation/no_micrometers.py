"""Pictures that are no usable micrometer, drawn to be refused, and which reasons are right.

What passes for one in a laboratory: cells, the net of a counting chamber, a scratched slide, an
empty one, two scales at once, a micrometer that is out of focus, overexposed or too large.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.specimen import FieldView, OpticsSettings, Specimen, SpecimenSettings
from acquisition.specimen.micrometer import MicrometerSettings, line_coverage
from calibration.readings import Refusal
from inference.evaluation.drawn_micrometers import expose

FIRST_SEED = 720_000
"""Figures are reported on the seeds from here on."""

TUNING_SEED = 700_000
"""What is refused was settled on 200 seeds from here on."""

WIDTH_PX, HEIGHT_PX = 640, 480
LINE_UM = 2.0
PITCH_UM = 10.0
OTHER_PITCHES = (0.63, 0.75, 1.3, 1.44, 1.7)
UM_PER_PX = (0.15, 1.2)

Floats = NDArray[np.float64]
Lines = NDArray[np.float32]


class Kind(StrEnum):
    """What a picture shows instead of a micrometer."""

    CELLS = "cells"
    GRID = "grid"
    FENCE = "fence of random spacing"
    NOISE = "noise"
    BLANK = "blank"
    TWO_PITCHES = "two pitches"
    DEFOCUSED = "out of focus beyond use"
    SATURATED = "saturated"
    TOO_FEW = "too few divisions"


RIGHT = {
    Kind.CELLS: {Refusal.NO_RULINGS},
    Kind.GRID: {Refusal.GRID},
    Kind.FENCE: {Refusal.UNEVEN, Refusal.NO_RULINGS, Refusal.TOO_FEW, Refusal.TWO_PITCHES},
    Kind.NOISE: {Refusal.NO_RULINGS},
    Kind.BLANK: {Refusal.NO_RULINGS, Refusal.EMPTY},
    Kind.TWO_PITCHES: {Refusal.TWO_PITCHES, Refusal.UNEVEN, Refusal.TOO_FEW},
    Kind.DEFOCUSED: {Refusal.BLURRED, Refusal.NO_RULINGS, Refusal.TOO_FEW},
    Kind.SATURATED: {Refusal.SATURATED},
    Kind.TOO_FEW: {Refusal.TOO_FEW, Refusal.NO_RULINGS},
}
"""The reasons that tell a technician what is wrong, by what the picture shows."""


@dataclass(frozen=True, slots=True)
class NoMicrometer:
    """A picture to be refused.

    Attributes:
        seed: What it was drawn from.
        kind: What it shows.
        picture: It, shape (480, 640).
    """

    seed: int
    kind: Kind
    picture: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every kind draws with: its random numbers, and every pixel's place on a turned slide."""

    rng: np.random.Generator
    optics: OpticsSettings
    angle: float
    along_um: Floats
    across_um: Floats

    def lit(self, lines: Lines, *, blur_px: float | None = None) -> NDArray[np.uint8]:
        """The picture of lines of some contrast, blurred as the optics or a lack of focus do."""
        blur = self.rng.uniform(0.3, 1.5) if blur_px is None else blur_px
        dark, depth = bool(self.rng.random() < 0.5), float(self.rng.uniform(0.3, 0.9))
        slide = MicrometerSettings(dark_lines=dark, depth=depth)
        return expose(np.asarray(cv2.GaussianBlur(lines, (0, 0), blur)), slide, self.optics)

    def bars(self, at_um: Floats, places_um: Floats) -> Lines:
        """Lines at places, across the coordinate that is given for every pixel."""
        middles = (places_um[1:] + places_um[:-1]) / 2
        away = np.abs(at_um - places_um[np.searchsorted(middles, at_um)])
        soft = (LINE_UM / 2 - away) / self.optics.um_per_px_x + 0.5
        return np.asarray(np.clip(soft, 0, 1), np.float32)

    def every(self, pitch_um: float) -> Floats:
        """Places of lines of one pitch all over the field."""
        reach = float(np.abs(self.along_um).max() + np.abs(self.across_um).max())
        return np.arange(-reach, reach, pitch_um) + float(self.rng.uniform(0, pitch_um))


def draw_no_micrometer(seed: int) -> NoMicrometer:
    """Draw a picture to be refused; nine seeds in a row show the nine kinds."""
    kind = list(Kind)[seed % len(Kind)]
    desk = _desk(seed)
    return NoMicrometer(seed, kind, _DRAW[kind](desk))


def _desk(seed: int) -> _Desk:
    rng = np.random.default_rng((seed, 2))
    um_per_px = float(np.exp(rng.uniform(*np.log(UM_PER_PX))))
    optics = OpticsSettings(
        um_per_px_x=um_per_px,
        um_per_px_y=um_per_px,
        background=float(rng.uniform(60, 180)),
        unevenness=float(rng.uniform(0, 0.4)),
        texture=float(rng.uniform(0, 1.5)),
        noise=float(rng.uniform(0.5, 8)),
        seed=seed,
    )
    angle = float(rng.uniform(-np.pi / 2, np.pi / 2))
    y, x = np.mgrid[:HEIGHT_PX, :WIDTH_PX] * um_per_px
    x, y = x - x.mean(), y - y.mean()
    cos, sin = np.cos(angle), np.sin(angle)
    return _Desk(rng, optics, angle, cos * x + sin * y, cos * y - sin * x)


def _cells(desk: _Desk) -> NDArray[np.uint8]:
    settings = SpecimenSettings(
        seed=desk.optics.seed,
        cells_per_mm2=float(desk.rng.uniform(50, 3_000)),
        extent_um=1_600.0,
    )
    return FieldView(Specimen(settings), desk.optics, WIDTH_PX, HEIGHT_PX).render(0.0)


def _grid(desk: _Desk) -> NDArray[np.uint8]:
    pitch_um = max(desk.rng.uniform(8, 60), 6 * desk.optics.um_per_px_x)
    nets = [desk.bars(at, desk.every(pitch_um)) for at in (desk.along_um, desk.across_um)]
    return desk.lit(np.maximum(*nets))


def _fence(desk: _Desk) -> NDArray[np.uint8]:
    reach = float(np.abs(desk.along_um).max()) + 2 * PITCH_UM
    steps = desk.rng.uniform(0.4, 1.6, 2 + int(2 * reach / (0.4 * PITCH_UM))) * PITCH_UM
    lines = desk.bars(desk.along_um, np.cumsum(steps) - reach)
    return desk.lit(np.where(np.abs(desk.across_um) < 60, lines, np.float32(0)))


def _noise(desk: _Desk) -> NDArray[np.uint8]:
    noise = desk.rng.normal(size=(HEIGHT_PX, WIDTH_PX)).astype(np.float32)
    if desk.rng.random() < 0.5:
        noise = np.asarray(cv2.GaussianBlur(noise, (0, 0), desk.rng.uniform(0.5, 4)))
    spread = desk.rng.uniform(2, 40) / noise.std()
    return np.asarray(np.clip(np.rint(120 + spread * noise), 0, 255), np.uint8)


def _blank(desk: _Desk) -> NDArray[np.uint8]:
    if desk.rng.random() < 0.25:
        return np.full((HEIGHT_PX, WIDTH_PX), desk.rng.integers(0, 255), np.uint8)
    return desk.lit(np.zeros((HEIGHT_PX, WIDTH_PX), np.float32))


def _two_pitches(desk: _Desk) -> NDArray[np.uint8]:
    other = PITCH_UM * float(desk.rng.choice(OTHER_PITCHES))
    one, two = (desk.bars(desk.along_um, desk.every(pitch)) for pitch in (PITCH_UM, other))
    parts = desk.across_um if desk.rng.random() < 0.5 else desk.along_um
    return desk.lit(np.where(parts > 0, one, two))


def _defocused(desk: _Desk) -> NDArray[np.uint8]:
    pitch_px = PITCH_UM / desk.optics.um_per_px_x
    return desk.lit(_slide(desk), blur_px=float(desk.rng.uniform(0.6, 1.5)) * pitch_px)


def _saturated(desk: _Desk) -> NDArray[np.uint8]:
    shown = desk.lit(_slide(desk)).astype(np.float64)
    darkest = max(1.0, float(np.percentile(shown, desk.rng.uniform(0, 0.3))))
    return np.asarray(np.clip(shown * 255 / darkest, 0, 255), np.uint8)


def _too_few(desk: _Desk) -> NDArray[np.uint8]:
    lines = desk.rng.integers(1, 5)
    first = -PITCH_UM * (lines - 1) / 2 + desk.rng.uniform(-10, 10)
    places = first + PITCH_UM * np.arange(lines)
    return desk.lit(desk.bars(desk.along_um, np.asarray(places, np.float64)))


def _slide(desk: _Desk) -> Lines:
    slide = MicrometerSettings(angle_rad=desk.angle)
    return line_coverage(slide, desk.optics, (WIDTH_PX, HEIGHT_PX))


_DRAW: dict[Kind, Callable[[_Desk], NDArray[np.uint8]]] = {
    Kind.CELLS: _cells,
    Kind.GRID: _grid,
    Kind.FENCE: _fence,
    Kind.NOISE: _noise,
    Kind.BLANK: _blank,
    Kind.TWO_PITCHES: _two_pitches,
    Kind.DEFOCUSED: _defocused,
    Kind.SATURATED: _saturated,
    Kind.TOO_FEW: _too_few,
}
