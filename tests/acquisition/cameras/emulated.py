"""Pictures of known truth for pylon's emulated camera."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from acquisition.cameras import basler
from acquisition.cameras.basler import BaslerCamera, emulated_camera
from tests.acquisition.recordings import picture


def pictures(count: int, width: int = 160, height: int = 120) -> list[NDArray[np.uint8]]:
    return [picture(i, width, height) for i in range(count)]


def written(folder: Path, taken: list[NDArray[np.uint8]]) -> Path:
    folder.mkdir(exist_ok=True)
    for i, pixels in enumerate(taken):
        uncompressed = [cv2.IMWRITE_TIFF_COMPRESSION, 1]
        assert cv2.imwrite(str(folder / f"{i:05d}.tiff"), pixels, uncompressed)
    return folder


def emulated(folder: Path, patch: pytest.MonkeyPatch, count: int = 7) -> BaslerCamera:
    """Return the emulated camera, playing pictures 0 to count - 1."""
    patch.setenv(basler.EMULATION, "1")
    return emulated_camera(written(folder / "played", pictures(count)))
