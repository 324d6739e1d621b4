"""Pictures of single heads, round cells and debris, computed once for each shape and focus."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.specimen.phase import (
    GRID,
    STEP_UM,
    Image,
    axes_um,
    bright_field,
    phase_contrast,
)
from acquisition.specimen.settings import Illumination

_BELOW_UM = (-12.0, -9.0, -7.0, -5.5, -4.0, -3.0, -2.0, -1.0)
FOCUS_LEVELS_UM = (*_BELOW_UM, 0.0, *(-z for z in reversed(_BELOW_UM)))
# Thin or tilted heads delay the light less and stay dark; most shine.
HEAD_PHASES_RAD = (1.1, 1.7, 2.2, 2.6, 2.9, 3.2)
HEAD_PHASE_SHARES = (0.04, 0.08, 0.2, 0.26, 0.25, 0.17)
HEAD_SHAPES = 10
DOT_RADII_UM = (0.35, 0.5, 0.7, 0.95, 1.25, 1.6)
CLUMPS = 24
GLARE = 0.35
REFRACTED_PER_RAD = 0.1
GLARE_UM = 2.2
ROUND_CELLS = 8

Field = NDArray[np.float64]


def nearest_focus(defocus_um: NDArray[np.floating]) -> NDArray[np.intp]:
    """Return the index of the nearest focus level for heights above the focal plane in µm."""
    levels = np.asarray(FOCUS_LEVELS_UM)
    return np.searchsorted((levels[1:] + levels[:-1]) / 2, defocus_um)


def fading(defocus_um: NDArray[np.floating]) -> Field:
    """Return how much of a sprite is left of its last focus level: light spreads over a disc."""
    beyond = FOCUS_LEVELS_UM[-1] / np.maximum(np.abs(defocus_um), 1e-9)
    left: Field = np.minimum(1.0, beyond**2)
    return left


def _window() -> Field:
    """Return a weight that falls to 0 at the sprite's rim, so that no edge is drawn."""
    x, y = axes_um()
    radius = np.hypot(x, y) / (GRID * STEP_UM / 2)
    ramp: Field = np.clip((0.98 - radius) / 0.3, 0, 1)
    return ramp * ramp * (3 - 2 * ramp)


def _image(phase: Field, absorption: Field, level: int, light: Illumination) -> Image:
    soft_phase = np.asarray(cv2.GaussianBlur(phase, (0, 0), 0.8), np.float64)
    soft_absorption = np.asarray(cv2.GaussianBlur(absorption, (0, 0), 0.8), np.float64)
    if light is Illumination.BRIGHT_FIELD:
        # What a steep edge refracts past the objective is lost like what is absorbed.
        lost = 1 - (1 - soft_absorption) * (1 - REFRACTED_PER_RAD * soft_phase.clip(0, 3))
        return np.asarray(
            bright_field(soft_phase, lost, FOCUS_LEVELS_UM[level]) * _window(), np.float32
        )
    sprite = phase_contrast(soft_phase, soft_absorption, FOCUS_LEVELS_UM[level])
    glare = cv2.GaussianBlur(np.maximum(sprite, 0), (0, 0), GLARE_UM / STEP_UM)
    return np.asarray((sprite + GLARE * glare) * _window(), np.float32)


def _cap(x: Field, y: Field, half_length: float, half_width: Field | float) -> Field:
    """Return the thickness (0 to 1) of an ellipsoid."""
    thickness: Field = np.sqrt(np.clip(1 - (x / half_length) ** 2 - (y / half_width) ** 2, 0, 1))
    return thickness


