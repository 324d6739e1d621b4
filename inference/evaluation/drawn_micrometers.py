"""Micrometers drawn over all that laboratories may show, each with the truth it was drawn from."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.specimen import OpticsSettings
from acquisition.specimen.backdrop import backdrop
from acquisition.specimen.micrometer import (
    DIVISIONS,
    LINE_UM,
    MicrometerSettings,
    line_coverage,
)
from acquisition.stage import Position

FIRST_SEED = 500_000
"""Figures are reported on the seeds from here on."""

TUNING_SEED = 300_000
"""The part of the method in the uncertainty was set on 240 seeds from here on."""

SIZES_PX = ((640, 480), (768, 576), (1280, 1024), (1920, 1200))
SIZE_SHARES = (0.4, 0.3, 0.15, 0.15)
ASPECTS = (1.0, 16 / 15)
UM_PER_PX = (0.1, 1.5)
MOST_BLUR_PX = 3.0
SHARP = 0.25
"""Lines are sharp when the blur, as a standard deviation, is at most this share of the pitch."""

SEEN_SHARE = 0.125
"""A line is shown when this share of the picture's shorter side of it lies inside the picture."""

EDGE_PX = 16
"""Drawn beyond every edge and cut off: blurring mirrors the picture there, a camera does not."""


@dataclass(frozen=True, slots=True)
class DrawnMicrometer:
    """A stage micrometer and the microscope that looks at it.

    Attributes:
        seed: What it was drawn from.
        slide: The slide and how it lies.
        optics: The microscope.
        width_px: Width of the picture.
        height_px: Height of the picture.
    """

    seed: int
    slide: MicrometerSettings
    optics: OpticsSettings
    width_px: int
    height_px: int

    @property
    def pixel_aspect(self) -> float:
        """Width / height of a pixel."""
        return self.optics.um_per_px_x / self.optics.um_per_px_y

    @property
    def pitch_px(self) -> float:
        """Distance between the lines at right angles to them, in px."""
        cos, sin = math.cos(self.slide.angle_rad), math.sin(self.slide.angle_rad)
        scale = math.hypot(cos * self.optics.um_per_px_x, sin * self.optics.um_per_px_y)
        return self.slide.pitch_um / scale

    def picture(self) -> NDArray[np.uint8]:
        """Draw it, shape (height_px, width_px)."""
        size = (self.width_px + 2 * EDGE_PX, self.height_px + 2 * EDGE_PX)
        lines = line_coverage(self.slide, self.optics, size)
        soft = cv2.GaussianBlur(lines, (0, 0), max(0.1, self.optics.blur_px))
        whole = np.asarray(soft, np.float32)[EDGE_PX:-EDGE_PX, EDGE_PX:-EDGE_PX]
        return expose(whole, self.slide, self.optics)

    def divisions_shown(self) -> int:
        """Count the whole divisions between lines that are shown one beside the other."""
        number = np.arange(-DIVISIONS // 2, DIVISIONS // 2 + 1)
        length = np.where(number % 10, np.where(number % 5, LINE_UM[1], LINE_UM[5]), LINE_UM[10])
        share = np.linspace(0, 1, 401)
        across = share * length[:, None] - LINE_UM[10] / 2
        along = number[:, None] * self.slide.pitch_um
        cos, sin = math.cos(self.slide.angle_rad), math.sin(self.slide.angle_rad)
        x_px = (cos * along - sin * across + self.slide.centre.x_um) / self.optics.um_per_px_x
        y_px = (sin * along + cos * across + self.slide.centre.y_um) / self.optics.um_per_px_y
        inside = (np.abs(x_px) < self.width_px / 2) & (np.abs(y_px) < self.height_px / 2)
        step_px = np.hypot(np.diff(x_px[:, :2]), np.diff(y_px[:, :2]))[:, 0]
        shown = inside.sum(axis=1) * step_px >= SEEN_SHARE * min(self.width_px, self.height_px)
        return max(0, int(shown.sum()) - 1)

    @property
    def is_sharp(self) -> bool:
        """Whether neighbouring lines are clearly apart in spite of the blur."""
        return self.optics.blur_px <= SHARP * self.pitch_px


def draw_micrometer(seed: int, size_px: tuple[int, int] | None = None) -> DrawnMicrometer:
    """Draw a slide: scale, angle, place, lines, light, blur, noise, size and shape of the pixels.

    0.1 to 1.5 µm/px, blur to 3 px, noise of 0.5 to 8 grey values, light that falls by up to a half
    across the field, dark lines or light ones. The size is drawn too, unless it is given.
    """
    rng = np.random.default_rng(seed)
    drawn_px = SIZES_PX[rng.choice(len(SIZES_PX), p=SIZE_SHARES)]
    width_px, height_px = size_px or drawn_px
    aspect = float(rng.choice(ASPECTS))
    low, high = np.log(UM_PER_PX[0]), np.log(UM_PER_PX[1] / aspect)
    um_per_px_y = float(np.exp(rng.uniform(low, high)))
    angle = float(rng.uniform(-np.pi / 2, np.pi / 2))
    optics = OpticsSettings(
        um_per_px_x=um_per_px_y * aspect,
        um_per_px_y=um_per_px_y,
        background=float(rng.uniform(60, 180)),
        unevenness=float(rng.uniform(0, 0.5)),
        texture=float(rng.uniform(0, 1.5)),
        blur_px=float(rng.uniform(0, MOST_BLUR_PX)),
        noise=float(np.exp(rng.uniform(np.log(0.5), np.log(8)))),
        dirt=int(rng.integers(0, 6)),
        seed=seed,
    )
    slide = MicrometerSettings(
        angle_rad=angle,
        line_width_um=float(rng.uniform(1.2, 3.5)),
        centre=_place(rng, angle),
        dark_lines=bool(rng.random() < 0.5),
        depth=float(rng.uniform(0.3, 0.9)),
    )
    return DrawnMicrometer(seed, slide, optics, width_px, height_px)


def expose(
    lines: NDArray[np.float32], slide: MicrometerSettings, optics: OpticsSettings
) -> NDArray[np.uint8]:
    """Light blurred lines as the microscope would, with grain, dirt, noise and an 8-bit sensor."""
    height_px, width_px = lines.shape
    rng = np.random.default_rng((optics.seed, 1))
    depth = np.float32(slide.depth)
    picture = 1 - depth * lines if slide.dark_lines else 1 - depth + depth * lines
    picture *= backdrop(optics, width_px, height_px)
    picture += np.float32(optics.noise) * rng.standard_normal(lines.shape, dtype=np.float32)
    return np.asarray(np.clip(np.rint(picture), 0, 255), np.uint8)


def _place(rng: np.random.Generator, angle: float) -> Position:
    """Where the middle of the scale lies, so that its short lines pass the picture's centre."""
    along = rng.uniform(-0.4, 0.4) * DIVISIONS * 10.0
    across = LINE_UM[10] / 2 - rng.uniform(0.1, 0.9) * LINE_UM[1]
    x = along * math.cos(angle) - across * math.sin(angle)
    y = along * math.sin(angle) + across * math.cos(angle)
    return Position(float(x), float(y))
