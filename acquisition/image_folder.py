"""Folders of numbered images, read as a video."""

import hashlib
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from math import gcd
from pathlib import Path
from typing import NamedTuple, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.file_name import in_utf_8
from acquisition.frame import Frame
from acquisition.picture_file import decoded
from acquisition.video_info import FrameRateError, VideoError, VideoInfo, check_length

IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"})
_THREADS = 2
_READ_AHEAD = 8
# Depths that a camera's 16-bit file can hold, when it does not say which.
_DEPTHS_BITS = (10, 12, 14, 16)

Result = TypeVar("Result")


class _Look(NamedTuple):
    sha256: str
    shape: tuple[int, ...]
    bits: int
    used_bits: int


class ImageFolder:
    """A folder of images in the order of their numbers, each of which could be read once."""

    def __init__(
        self, info: VideoInfo, images: Sequence[Path], indices: Sequence[int], depth_bits: int
    ) -> None:
        self._info = info
        self._images = images
        self._indices = indices
        self._depth_bits = depth_bits

    @property
    def info(self) -> VideoInfo:
        """What is known before reading."""
        return self._info

    def frames(self) -> Iterator[Frame]:
        """Yield every image in order; a gap in the numbers is a loss.

        Raises:
            VideoError: If an image has become unreadable.
        """
        before = -1
        pictures = _in_order(self._grey, self._images)
        for index, pixels in zip(self._indices, pictures, strict=True):
            time_us = round(index * 1e6 / self._info.frame_rate_hz)
            yield Frame(pixels, index, time_us, lost_before=index - before - 1)
            before = index

    def _grey(self, image: Path) -> NDArray[np.uint8]:
        return _to_8_bits(_decode(image, _read(image)), self._depth_bits)


def open_folder(path: Path, frame_rate_hz: float | None) -> ImageFolder:
    """Open a folder of numbered images.

    Every image is read once here, so that a damaged one is known before work begins.

    Raises:
        VideoError: If the frame rate is missing, or the images are not one recording.
    """
    images = _numbered_images(path)
    check_length(path, len(images))
    if frame_rate_hz is None:
        raise FrameRateError(
            f"{path} holds images, which state no frame rate; give it with --frame-rate"
        )
    looks = list(_in_order(_look, images))
    _check_alike(images, looks)
    digest = hashlib.sha256()
    for image, look in zip(images, looks, strict=True):
        digest.update(f"{in_utf_8(image.name)}\0{look.sha256}\n".encode())
    height_px, width_px = looks[0].shape
    info = VideoInfo(path, digest.hexdigest(), len(images), frame_rate_hz, width_px, height_px)
    return ImageFolder(info, images, _indices(images), max(look.used_bits for look in looks))


def _numbered_images(path: Path) -> list[Path]:
    images = [
        entry
        for entry in path.iterdir()
        if entry.suffix.lower() in IMAGE_SUFFIXES and entry.name[0] != "." and entry.is_file()
    ]
    if not images:
        kinds = ", ".join(sorted(IMAGE_SUFFIXES))
        raise VideoError(f"{path} holds no images ({kinds}); give a folder of numbered images")
    images.sort(key=lambda image: (_numbers(image), image.name))
    if not _numbers(images[0]):
        raise VideoError(f"{path}: {images[0].name} has no number, so the images have no order")
    for image in images:
        if _pattern(image) != _pattern(images[0]):
            raise VideoError(
                f"{path}: {image.name} is not numbered like {images[0].name}; "
                "keep only the frames of one recording in the folder"
            )
    for before, image in pairwise(images):
        if _numbers(before) == _numbers(image):
            raise VideoError(
                f"{path}: {before.name} and {image.name} have the same number; "
                "keep each picture once in the folder"
            )
    return images


def _numbers(image: Path) -> tuple[int, ...]:
    return tuple(int(digits) for digits in re.findall(r"\d+", image.stem))


def _pattern(image: Path) -> str:
    return re.sub(r"\d+", "#", image.stem)


def _indices(images: Sequence[Path]) -> list[int]:
    """Return the index of every image, gaps included where one number alone counts up."""
    columns = [
        column for column in zip(*map(_numbers, images), strict=True) if len(set(column)) > 1
    ]
    if len(columns) != 1:
        return list(range(len(images)))
    steps = [after - before for before, after in pairwise(columns[0])]
    return [(number - columns[0][0]) // gcd(*steps) for number in columns[0]]


def _look(image: Path) -> _Look:
    data = _read(image)
    pixels = _decode(image, data)
    bits = used_bits = 8 * pixels.dtype.itemsize
    if bits == 16:
        used_bits = next(depth for depth in _DEPTHS_BITS if int(pixels.max()) < 1 << depth)
    return _Look(hashlib.sha256(data).hexdigest(), pixels.shape, bits, used_bits)


def _check_alike(images: Sequence[Path], looks: Sequence[_Look]) -> None:
    for image, look in zip(images, looks, strict=True):
        if look.shape != looks[0].shape:
            first, other = ("x".join(map(str, s[::-1])) for s in (looks[0].shape, look.shape))
            raise VideoError(
                f"{image} is {other} px where the first image is {first} px; "
                "keep only the frames of one recording in the folder"
            )
        if look.bits != looks[0].bits:
            raise VideoError(
                f"{image} has {look.bits} bits where the first image has {looks[0].bits}; "
                "keep only the frames of one recording in the folder"
            )


def _read(image: Path) -> bytes:
    try:
        return image.read_bytes()
    except OSError as error:
        raise VideoError(f"{image} cannot be read ({error.strerror})") from error


def _decode(image: Path, data: bytes) -> NDArray[np.generic]:
    pixels = decoded(data, cv2.IMREAD_ANYDEPTH)
    if pixels is None or pixels.dtype not in (np.uint8, np.uint16):
        raise VideoError(f"{image} cannot be read as an image of 8 or 16 bits; copy it again")
    return pixels


def _to_8_bits(pixels: NDArray[np.generic], depth_bits: int) -> NDArray[np.uint8]:
    if pixels.dtype == np.uint8 and depth_bits == 8:
        return pixels.astype(np.uint8, copy=False)
    return np.right_shift(pixels.astype(np.uint16), depth_bits - 8).astype(np.uint8)


def _in_order(work: Callable[[Path], Result], images: Iterable[Path]) -> Iterator[Result]:
    """Yield `work(image)` for every image in order, a few images ahead on other threads."""
    with ThreadPoolExecutor(_THREADS) as pool:
        waiting: deque[Future[Result]] = deque()
        for image in images:
            waiting.append(pool.submit(work, image))
            if len(waiting) > _READ_AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
