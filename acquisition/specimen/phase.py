"""Phase contrast by scalar optics: the picture of a thin object through a 40x phase objective."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft

GRID = 128
STEP_UM = 0.25
WAVELENGTH_UM = 0.55
APERTURE = 0.6
RING = (0.25, 0.35)
RING_TRANSMISSION = 0.4
ANGLES = 16

Image = NDArray[np.float32]


def axes_um() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return x and y of the object grid in µm, shape (GRID, GRID), 0 at index GRID // 2."""
    line = (np.arange(GRID) - GRID // 2) * STEP_UM
    x, y = np.meshgrid(line, line)
    return x, y


@lru_cache(maxsize=32)
def _pupils(defocus_um: float) -> NDArray[np.complex64]:
    """Return the shifted pupils, one for each point of the condenser's annulus."""
    line = np.fft.fftfreq(GRID, STEP_UM)
    angle = np.arange(ANGLES)[:, None, None] * 2 * np.pi / ANGLES
    centre = sum(RING) / 2 / WAVELENGTH_UM
    fx = line[None, None, :] + centre * np.cos(angle)
    fy = line[None, :, None] + centre * np.sin(angle)
    squared = fx**2 + fy**2
    aperture = np.sqrt(squared) * WAVELENGTH_UM
    in_ring = (aperture > RING[0]) & (aperture < RING[1])
    plate = np.where(in_ring, -1j * RING_TRANSMISSION, 1.0) * (aperture < APERTURE)
    spread = np.exp(1j * np.pi * WAVELENGTH_UM * defocus_um * squared)
    return np.asarray(plate * spread, np.complex64)


def phase_contrast(
    phase_rad: NDArray[np.floating], absorption: NDArray[np.floating], defocus_um: float
) -> Image:
    """Image a thin object with partially coherent positive phase contrast.

    Every point of the annulus lights the object with a tilted plane wave; direct light passes
    the ring of the phase plate, which weakens it and shifts it by a quarter wave (Zernike 1942);
    the intensities of the points add up (Abbe's method).

    Args:
        phase_rad: Phase delay of the object, shape (GRID, GRID).
        absorption: Absorbed share of the amplitude, 0 to 1, same shape.
        defocus_um: Height of the object above the focal plane.

    Returns:
        Intensity relative to the empty field, minus 1, same shape.
    """
    wave = ((1 - absorption) * np.exp(1j * phase_rad)).astype(np.complex64)
    fields = fft.ifft2(fft.fft2(wave)[None] * _pupils(defocus_um), axes=(1, 2))
    intensity = (np.abs(fields) ** 2).mean(axis=0) / RING_TRANSMISSION**2
    return np.asarray(intensity - 1, np.float32)
