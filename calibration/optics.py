"""What a scale belongs to: objective, adapter, camera, binning; and the scale they promise."""

import math
from dataclasses import dataclass

from calibration.scale import Scale

MAX_NOMINAL_GAP = 0.02
"""A measured scale farther than this share from the nominal one calls for a second look."""


class OpticsError(ValueError):
    """Optics that cannot be."""


@dataclass(frozen=True, slots=True)
class CameraSetUp:
    """What a camera says of itself: the part of the optics that software can see.

    Attributes:
        serial: Serial number of the camera.
        binning: Sensor pixels summed to one picture pixel, in x and y.
        size_px: Width and height of the picture.
    """

    serial: str
    binning: tuple[int, int]
    size_px: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Optics:
    """The parts of the light path that decide what a pixel is worth.

    Two clips share a scale only where all of this is equal.

    Attributes:
        objective: Magnification of the objective (40 for 40x).
        adapter: Magnification of the camera adapter and any other lens (0.5 for 0.5x).
        camera_serial: Serial number of the camera, or a name where it has none.
        pixel_pitch_um: Width and height of a sensor pixel before binning, in µm.
        binning: Sensor pixels summed to one picture pixel, in x and y.
        region_px: Left, top, width and height of the sensor region in picture pixels, None for all.

    Raises:
        OpticsError: If a magnification, pitch, binning or region cannot be, or the serial is empty.
    """

    objective: float
    adapter: float
    camera_serial: str
    pixel_pitch_um: tuple[float, float]
    binning: tuple[int, int] = (1, 1)
    region_px: tuple[int, int, int, int] | None = None

    def __post_init__(self) -> None:
        numbers = {
            "objective's magnification": (self.objective,),
            "adapter's magnification": (self.adapter,),
            "pixel pitch in µm": self.pixel_pitch_um,
            "binning": self.binning,
        }
        for name, values in numbers.items():
            if not all(math.isfinite(v) and v > 0 for v in values):
                raise OpticsError(f"the {name} is {', '.join(map(str, values))}; must be positive")
        if self.region_px is not None and not (
            min(self.region_px[:2]) >= 0 and min(self.region_px[2:]) > 0
        ):
            raise OpticsError(f"the region {self.region_px} lies outside the sensor or is empty")
        if not self.camera_serial.strip():
            raise OpticsError("the camera has no serial; give it a name")

    @property
    def nominal_um_per_px(self) -> tuple[float, float]:
        """µm per px in x and y: pixel pitch times binning over magnification."""
        magnification = self.objective * self.adapter
        x, y = (
            pitch * bins / magnification
            for pitch, bins in zip(self.pixel_pitch_um, self.binning, strict=True)
        )
        return x, y

    @property
    def pixel_aspect(self) -> float:
        """Width over height of a picture pixel."""
        x, y = self.nominal_um_per_px
        return x / y

    def conflict(self, camera: CameraSetUp) -> str:
        """Say what of a camera does not belong to these optics; empty where all of it does."""
        if camera.serial != self.camera_serial:
            return f"camera {self.camera_serial}, not {camera.serial}"
        if camera.binning != self.binning:
            return f"binning {_by(self.binning)}, not {_by(camera.binning)}"
        if self.region_px is not None and camera.size_px != self.region_px[2:]:
            return f"a region of {_by(self.region_px[2:])} px, not {_by(camera.size_px)} px"
        return ""

    def __str__(self) -> str:
        bins = "" if self.binning == (1, 1) else f", binning {_by(self.binning)}"
        region = "" if self.region_px is None else f", region {','.join(map(str, self.region_px))}"
        parts = f"{self.objective:g}x, adapter {self.adapter:g}x, camera {self.camera_serial}"
        return f"{parts}{bins}{region}"


def _by(sides: tuple[int, ...]) -> str:
    return "x".join(map(str, sides))


@dataclass(frozen=True, slots=True)
class NominalCheck:
    """A measured scale beside the nominal one, as measured / nominal - 1 in x and y."""

    gap_x: float
    gap_y: float

    @property
    def agrees(self) -> bool:
        """Whether both axes lie within 2 % of the nominal scale."""
        return max(abs(self.gap_x), abs(self.gap_y)) <= MAX_NOMINAL_GAP

    @property
    def text(self) -> str:
        """One line for the technician."""
        gaps = f"{100 * self.gap_x:+.1f} % in x and {100 * self.gap_y:+.1f} % in y"
        if self.agrees:
            return f"the scale lies {gaps} from the nominal optics"
        return f"the scale lies {gaps} from the nominal optics; check objective, adapter, division"


def check_nominal(scale: Scale, optics: Optics) -> NominalCheck:
    """Compare a measured scale with pixel pitch x binning / magnification."""
    x, y = optics.nominal_um_per_px
    return NominalCheck(scale.um_per_px_x / x - 1, scale.um_per_px_y / y - 1)
