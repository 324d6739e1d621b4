"""The seam to a camera: what every driver does, and how it says that it cannot."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from acquisition.frame import Frame


class CameraError(Exception):
    """The camera refused or failed; the text says what and what to do."""


class CameraVanishedError(CameraError):
    """The camera was unplugged or lost its power."""


class CameraSilentError(CameraError):
    """The camera is there but has sent no frame for longer than the time-out."""


@dataclass(frozen=True, slots=True)
class CameraInfo:
    """Which camera this is.

    Attributes:
        vendor: Maker, or "motiscope" for the simulated camera.
        model: Model name.
        serial: Serial number, by which a vanished camera is found again.
        has_clock: Whether frames carry the camera's own time.
    """

    vendor: str
    model: str
    serial: str
    has_clock: bool


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """What a camera is asked for, or what it has accepted.

    Attributes:
        width_px: Width of the region, in picture pixels (after binning).
        height_px: Height of the region.
        frame_rate_hz: Frames per second.
        exposure_us: Time of exposure; a camera shortens it rather than its frame rate.
        gain_db: Amplification.
        binning: Sensor pixels summed to one picture pixel, along each side.
        left_px: Where the region begins, in picture pixels from the sensor's left edge.
        top_px: Where the region begins, from the sensor's upper edge.
        bits: Bits of a pixel, 8 or 12.
    """

    width_px: int = 640
    height_px: int = 480
    frame_rate_hz: float = 50.0
    exposure_us: float = 2_000.0
    gain_db: float = 0.0
    binning: int = 1
    left_px: int = 0
    top_px: int = 0
    bits: int = 8


class Camera(Protocol):
    """A camera. Use: `open`, `apply`, `with frames() as stream`, `close`."""

    @property
    def info(self) -> CameraInfo:
        """Which camera this is; valid after `open`."""
        ...

    def open(self) -> None:
        """Connect to the device.

        Raises:
            CameraError: If it is absent, in use or refuses.
        """
        ...

    def apply(self, settings: CameraSettings) -> CameraSettings:
        """Ask for settings and return them as the device accepted them."""
        ...

    def frames(self) -> AbstractContextManager[Iterator[Frame]]:
        """Start the stream; leaving the context stops it.

        The iterator raises CameraVanishedError or CameraSilentError; a lost frame is data
        (`Frame.lost_before`). A finite source (a replayed file) simply ends.
        """
        ...

    def close(self) -> None:
        """Let the device go; safe to call twice."""
        ...
