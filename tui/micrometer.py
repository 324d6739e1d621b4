"""The stage micrometer under the lens, for the calibration screen."""

from contextlib import ExitStack, suppress
from itertools import cycle
from math import pi

from acquisition.camera import CameraError, CameraSettings
from acquisition.frame import Frame
from acquisition.specimen.bench import Slide
from qc.preview import previewed
from tui.assembly import Devices, camera_set_up, open_simulated
from tui.services import Calibrating

# A still slide needs no more pictures than the eye that focuses on it.
LIVE = CameraSettings(frame_rate_hz=12.0)


def open_micrometer() -> Calibrating:
    """Open the simulated microscope with its stage micrometer, and begin its live picture.

    Raises:
        CameraError: If the camera cannot be opened.
    """
    return calibrating(open_simulated(0, paced=True))


def calibrating(devices: Devices) -> Calibrating:
    """Put the micrometer of open devices under the lens, and begin the live picture.

    Raises:
        CameraError: If the slide cannot be changed by software.
    """
    world, camera, open_parts = devices.world, devices.microscope.camera, ExitStack()
    if world is None:
        raise CameraError("a recording has no stage micrometer to measure; choose a camera")
    open_parts.callback(devices.close)
    world.put(Slide.MICROMETER)
    seen = camera_set_up(camera.info, camera.apply(LIVE))
    check = open_parts.enter_context(previewed(camera, devices.latest))

    def newest_frame() -> Frame | None:
        check()
        return devices.latest.take()

    angles_rad = cycle((pi / 2, 0.0))

    def turn() -> None:
        world.put(Slide.MICROMETER, turned_rad=next(angles_rad))

    def close() -> None:
        # A failure of the camera was told by `newest_frame`.
        with suppress(CameraError):
            open_parts.close()

    return Calibrating(seen, newest_frame, turn, close)
