"""How long a field has been recorded, how far it is, and what it needs on disk."""

from dataclasses import dataclass

from acquisition.camera import CameraError, CameraSettings
from acquisition.frame import Frame

# FFV1 needs 0.2 bytes a pixel for a smooth picture and up to 1 for noise.
BYTES_PER_PX = 0.6


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a recording is.

    Attributes:
        frames: Frames on their way to the disk.
        lost: Frames that the camera lost.
        elapsed_s: Recorded time.
        duration_s: Time that was asked for.
        queued: Frames that wait for the disk.
    """

    frames: int
    lost: int
    elapsed_s: float
    duration_s: float
    queued: int


class Elapsed:
    """Recorded time since the first frame, and whether it is enough."""

    def __init__(self, duration_s: float, frame_rate_hz: float) -> None:
        self.duration_s = duration_s
        self._frame_rate_hz = frame_rate_hz
        self._first: Frame | None = None

    def of(self, frame: Frame) -> float:
        """Return the time from the first frame to this one in s."""
        first = self._first or frame
        if frame.time_us is None or first.time_us is None:
            return (frame.index - first.index) / self._frame_rate_hz
        return (frame.time_us - first.time_us) / 1e6

    def is_over(self, frame: Frame) -> bool:
        """Whether the time is up with this frame.

        Raises:
            CameraError: If the camera's clock is far behind its frames.
        """
        self._first = self._first or frame
        if (frame.index - self._first.index) / self._frame_rate_hz > 2 * self.duration_s + 1:
            raise CameraError(
                f"the camera's clock says {self.of(frame):.2f} s after {frame.index} frames at "
                f"{self._frame_rate_hz:g} frames/s; its clock or its frame rate is wrong"
            )
        return self.of(frame) >= self.duration_s

    def is_covered(self, frame: Frame) -> bool:
        """Whether the time is up with this frame, to the nearest frame, where none follows it."""
        return self.of(frame) + 1.5 / self._frame_rate_hz > self.duration_s


def expected_bytes(settings: CameraSettings, duration_s: float) -> float:
    """Return what a clip is expected to need on disk."""
    pixels = settings.width_px * settings.height_px
    return BYTES_PER_PX * pixels * settings.frame_rate_hz * duration_s