@lru_cache(maxsize=2048)
def head(shape: int, brightness: int, level: int, light: Illumination) -> Image:
    """Return a head of 4.6 x 3 µm that points to +x, its centre in the middle of the sprite.

    Args:
        shape: 0 to HEAD_SHAPES - 1: proportions, acrosome and neck differ.
        brightness: Index into HEAD_PHASES_RAD.
        level: Index into FOCUS_LEVELS_UM.
        light: How it is lit.
    """
    x, y = axes_um()
    rng = np.random.default_rng([11, shape])
    length, width = rng.uniform(4.0, 4.9), rng.uniform(1.8, 2.9)
    taper = 1 - rng.uniform(-0.05, 0.2) * x / (length / 2)
    body = _cap(x, y, length / 2, width / 2 * taper)
    acrosome = 1 / (1 + np.exp(-(x - rng.uniform(-0.25, 0.35) * length) / 0.25))
    body = body * (1 - rng.uniform(0.1, 0.8) * acrosome)
    droplet = rng.uniform(0, 0.35) * _cap(x + length / 2 + 0.8, y, 1.3, 0.8)
    phase = HEAD_PHASES_RAD[brightness] * np.maximum(body, droplet)
    return _image(phase, np.zeros_like(phase), level, light)


@lru_cache(maxsize=1024)
def wound(shape: int, brightness: int, level: int, light: Illumination) -> Image:
    """Return a head with its tail wound round it, 3.6 to 5.4 µm across; see `head`."""
    x, y = axes_um()
    rng = np.random.default_rng([14, shape])
    radius, oblong = rng.uniform(1.8, 2.7), rng.uniform(0.85, 1.0)
    body = _cap(x, y, radius, radius * oblong)
    away = np.hypot(x, y / oblong) - rng.uniform(0.6, 0.85) * radius
    tail = np.exp(-((away / rng.uniform(0.3, 0.5)) ** 2) / 2)
    phase = HEAD_PHASES_RAD[brightness] * np.maximum(
        rng.uniform(0.5, 1.0) * body, rng.uniform(0.2, 0.6) * tail
    )
    return _image(phase, np.zeros_like(phase), level, light)


@lru_cache(maxsize=1024)
def dot(size: int, dense: bool, level: int, light: Illumination) -> Image:
    """Return a grain; `size` indexes DOT_RADII_UM, `dense` ones shine like a tailless head."""
    x, y = axes_um()
    thickness = _cap(x, y, DOT_RADII_UM[size], DOT_RADII_UM[size])
    if dense:
        return _image(2.8 * thickness, 0 * thickness, level, light)
    return _image(0.9 * thickness, 0.5 * thickness, level, light)


@lru_cache(maxsize=1024)
def clump(shape: int, level: int, light: Illumination) -> Image:
    """Return an irregular clump of grains, 2 to 7 µm across; `shape` from 0 to CLUMPS - 1."""
    x, y = axes_um()
    rng = np.random.default_rng([12, shape])
    phase, absorption = np.zeros_like(x), np.zeros_like(x)
    dark = rng.random() < 0.7
    for _ in range(rng.integers(2, 7)):
        dx, dy = rng.normal(0, rng.uniform(0.5, 1.4), 2)
        grain = _cap(x - dx, y - dy, *rng.uniform(0.4, 1.4, 2))
        phase = np.maximum(phase, rng.uniform(0.3, 0.9 if dark else 2.8) * grain)
        absorption = np.maximum(
            absorption, rng.uniform(0.4 if dark else 0.1, 1.0 if dark else 0.4) * grain
        )
    return _image(phase, absorption, level, light)


