"""What is really in the picture: the answers against which every result can be held."""

import math
from dataclasses import dataclass

from acquisition.specimen.debris import ThingKind
from acquisition.specimen.settings import SwimGrade


@dataclass(frozen=True, slots=True)
class CellTruth:
    """One spermatozoon at one instant.

    Attributes:
        cell_id: Number of the cell within its specimen; the same in every frame.
        grade: How it swims.
        x_px: Centre of the head in px; the centre of the upper left pixel is (0, 0).
        y_px: Centre of the head in px.
        x_um: Centre of the head in field coordinates (px times µm per px).
        y_um: Centre of the head in field coordinates.
        slide_x_um: Centre of the head in slide coordinates.
        slide_y_um: Centre of the head in slide coordinates.
        net_vx_um_s: What the head travels in the 1 s that follows, drift not counted.
        net_vy_um_s: The same along y.
        path_speed_um_s: Speed along the mean path, without the beat of the head.
        angle_rad: Direction in which the head points, clockwise on the screen.
        length_um: Length of the head.
        width_um: Width of the head.
        defocus_um: Height above the focal plane.
    """

    cell_id: int
    grade: SwimGrade
    x_px: float
    y_px: float
    x_um: float
    y_um: float
    slide_x_um: float
    slide_y_um: float
    net_vx_um_s: float
    net_vy_um_s: float
    path_speed_um_s: float
    angle_rad: float
    length_um: float
    width_um: float
    defocus_um: float

    @property
    def net_speed_um_s(self) -> float:
        """Straight-line speed (VSL) over the 1 s that follows."""
        return math.hypot(self.net_vx_um_s, self.net_vy_um_s)


@dataclass(frozen=True, slots=True)
class ThingTruth:
    """One thing in the picture that is no spermatozoon.

    Attributes:
        kind: What it looks like.
        x_px: Centre in px.
        y_px: Centre in px.
        size_um: Diameter.
        defocus_um: Height above the focal plane.
    """

    kind: ThingKind
    x_px: float
    y_px: float
    size_um: float
    defocus_um: float
