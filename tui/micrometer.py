"""The stage micrometer under the lens, for the calibration screen."""

from contextlib import ExitStack, suppress
from dataclasses import replace
from itertools import cycle
from math import pi

from acquisition.camera import CameraError
from acquisition.frame import Frame
from acquisition.specimen.bench import Slide
from qc.preview import previewed
from tui.assembly import Devices, open_camera, open_simulated
from tui.config import SIMULATED, Config
from tui.services import Calibrating

# A still slide needs no more pictures than the eye that focuses on it.
LIVE_HZ = 12.0


def open_micrometer(config: Config) -> Calibrating:
    """Open the bench's camera over the stage micrometer, and begin its live picture.

    Raises:
        CameraError: If the camera cannot be opened.
    """
    if config.camera == SIMULATED:
        return calibrating(open_simulated(0, paced=True))
    return calibrating(open_camera(config.camera))


def calibrating(devices: Devices) -> Calibrating:
    """Put the micrometer of open devices under the lens, where software can, and show it.

    Raises:
        CameraError: If the devices replay a recording, or the camera refuses.
    """
    world, camera, open_parts = devices.world, devices.microscope.camera, ExitStack()
    if devices.plays_once:
        raise CameraError("a recording has no stage micrometer to measure; choose a camera")
    open_parts.callback(devices.close)
    if world is not None:
        world.put(Slide.MICROMETER)
    seen = replace(devices, asked=replace(devices.asked, frame_rate_hz=LIVE_HZ)).set_up
    check = open_parts.enter_context(previewed(camera, devices.latest))

    def newest_frame() -> Frame | None:
        check()
        return devices.latest.take()

    angles_rad = cycle((pi / 2, 0.0))

    def turn() -> None:
        if world is not None:
            world.put(Slide.MICROMETER, turned_rad=next(angles_rad))

    def close() -> None:
        # A failure of the camera was told by `newest_frame`.
        with suppress(CameraError):
            open_parts.close()

    return Calibrating(seen, newest_frame, turn, close)
