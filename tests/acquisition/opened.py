"""Reference videos as they are drawn for the tests: a stage micrometer, a cut, a specimen."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from acquisition.interlacing import FieldOrder
from acquisition.specimen import FieldView, OpticsSettings, Specimen, SpecimenSettings
from acquisition.specimen.micrometer import MicrometerSettings, MicrometerView
from tests.acquisition.interlaced import film
from tests.acquisition.recordings import write_video

RATE_HZ = 25
OPTICS = OpticsSettings(um_per_px_x=0.47, um_per_px_y=0.47)
SIZE = (320, 240)
Pictures = list[NDArray[np.uint8]]


def specimen_pictures(
    frames: int,
    optics: OpticsSettings = OPTICS,
    order: FieldOrder = FieldOrder.PROGRESSIVE,
    size: tuple[int, int] = SIZE,
) -> Pictures:
    settings = SpecimenSettings(seed=77, cells_per_mm2=600, extent_um=1_600)
    return film(FieldView(Specimen(settings), optics, *size), frames, order, RATE_HZ)


def micrometer_pictures(
    frames: int,
    optics: OpticsSettings = OPTICS,
    angle_rad: float = 0.1,
    size: tuple[int, int] = SIZE,
) -> Pictures:
    view = MicrometerView(MicrometerSettings(angle_rad=angle_rad), optics, *size)
    return [view.render(index / RATE_HZ) for index in range(frames)]


def dissolve(before: NDArray[np.uint8], after: NDArray[np.uint8], frames: int) -> Pictures:
    shares = np.linspace(0, 1, frames + 2)[1:-1]
    return [np.rint((1 - share) * before + share * after).astype(np.uint8) for share in shares]


def oblong(aspect: Fraction) -> OpticsSettings:
    return replace(OPTICS, um_per_px_x=OPTICS.um_per_px_y * float(aspect))


def write_opened(path: Path, pictures: Pictures) -> Path:
    return write_video(path, pictures, rate=RATE_HZ, codec="ffv1", pix_fmt="gray")
