"""What does not move with the sample: light, grain, dirt on the optics, sensor noise."""

import cv2
import numpy as np

from acquisition.specimen.phase import Image
from acquisition.specimen.settings import OpticsSettings
from acquisition.specimen.sprites import CLUMPS, FOCUS_LEVELS_UM, Sampling, Stamp, place

NOISE_PLANES = 6
NOISE_MARGIN_PX = 61


def _light(rng: np.random.Generator, optics: OpticsSettings, size: tuple[int, int]) -> Image:
    """Return the light of the empty field relative to its mean: a tilt and a vignette."""
    x, y = np.meshgrid(np.linspace(-1, 1, size[0]), np.linspace(-1, 1, size[1]))
    angle, dome = rng.uniform(-np.pi, np.pi), rng.uniform(0, 1)
    shape = (1 - dome) * (np.cos(angle) * x + np.sin(angle) * y) - dome * (x**2 + y**2 - 0.67)
    return np.asarray(1 + 0.5 * optics.unevenness * shape, np.float32)


def _grain(rng: np.random.Generator, optics: OpticsSettings, size: tuple[int, int]) -> Image:
    """Return unmoving grain: fine where sensor and codec leave it, with a coarser part."""
    fine = cv2.GaussianBlur(rng.normal(size=size[::-1]).astype(np.float32), (0, 0), 0.8)
    small = rng.normal(size=(size[1] // 8 + 2, size[0] // 8 + 2)).astype(np.float32)
    coarse = cv2.resize(small, size, interpolation=cv2.INTER_CUBIC)
    grain = fine / fine.std() + 0.6 * coarse / coarse.std()
    return np.asarray(optics.texture * grain / 1.17, np.float32)


def backdrop(optics: OpticsSettings, width_px: int, height_px: int) -> Image:
    """Return the empty field with everything that stays with the optics."""
    rng = np.random.default_rng([optics.seed, 5])
    size = (width_px, height_px)
    picture = optics.background * _light(rng, optics, size) + _grain(rng, optics, size)
    sampling = Sampling(optics.um_per_px_x, optics.um_per_px_y, optics.blur_px)
    for _ in range(optics.dirt):
        level = int(rng.choice([0, 1, 2, len(FOCUS_LEVELS_UM) - 2, len(FOCUS_LEVELS_UM) - 1]))
        where = (float(rng.uniform(0, width_px)), float(rng.uniform(0, height_px)))
        gain = optics.background * rng.uniform(0.05, 0.25)
        key = (int(rng.integers(CLUMPS)), level)
        stamp = Stamp("clump", key, rng.uniform(-3, 3), gain, size=rng.uniform(1, 3))
        place(picture, stamp, where, sampling)
    return picture


class NoisePool:
    """Sensor noise drawn once and cut at a place that depends on the time alone."""

    def __init__(self, optics: OpticsSettings, width_px: int, height_px: int) -> None:
        rng = np.random.default_rng([optics.seed, 6])
        shape = (NOISE_PLANES, height_px + NOISE_MARGIN_PX, width_px + NOISE_MARGIN_PX)
        self._pool = np.float32(optics.noise) * rng.standard_normal(shape, dtype=np.float32)
        self._size = (width_px, height_px)
        self._seed = optics.seed

    def at(self, time_s: float) -> Image:
        """Return the noise of one instant, shape (height, width)."""
        tick = round(time_s * 1e6)
        mixed = (tick * 0x9E3779B97F4A7C15 + self._seed * 0xD1B54A32D192ED03) % 2**64
        mixed = ((mixed ^ (mixed >> 31)) * 0xBF58476D1CE4E5B9) % 2**64
        x, y = (mixed >> 8) % NOISE_MARGIN_PX, (mixed >> 24) % NOISE_MARGIN_PX
        plane = self._pool[(mixed >> 40) % NOISE_PLANES]
        cut: Image = plane[y : y + self._size[1], x : x + self._size[0]]
        return cut
