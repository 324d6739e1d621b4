"""A stage micrometer under the lens: 1 mm in 100 divisions, drawn true to a fraction of a px."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.specimen.backdrop import NoisePool, backdrop
from acquisition.specimen.phase import Image
from acquisition.specimen.recent import Recent
from acquisition.specimen.settings import OpticsSettings, SpecimenError
from acquisition.stage import Position

DIVISIONS = 100
LINE_UM = {10: 200.0, 5: 140.0, 1: 100.0}
# Blur by defocus, in µm per µm, at the aperture of the condenser's annulus.
DEFOCUS_SPREAD = 0.2
CENTRE = Position(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class MicrometerSettings:
    """The micrometer slide and how it lies.

    Attributes:
        pitch_um: Distance between neighbouring lines.
        angle_rad: Direction of the scale, clockwise on the screen; 0 is along x.
        line_width_um: Width of a line.
        centre: Where the middle of the scale lies on the slide.
        dark_lines: Dark lines on a light field, or light lines on a dark field.
        depth: Contrast of the lines, 0 to 1.

    Raises:
        SpecimenError: If lines would touch.
    """

    pitch_um: float = 10.0
    angle_rad: float = 0.0
    line_width_um: float = 2.0
    centre: Position = CENTRE
    dark_lines: bool = True
    depth: float = 0.7

    def __post_init__(self) -> None:
        if not 0 < self.line_width_um < self.pitch_um / 2:
            raise SpecimenError(
                f"lines of {self.line_width_um:g} µm do not fit a pitch of {self.pitch_um:g} µm"
            )


class MicrometerView:
    """The camera's view of a stage micrometer."""

    def __init__(
        self,
        settings: MicrometerSettings,
        optics: OpticsSettings,
        width_px: int = 640,
        height_px: int = 480,
    ) -> None:
        self.settings = settings
        self.optics = optics
        self._backdrop = backdrop(optics, width_px, height_px)
        self._noise = NoisePool(optics, width_px, height_px)
        self._size = (width_px, height_px)
        self._lines: Recent[Position, Image] = Recent(2)

    def render(
        self, time_s: float, position: Position = CENTRE, light: float = 1.0
    ) -> NDArray[np.uint8]:
        """Draw the slide; see `FieldView.render`."""
        depth = np.float32(self.settings.depth)
        sharp = self._lines.get(position, lambda: self.coverage(position))
        lines = cv2.GaussianBlur(sharp, (0, 0), self._blur_px())
        full = 1 - depth * lines if self.settings.dark_lines else 1 - depth + depth * lines
        picture = light * self._backdrop * full + self._noise.at(time_s)
        return np.asarray(np.clip(np.rint(picture), 0, 255), np.uint8)

    def _blur_px(self) -> float:
        """Return the blur of lens and defocus, as a standard deviation in px."""
        defocus_px = DEFOCUS_SPREAD * abs(self.optics.focus_um) / self.optics.um_per_px_x
        return max(0.1, math.hypot(self.optics.blur_px, defocus_px))

    def coverage(self, position: Position = CENTRE) -> Image:
        """Return the share of every pixel that is covered by lines, shape (height, width)."""
        return line_coverage(self.settings, self.optics, self._size, position)


def line_coverage(
    settings: MicrometerSettings,
    optics: OpticsSettings,
    size_px: tuple[int, int],
    position: Position = CENTRE,
) -> Image:
    """Return the share of every pixel that is covered by lines, shape (height, width).

    Args:
        settings: The slide.
        optics: What a pixel is worth.
        size_px: Width and height of the picture.
        position: Place on the slide in the picture's centre.
    """
    along, across = _on_scale(settings, optics, size_px, position)
    pitch = settings.pitch_um
    line = np.clip(np.rint(along / pitch), -DIVISIONS // 2, DIVISIONS // 2)
    length = np.full_like(along, LINE_UM[1])
    length[line % 5 == 0] = LINE_UM[5]
    length[line % 10 == 0] = LINE_UM[10]
    footprint = _footprint(optics, settings.angle_rad)
    width = _inside(along - line * pitch, settings.line_width_um, footprint)
    # All lines start on one side, as on a ruler; longer ones reach farther.
    middle = across - (length - LINE_UM[10]) / 2
    height = _inside(middle, length, _footprint(optics, settings.angle_rad + np.pi / 2))
    return np.asarray(width * height, np.float32)


def _footprint(optics: OpticsSettings, angle: float) -> float:
    """Return the extent of a pixel in a direction, in µm."""
    x, y = optics.um_per_px_x * np.cos(angle), optics.um_per_px_y * np.sin(angle)
    return float(abs(x) + abs(y)) if min(abs(x), abs(y)) < 1e-9 else float(np.hypot(x, y))


def _on_scale(
    settings: MicrometerSettings,
    optics: OpticsSettings,
    size_px: tuple[int, int],
    position: Position,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return every pixel's place along and across the scale, in µm from its middle."""
    width, height = size_px
    x = (np.arange(width) - (width - 1) / 2) * optics.um_per_px_x
    y = (np.arange(height) - (height - 1) / 2) * optics.um_per_px_y
    x, y = np.meshgrid(
        x + position.x_um - settings.centre.x_um,
        y + position.y_um - settings.centre.y_um,
        sparse=True,
    )
    cos, sin = np.cos(settings.angle_rad), np.sin(settings.angle_rad)
    return cos * x + sin * y, cos * y - sin * x


def _inside(
    distance: NDArray[np.float64], width: NDArray[np.float64] | float, pixel: float
) -> NDArray[np.float64]:
    """Return the overlap of pixels with a bar of a width centred at distance 0, 0 to 1."""
    overlap = np.minimum(distance + pixel / 2, width / 2) - np.maximum(
        distance - pixel / 2, -width / 2
    )
    share: NDArray[np.float64] = np.clip(overlap / pixel, 0, 1)
    return share
