"""What does not move with the sample: light, grain, dirt on the optics, sensor noise."""

import cv2
import numpy as np

from acquisition.specimen.phase import Image
from acquisition.specimen.settings import OpticsSettings
from acquisition.specimen.sprites import CLUMPS, FOCUS_LEVELS_UM, Sampling, Stamp, place

GRAIN_PX = (1, 2, 4, 8, 16)
NOISE_PLANES = 6
NOISE_MARGIN_PX = 61


def _light(rng: np.random.Generator, optics: OpticsSettings, size: tuple[int, int]) -> Image:
    """Return the light of the empty field relative to its mean: a tilt and a vignette."""
    x, y = np.meshgrid(np.linspace(-1, 1, size[0]), np.linspace(-1, 1, size[1]), sparse=True)
    angle, dome = rng.uniform(-np.pi, np.pi), rng.uniform(0, 1)
    shape = (1 - dome) * (np.cos(angle) * x + np.sin(angle) * y) - dome * (x**2 + y**2 - 0.67)
    return np.asarray(1 + 0.5 * optics.unevenness * shape, np.float32)


def _grain(rng: np.random.Generator, optics: OpticsSettings, size: tuple[int, int]) -> Image:
    """Return unmoving grain that is as strong in every octave, as measured in recordings."""
    grain = np.zeros(size[::-1], np.float32)
    for coarser in GRAIN_PX:
        shape = (size[1] // coarser + 2, size[0] // coarser + 2)
        octave = cv2.GaussianBlur(rng.standard_normal(shape, dtype=np.float32), (0, 0), 0.8)
        grain += cv2.resize(octave / octave.std(), size, interpolation=cv2.INTER_CUBIC)
    return np.asarray(optics.texture * grain, np.float32)


def backdrop(optics: OpticsSettings, width_px: int, height_px: int) -> Image:
    """Return the empty field with everything that stays with the optics."""
    rng = np.random.default_rng([optics.seed, 5])
    size = (width_px, height_px)
    picture = optics.background * _light(rng, optics, size) + _grain(rng, optics, size)
    sampling = Sampling(optics.um_per_px_x, optics.um_per_px_y, optics.blur_px, optics.illumination)
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
        self._hold_s = max(optics.noise_hold_s, 1e-6)

    def at(self, time_s: float) -> Image:
        """Return the noise of one instant, shape (height, width)."""
        tick = int(time_s / self._hold_s + 1e-3)
        mixed = (tick * 0x9E3779B97F4A7C15 + self._seed * 0xD1B54A32D192ED03) % 2**64
        mixed = ((mixed ^ (mixed >> 31)) * 0xBF58476D1CE4E5B9) % 2**64
        x, y = (mixed >> 8) % NOISE_MARGIN_PX, (mixed >> 24) % NOISE_MARGIN_PX
        plane = self._pool[(mixed >> 40) % NOISE_PLANES]
        cut: Image = plane[y : y + self._size[1], x : x + self._size[0]]
        return cut
