"""Random views of a sample: turned, scaled, mirrored, and seen through another camera."""

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.pictures import median_grey
from inference.training.samples import Sample

Rng = np.random.Generator
# Negative phase contrast shows heads dark on light.
NEGATIVE_SHARE = 0.1
NOISE_MARGIN_PX = 64


def augment(sample: Sample, crop_px: int, um_per_px: float, rng: Rng) -> Sample:
    """Cut a random square view of `crop_px` at about `um_per_px` and change its light.

    The scale varies by a third either way: heads differ between men, and so do scales
    that were entered by hand.
    """
    zoom = sample.um_per_px / um_per_px * float(np.exp(rng.uniform(-0.3, 0.3)))
    view = _random_view(sample.pictures.shape[1:], crop_px, zoom, rng)
    pictures = np.stack([_look(picture, view, crop_px) for picture in sample.pictures])
    heads_xy = _move(sample.heads_xy, view)
    if rng.random() < 0.5:
        pictures, heads_xy = pictures[::-1], heads_xy[:, ::-1]
    return Sample(
        _change_light(pictures, rng),
        um_per_px,
        heads_xy,
        sample.heads_size * zoom,
        sample.moves,
        _move(sample.ignore_xy, view),
        sample.ignore_radius * zoom,
        sample.complete,
    )


def _random_view(
    shape: tuple[int, ...], crop_px: int, zoom: float, rng: Rng
) -> NDArray[np.float64]:
    """Affine matrix (2, 3) from the sample's px to the view's px."""
    angle = rng.uniform(0, 2 * np.pi)
    turn = zoom * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if rng.random() < 0.5:
        turn[:, 0] *= -1
    centre = rng.uniform(0.1, 0.9, 2) * (shape[1], shape[0])
    return np.column_stack([turn, np.full(2, crop_px / 2) - turn @ centre])


def _look(picture: NDArray[np.uint8], view: NDArray[np.float64], crop_px: int) -> NDArray[np.uint8]:
    background = float(np.median(picture[::8, ::8]))
    looked = cv2.warpAffine(picture, view, (crop_px, crop_px), borderValue=background)
    return np.asarray(looked, np.uint8)


def _move(xy: NDArray[np.float64], view: NDArray[np.float64]) -> NDArray[np.float64]:
    return xy @ view[:, :2].T + view[:, 2]


def _change_light(pictures: NDArray[np.uint8], rng: Rng) -> NDArray[np.uint8]:
    """Gain, sign, offset, blur, noise and compression, the same for all pictures."""
    background = median_grey(pictures[0])
    sign = -1 if rng.random() < NEGATIVE_SHARE else 1
    gain = sign * rng.uniform(0.6, 1.6)
    offset = background * (1 - gain) + rng.uniform(-30, 40)
    grey = np.float32(gain) * pictures + np.float32(offset)
    if rng.random() < 0.3:
        sigma = rng.uniform(0.3, 1.2)
        for picture in grey:
            cv2.GaussianBlur(picture, (0, 0), sigma, dst=picture)
    if rng.random() < 0.5:
        _add_noise(grey, rng.uniform(0.5, 6.0), rng)
    lit = np.clip(grey, 0, 255).astype(np.uint8)
    return _compress(lit, int(rng.integers(30, 95))) if rng.random() < 0.3 else lit


def _add_noise(grey: NDArray[np.float32], sigma: float, rng: Rng) -> None:
    """Add to each picture, in place, the noise of another part of one larger sheet."""
    height, width = grey.shape[1:]
    shape = (height + NOISE_MARGIN_PX, width + NOISE_MARGIN_PX)
    sheet = np.float32(sigma) * rng.standard_normal(shape, np.float32)
    for row in range(len(grey)):
        y, x = rng.integers(0, NOISE_MARGIN_PX, 2)
        grey[row] += sheet[y : y + height, x : x + width]


def _compress(pictures: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    settings = [cv2.IMWRITE_JPEG_QUALITY, quality]
    coded = [cv2.imencode(".jpg", picture, settings)[1] for picture in pictures]
    decoded = [np.asarray(cv2.imdecode(code, cv2.IMREAD_GRAYSCALE), np.uint8) for code in coded]
    return np.stack(decoded)
