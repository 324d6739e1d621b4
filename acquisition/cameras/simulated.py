"""The simulated camera: it looks at the simulated microscope and fails when asked to."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from acquisition.camera import (
    CameraError,
    CameraInfo,
    CameraSettings,
    CameraSilentError,
    CameraVanishedError,
)
from acquisition.frame import Frame
from acquisition.specimen.bench import Geometry, SimulatedMicroscope

FULL_LIGHT_US = 2_000.0
MAX_SIDE_PX = 2_048
MIN_SIDE_PX = 64
MAX_RATE_HZ = 500.0
MAX_GAIN_DB = 24.0
MIN_EXPOSURE_US = 20.0


@dataclass(frozen=True, slots=True)
class CameraFaults:
    """What goes wrong, if anything.

    Attributes:
        lose_every: Every nth frame is lost on its way; None for never.
        vanish_after: The camera is unplugged, once, after this many frames of a stream.
        silent_after: The camera stops sending after this many frames of a stream.
        timeout_s: Silence longer than this is an error.
        has_clock: False for a camera whose frames carry no time.
        absent: The camera cannot be opened.
    """

    lose_every: int | None = None
    vanish_after: int | None = None
    silent_after: int | None = None
    timeout_s: float = 2.0
    has_clock: bool = True
    absent: bool = False


class SimulatedCamera:
    """A camera over the simulated microscope; see `acquisition.camera.Camera`.

    Frames carry the microscope's simulated time. With a paced microscope they come in real
    time, else as fast as they are drawn.
    """

    def __init__(
        self,
        microscope: SimulatedMicroscope,
        faults: CameraFaults | None = None,
        serial: str = "SIM-0001",
    ) -> None:
        self._microscope = microscope
        self._faults = faults or CameraFaults()
        self._serial = serial
        self._settings = CameraSettings()
        self._is_open = False
        self._may_vanish = True
        self._stop = threading.Event()

    @property
    def info(self) -> CameraInfo:
        """Which camera this is."""
        return CameraInfo("motiscope", "simulated", self._serial, self._faults.has_clock)

    @property
    def settings(self) -> CameraSettings:
        """The settings as accepted."""
        return self._settings

    @property
    def geometry(self) -> Geometry:
        """Size of the picture, for asking the microscope for its truth."""
        return Geometry(self._settings.width_px, self._settings.height_px, self._settings.binning)

    def open(self) -> None:
        """Connect.

        Raises:
            CameraError: If the camera is absent by its fault settings.
        """
        if self._faults.absent:
            raise CameraError(f"no camera {self._serial}; plug it in and try again")
        self._is_open = True

    def apply(self, settings: CameraSettings) -> CameraSettings:
        """Take over settings, each brought into the camera's range.

        Raises:
            CameraError: If the camera is not open.
        """
        self._require_open()
        rate = min(max(settings.frame_rate_hz, 1.0), MAX_RATE_HZ)
        self._settings = replace(
            settings,
            width_px=_side(settings.width_px),
            height_px=_side(settings.height_px),
            frame_rate_hz=rate,
            exposure_us=min(max(settings.exposure_us, MIN_EXPOSURE_US), 1e6 / rate),
            gain_db=min(max(settings.gain_db, 0.0), MAX_GAIN_DB),
            binning=min(max(settings.binning, 1), 2),
            left_px=0,
            top_px=0,
            bits=8,
        )
        return self._settings

    @contextmanager
    def frames(self) -> Iterator[Iterator[Frame]]:
        """Start the stream; leaving the context ends it.

        Raises:
            CameraError: If the camera is not open.
        """
        self._require_open()
        self._stop = threading.Event()
        try:
            yield self._stream(self._stop)
        finally:
            self._stop.set()

    def close(self) -> None:
        """Let the camera go."""
        self._stop.set()
        self._is_open = False

    def _require_open(self) -> None:
        if not self._is_open:
            raise CameraError(f"camera {self._serial} is not open; open it first")

    def _stream(self, stop: threading.Event) -> Iterator[Frame]:
        clock, faults, lost = self._microscope.clock, self._faults, 0
        start = clock.now_s()
        index = 0
        while not stop.is_set():
            self._fail(index, stop)
            due = start + index / self._settings.frame_rate_hz
            clock.wait_until(due, stop)
            if faults.lose_every and index % faults.lose_every == faults.lose_every - 1:
                lost += 1
            elif not stop.is_set():
                yield self._frame(index, due, lost)
                lost = 0
            index += 1

    def _fail(self, index: int, stop: threading.Event) -> None:
        faults, clock = self._faults, self._microscope.clock
        if index == faults.vanish_after and self._may_vanish:
            self._may_vanish = False
            self._is_open = False
            raise CameraVanishedError(f"camera {self._serial} was unplugged; plug it in again")
        if index == faults.silent_after:
            clock.wait_until(clock.now_s() + faults.timeout_s, stop)
            raise CameraSilentError(
                f"camera {self._serial} has sent nothing for {faults.timeout_s:g} s; "
                "check its cable and trigger"
            )

    def _frame(self, index: int, time_s: float, lost_before: int) -> Frame:
        settings = self._settings
        light = settings.exposure_us / FULL_LIGHT_US * 10 ** (settings.gain_db / 20)
        return Frame(
            pixels=self._microscope.render(time_s, self.geometry, light),
            index=index,
            time_us=round(time_s * 1e6) if self._faults.has_clock else None,
            host_time_ns=time.monotonic_ns(),
            lost_before=lost_before,
        )


def _side(wanted_px: int) -> int:
    """Return the nearest side that the sensor can read out: a multiple of 4 in its range."""
    return min(max(wanted_px, MIN_SIDE_PX), MAX_SIDE_PX) // 4 * 4
