"""Scalar optics: the picture of a thin object through a 40x objective, in either light."""

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
# The condenser of a bright field is stopped down, which is what shows unstained cells at all.
CONDENSER = (0.0, 0.12, 0.24)

Image = NDArray[np.float32]


def axes_um() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return x and y of the object grid in µm, shape (GRID, GRID), 0 at index GRID // 2."""
    line = (np.arange(GRID) - GRID // 2) * STEP_UM
    x, y = np.meshgrid(line, line)
    return x, y


@lru_cache(maxsize=32)
def _open_pupils(defocus_um: float) -> NDArray[np.complex64]:
    """Return the shifted open pupils, one for each point of the condenser's disc."""
    line = np.fft.fftfreq(GRID, STEP_UM)
    angle = np.arange(ANGLES // 2)[:, None, None] * 4 * np.pi / ANGLES
    shifts = [np.stack([na * np.cos(angle), na * np.sin(angle)]) for na in CONDENSER[1:]]
    x, y = np.concatenate([np.zeros((2, 1, 1, 1)), *shifts], axis=1) / WAVELENGTH_UM
    squared = (line[None, None, :] + x) ** 2 + (line[None, :, None] + y) ** 2
    inside = np.sqrt(squared) * WAVELENGTH_UM < APERTURE
    return np.asarray(
        inside * np.exp(1j * np.pi * WAVELENGTH_UM * defocus_um * squared), np.complex64
    )


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
    lit = _intensity(phase_rad, absorption, _pupils(defocus_um))
    return np.asarray(lit / RING_TRANSMISSION**2 - 1, np.float32)


def bright_field(
    phase_rad: NDArray[np.floating], absorption: NDArray[np.floating], defocus_um: float
) -> Image:
    """Image a thin object in bright field, the condenser stopped down (Abbe's method).

    Args:
        phase_rad: Phase delay of the object, shape (GRID, GRID).
        absorption: Absorbed share of the amplitude, 0 to 1, same shape.
        defocus_um: Height of the object above the focal plane.

    Returns:
        Intensity relative to the empty field, minus 1, same shape.
    """
    lit = _intensity(phase_rad, absorption, _open_pupils(defocus_um))
    return np.asarray(lit - 1, np.float32)


def _intensity(
    phase_rad: NDArray[np.floating],
    absorption: NDArray[np.floating],
    pupils: NDArray[np.complex64],
) -> Image:
    """Return the mean intensity over all points of the light source."""
    wave = ((1 - absorption) * np.exp(1j * phase_rad)).astype(np.complex64)
    fields = fft.ifft2(fft.fft2(wave)[None] * pupils, axes=(1, 2))
    return np.asarray((np.abs(fields) ** 2).mean(axis=0), np.float32)
