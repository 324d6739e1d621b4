"""Micrometers whose pitch is known to every digit, drawn from the error function."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf


@dataclass(frozen=True)
class Slide:
    """A stage micrometer under the lens; lengths in µm, blur in px, light in grey values."""

    um_per_px: float = 0.5
    pixel_aspect: float = 1.0
    angle_deg: float = 0.0
    width: int = 640
    height: int = 480
    division_um: float = 10.0
    line_um: float = 2.0
    short_um: float = 60.0
    blur_px: float = 1.0
    noise: float = 3.0
    contrast: float = -90.0
    background: float = 170.0
    unevenness: float = 0.15
    shift_um: tuple[float, float] = (1.7, 3.1)
    first: int = -10_000
    last: int = 10_000
    seed: int = 1

    @property
    def um_per_px_y(self) -> float:
        return self.um_per_px / self.pixel_aspect

    def axes_um(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Place of every pixel along and across the micrometer's axis, in µm."""
        y, x = np.mgrid[: self.height, : self.width].astype(float)
        x_um = (x - (self.width - 1) / 2) * self.um_per_px
        y_um = (y - (self.height - 1) / 2) * self.um_per_px_y
        c, s = math.cos(math.radians(self.angle_deg)), math.sin(math.radians(self.angle_deg))
        return (
            x_um * c + y_um * s + self.shift_um[0],
            y_um * c - x_um * s + self.shift_um[1],
        )

    def blur_um(self) -> tuple[float, float]:
        """Standard deviation in µm of blur and pixel area, along and across the axis."""
        sigma = math.sqrt(self.blur_px**2 + 1 / 12)
        c, s = math.cos(math.radians(self.angle_deg)), math.sin(math.radians(self.angle_deg))
        x, y = self.um_per_px, self.um_per_px_y
        return sigma * math.hypot(x * c, y * s), sigma * math.hypot(x * s, y * c)


def bar(at: NDArray[np.float64], low: float, high: float, sigma: float) -> NDArray[np.float64]:
    """A bar from low to high blurred by a Gaussian."""
    root = math.sqrt(2) * sigma
    return 0.5 * (erf((at - low) / root) - erf((at - high) / root))


def rulings(slide: Slide) -> NDArray[np.float64]:
    """How much of each pixel the rulings cover: every 5th is longer, every 10th longest."""
    along, across = slide.axes_um()
    sigma_along, sigma_across = slide.blur_um()
    nearest = np.round(along / slide.division_um).astype(int)
    cover = np.zeros_like(along)
    half = slide.line_um / 2
    low = -slide.short_um / 2
    bars = [bar(across, low, low + r * slide.short_um, sigma_across) for r in (1.0, 1.5, 2.0)]
    near = 1 if sigma_along < 0.15 * slide.division_um else 2
    for step in range(-near, near + 1):
        number = nearest + step
        reach = np.where(number % 10 == 0, 2, np.where(number % 5 == 0, 1, 0))
        line = bar(along - number * slide.division_um, -half, half, sigma_along)
        line *= np.choose(reach, bars)
        cover += line * ((number >= slide.first) & (number <= slide.last))
    return cover


def finish(slide: Slide, cover: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Add uneven light, noise and the 8-bit sensor."""
    rng = np.random.default_rng(slide.seed)
    y, x = np.mgrid[-1 : 1 : slide.height * 1j, -1 : 1 : slide.width * 1j]
    light = 1 + slide.unevenness * (0.6 * x - 0.4 * y - 0.5 * (x**2 + y**2))
    picture = (slide.background + slide.contrast * cover) * light
    picture += rng.normal(0, slide.noise, picture.shape)
    return np.asarray(np.clip(np.round(picture), 0, 255), np.uint8)


def draw(slide: Slide) -> NDArray[np.uint8]:
    """Draw the slide as the camera sees it, shape (height, width)."""
    return finish(slide, rulings(slide))


def true_pitch_px(slide: Slide) -> float:
    """Distance in px between rulings at right angles to them, pixel aspect allowed for."""
    angle = math.radians(slide.angle_deg)
    waves = (math.cos(angle) * slide.um_per_px, math.sin(angle) * slide.um_per_px_y)
    return slide.division_um / math.hypot(*waves)


def grid(slide: Slide) -> NDArray[np.uint8]:
    """Draw a square net of lines, one every division both ways."""
    sigma = slide.blur_um()
    cover = np.zeros((slide.height, slide.width))
    for at, blur in zip(slide.axes_um(), sigma, strict=True):
        u = at - np.round(at / slide.division_um) * slide.division_um
        cover = np.maximum(cover, bar(u, -slide.line_um / 2, slide.line_um / 2, blur))
    return finish(slide, cover)


def fence(slide: Slide) -> NDArray[np.uint8]:
    """Draw parallel lines at random distances whose mean is the division."""
    rng = np.random.default_rng(slide.seed)
    along, across = slide.axes_um()
    steps = rng.uniform(0.4, 1.6, 400) * slide.division_um
    places = np.cumsum(steps) - steps.sum() / 2
    places = places[np.abs(places) < np.abs(along).max() + slide.division_um]
    cover = np.zeros_like(along)
    half = slide.line_um / 2
    for place in places:
        cover += bar(along - place, -half, half, slide.blur_um()[0])
    return finish(slide, np.minimum(cover, 1) * (np.abs(across) < 60))


def cells(slide: Slide, count: int = 60) -> NDArray[np.uint8]:
    """Draw bright blobs at random, as sperm heads and debris look."""
    rng = np.random.default_rng(slide.seed)
    y, x = np.mgrid[: slide.height, : slide.width].astype(float)
    cover = np.zeros_like(x)
    for _ in range(count):
        cx, cy = rng.uniform(0, slide.width), rng.uniform(0, slide.height)
        size, long, turn = rng.uniform(2, 5), rng.uniform(1, 2), rng.uniform(0, np.pi)
        u = (x - cx) * np.cos(turn) + (y - cy) * np.sin(turn)
        v = (y - cy) * np.cos(turn) - (x - cx) * np.sin(turn)
        cover += np.exp(-0.5 * ((u / long) ** 2 + v**2) / size**2)
    return finish(slide, cover)