@lru_cache(maxsize=512)
def round_cell(shape: int, level: int, light: Illumination) -> Image:
    """Return a granular round cell of 6 to 12 µm; `shape` from 0 to ROUND_CELLS - 1."""
    x, y = axes_um()
    rng = np.random.default_rng([13, shape])
    radius = rng.uniform(3.0, 6.0)
    body = _cap(x, y, radius, radius * rng.uniform(0.9, 1.0))
    grain = cv2.GaussianBlur(rng.normal(size=x.shape), (0, 0), rng.uniform(1.5, 3.0))
    bright = shape % 2 == 0
    core = np.clip(3 * (_cap(x, y, radius * 0.8, radius * 0.75) if bright else body), 0, 1)
    phase = rng.uniform(5.0, 7.0) * body if bright else rng.uniform(0.8, 2.0) * body
    absorption = core * np.clip(rng.uniform(0.45, 0.85) + 3 * grain, 0, 0.95)
    return _image(phase * (1 + grain), absorption, level, light)


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the lens blurs and the sensor samples.

    Attributes:
        um_per_px_x: Width of a pixel in µm.
        um_per_px_y: Height of a pixel in µm.
        blur_px: Standard deviation of the blur in px.
        light: How the specimen is lit.
    """

    um_per_px_x: float
    um_per_px_y: float
    blur_px: float = 0.0
    light: Illumination = Illumination.PHASE_CONTRAST


@lru_cache(maxsize=2048)
def _sampled(maker: str, key: tuple[int, ...], sampling: Sampling) -> Image:
    """Return a sprite averaged over the area of a pixel and blurred."""
    makers: dict[str, Callable[..., Image]] = {
        "head": head,
        "wound": wound,
        "dot": dot,
        "clump": clump,
        "round": round_cell,
    }
    steps = sampling.um_per_px_x / STEP_UM, sampling.um_per_px_y / STEP_UM
    box = [2 * round((n - 1) / 2) + 1 if n > 1 else 1 for n in steps]
    sprite = cv2.blur(makers[maker](*key, sampling.light), (box[0], box[1]))
    if sampling.blur_px * min(steps) > 0.3:
        sigma = [sampling.blur_px * n for n in steps]
        sprite = cv2.GaussianBlur(sprite, (0, 0), sigmaX=sigma[0], sigmaY=sigma[1])
    return np.asarray(sprite, np.float32)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A sprite and how it is put into the picture.

    Attributes:
        maker: "head", "wound", "dot", "clump" or "round".
        key: Arguments of the maker.
        angle_rad: Angle of the sprite's +x axis, clockwise on the screen (y points down).
        gain: Factor on the sprite.
        size: Magnification of the sprite.
        radius_um: How much of the sprite is drawn, before magnification.
    """

    maker: str
    key: tuple[int, ...]
    angle_rad: float
    gain: float
    size: float = 1.0
    radius_um: float = 15.0


def _patch_to_sprite(stamp: Stamp, offset_px: tuple[float, float], sampling: Sampling) -> Field:
    """Return the affine map, shape (2, 3), from px of a patch to px of the sprite.

    Args:
        stamp: What is drawn.
        offset_px: From the stamp's centre to the centre of the patch's first pixel.
        sampling: Size of the pixels.
    """
    um_x, um_y = sampling.um_per_px_x, sampling.um_per_px_y
    step = STEP_UM * stamp.size
    cos, sin = math.cos(stamp.angle_rad) / step, math.sin(stamp.angle_rad) / step
    dx, dy = offset_px[0] * um_x, offset_px[1] * um_y
    centre = GRID // 2
    return np.array(
        [
            [cos * um_x, sin * um_y, cos * dx + sin * dy + centre],
            [-sin * um_x, cos * um_y, -sin * dx + cos * dy + centre],
        ]
    )


def place(canvas: Image, stamp: Stamp, xy_px: tuple[float, float], sampling: Sampling) -> None:
    """Add a sprite to the canvas, in place, at a sub-pixel place.

    Args:
        canvas: Picture to add to, shape (height, width).
        stamp: What is added.
        xy_px: Centre in px; the centre of the upper left pixel is (0, 0).
        sampling: Size of the pixels and blur.
    """
    um_x, um_y = sampling.um_per_px_x, sampling.um_per_px_y
    height, width = canvas.shape
    reach = stamp.radius_um * stamp.size
    half_x, half_y = int(reach / um_x) + 1, int(reach / um_y) + 1
    x0, y0 = max(0, int(xy_px[0]) - half_x), max(0, int(xy_px[1]) - half_y)
    x1, y1 = min(width, int(xy_px[0]) + half_x + 2), min(height, int(xy_px[1]) + half_y + 2)
    if x1 <= x0 or y1 <= y0:
        return
    offset_px = x0 - xy_px[0], y0 - xy_px[1]
    inverse = _patch_to_sprite(stamp, offset_px, sampling)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    sprite = _sampled(stamp.maker, stamp.key, sampling)
    patch = cv2.warpAffine(sprite, inverse, (x1 - x0, y1 - y0), flags=flags)
    canvas[y0:y1, x0:x1] += stamp.gain * patch
