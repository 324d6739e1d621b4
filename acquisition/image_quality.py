"""How good a live picture is: focus, exposure, even light, and whether the slide moves."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft

Grey = NDArray[np.uint8]
_Image = NDArray[np.float32]

# Bands of detail, as standard deviations of two Gaussians in px. They lie side by side: the rings
# of a defocused cell are as rich in detail as the cell, only in coarser detail.
_FINE_PX = (0.7, 1.4)
_COARSE_PX = (1.4, 2.8)
# Under this standard deviation in grey levels the coarse band holds no object to judge focus by.
_EMPTY_LEVEL = 0.5
# Immerkaer 1996 (doi 10.1006/cviu.1996.0060): blind to planes and edges, so it answers to noise.
_NOISE_KERNEL = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
_NOISE_GAIN = 6.0
_MAD_TO_SIGMA = 0.6745
_BLOCKS = 6
_PEAK_SIGMA_PX = 1.5


@dataclass(frozen=True, slots=True)
class ImageQuality:
    """What one picture is worth.

    Attributes:
        focus: Fine detail over coarse detail, noise taken off; 0 where there is nothing to see.
            It hardly depends on how many cells are visible or how bright they are. Real phase
            contrast at 400x read 0.51 to 0.58, the simulated specimen 0.6 to 0.7 in focus, 0.5 at
            5 µm and 0.4 at 12 µm from it.
        saturated_share: Share of pixels at 255, 0 to 1.
        mean_exposure: Mean grey value over 255, 0 to 1.
        unevenness: Brightest less darkest part of the background over its mean.
    """

    focus: float
    saturated_share: float
    mean_exposure: float
    unevenness: float


@dataclass(frozen=True, slots=True)
class Shift:
    """How far a whole picture has moved since another one, in px, to the right and down.

    Attributes:
        x_px: Movement to the right.
        y_px: Movement down.
        certainty: Height of the peak that it was read from, 1 for the same picture moved. Under
            about 0.2 the pictures have little in common and the reading is chance.
    """

    x_px: float
    y_px: float
    certainty: float


def assess(pixels: Grey) -> ImageQuality:
    """Judge one picture, shape (height, width)."""
    return ImageQuality(
        focus_score(pixels), saturated_share(pixels), mean_exposure(pixels), unevenness(pixels)
    )


def focus_score(pixels: Grey) -> float:
    """Return fine detail over coarse detail; higher is sharper.

    It is a ratio of variances of two difference-of-Gaussian bands, less the share of white noise
    in each. The noise is read from the median response to Immerkaer's kernel.
    """
    image = pixels.astype(np.float32)
    noise = _noise_variance(image)
    coarse = float(_band(image, _COARSE_PX).var()) - noise * _COARSE_NOISE
    if coarse < _EMPTY_LEVEL**2:
        return 0.0
    fine = float(_band(image, _FINE_PX).var()) - noise * _FINE_NOISE
    return max(fine, 0.0) / coarse


def saturated_share(pixels: Grey) -> float:
    """Return the share of pixels at 255."""
    return float(np.count_nonzero(pixels == np.iinfo(np.uint8).max) / pixels.size)


def mean_exposure(pixels: Grey) -> float:
    """Return the mean grey value over 255."""
    return float(pixels.mean() / np.iinfo(np.uint8).max)


def unevenness(pixels: Grey) -> float:
    """Return brightest less darkest background over its mean.

    The background is the median of each of 6 x 6 blocks, which cells cover too little of to move.
    """
    blocks = [
        np.median(block)
        for row in np.array_split(pixels, _BLOCKS, axis=0)
        for block in np.array_split(row, _BLOCKS, axis=1)
    ]
    mean = float(np.mean(blocks))
    return float(np.ptp(blocks)) / mean if mean > 0 else 0.0


def measure_shift(before: Grey, after: Grey) -> Shift:
    """Measure how far a picture has moved as a whole, by phase correlation.

    The spectrum is weighted so that the peak is a Gaussian, whose top is then read to a part of a
    pixel by a parabola through its logarithm. Dirt on the optics, which stays, and cells that swim
    lower the certainty; dirt that outweighs the cells makes the reading 0.

    Raises:
        ValueError: If the pictures differ in size.
    """
    if before.shape != after.shape:
        raise ValueError(f"pictures of {before.shape} and {after.shape} cannot be compared")
    cross = np.conj(_spectrum(before)) * _spectrum(after)
    cross /= np.maximum(np.abs(cross), np.finfo(np.float32).tiny)
    smooth = _smoothing(before.shape)
    peak = fft.irfft2(cross * smooth, before.shape)
    row, column = divmod(int(np.argmax(peak)), peak.shape[1])
    height, width = peak.shape
    y_px = row + _vertex(*(float(peak[(row + step) % height, column]) for step in (-1, 0, 1)))
    x_px = column + _vertex(*(float(peak[row, (column + step) % width]) for step in (-1, 0, 1)))
    highest = float(fft.irfft2(smooth, before.shape)[0, 0])
    return Shift(_signed(x_px, width), _signed(y_px, height), float(peak[row, column]) / highest)


def _band(image: _Image, sigmas_px: tuple[float, float]) -> _Image:
    inner, outer = (cv2.GaussianBlur(image, (0, 0), sigma) for sigma in sigmas_px)
    return np.asarray(inner - outer, np.float32)


def _noise_variance(image: _Image) -> float:
    response = np.abs(cv2.filter2D(image, -1, _NOISE_KERNEL))
    return float(np.median(response) / (_MAD_TO_SIGMA * _NOISE_GAIN)) ** 2


def _noise_share(sigmas_px: tuple[float, float]) -> float:
    """Return the variance of a band of white noise of variance 1."""
    impulse = np.zeros((97, 97), np.float32)
    impulse[48, 48] = 1
    return float((_band(impulse, sigmas_px) ** 2).sum())


def _spectrum(pixels: Grey) -> NDArray[np.complex64]:
    height, width = pixels.shape
    window = np.outer(np.hanning(height), np.hanning(width)).astype(np.float32)
    image = pixels.astype(np.float32)
    return np.asarray(fft.rfft2((image - image.mean()) * window), np.complex64)


def _smoothing(shape: tuple[int, ...]) -> NDArray[np.float32]:
    height, width = shape
    square = fft.fftfreq(height)[:, None] ** 2 + fft.rfftfreq(width)[None] ** 2
    return np.exp(-2 * (np.pi * _PEAK_SIGMA_PX) ** 2 * square).astype(np.float32)


def _vertex(left: float, middle: float, right: float) -> float:
    """Return where the Gaussian through three values one step apart has its top."""
    if min(left, middle, right) <= 0:
        return 0.0
    low, top, high = np.log((left, middle, right))
    curvature = low - 2 * top + high
    return float((low - high) / (2 * curvature)) if curvature < 0 else 0.0


def _signed(position_px: float, size_px: int) -> float:
    return position_px - size_px if position_px > size_px / 2 else position_px


_FINE_NOISE = _noise_share(_FINE_PX)
_COARSE_NOISE = _noise_share(_COARSE_PX)
