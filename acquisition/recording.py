"""How long a field has been recorded, how far it is, and what it needs on disk."""

from dataclasses import dataclass

from acquisition.camera import CameraError, CameraSettings
from acquisition.frame import Frame

# FFV1 needs 0.2 bytes a pixel for a smooth picture and up to 1 for noise.
BYTES_PER_PX = 0.6
# Two cores code 145 million px a second and nothing else; the live view and count need half of
# that. Faster cameras are spooled.
FFV1_PX_PER_S = 70e6
# A camera's clock that departs from its frames by more than this in one step has jumped.
CLOCK_TOLERANCE_S = 1.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a recording is.

    Attributes:
        frames: Frames on their way to the disk.
        lost: Frames that the camera lost.
        elapsed_s: Recorded time.
        duration_s: Time that was asked for.
        queued: Frames that wait for the disk.
        coded: Frames of a spool that have been coded; None while frames still come.
    """

    frames: int
    lost: int
    elapsed_s: float
    duration_s: float
    queued: int
    coded: int | None = None


class Elapsed:
    """Recorded time since the first frame, and whether it is enough."""

    def __init__(self, duration_s: float, frame_rate_hz: float) -> None:
        self.duration_s = duration_s
        self._frame_rate_hz = frame_rate_hz
        self._first: Frame | None = None
        self._last: Frame | None = None

    def of(self, frame: Frame) -> float:
        """Return the time from the first frame to this one in s."""
        first = self._first or frame
        if frame.time_us is None or first.time_us is None:
            return (frame.index - first.index) / self._frame_rate_hz
        return (frame.time_us - first.time_us) / 1e6

    def is_over(self, frame: Frame) -> bool:
        """Whether the time is up with this frame.

        Raises:
            CameraError: If the camera's clock jumps, does not go on, or is far behind its frames.
        """
        self._first = self._first or frame
        self._watch_clock(frame)
        if (frame.index - self._first.index) / self._frame_rate_hz > 2 * self.duration_s + 1:
            raise CameraError(
                f"the camera's clock says {self.of(frame):.2f} s after {frame.index} frames at "
                f"{self._frame_rate_hz:g} frames/s; its clock or its frame rate is wrong"
            )
        return self.of(frame) >= self.duration_s

    def _watch_clock(self, frame: Frame) -> None:
        last, self._last = self._last, frame
        if last is None or frame.time_us is None or last.time_us is None:
            return
        step_s = (frame.time_us - last.time_us) / 1e6
        ahead_s = step_s - (frame.index - last.index) / self._frame_rate_hz
        if abs(ahead_s) > CLOCK_TOLERANCE_S:
            raise CameraError(
                f"the camera's clock jumped by {ahead_s:+.2f} s at frame {frame.index}: its times "
                "cannot be trusted; open the camera again"
            )
        if step_s <= 0:
            what = "stood still" if step_s == 0 else f"gone back by {-step_s:.6g} s"
            raise CameraError(
                f"the camera's clock has {what} at frame {frame.index}: its times cannot be "
                "trusted; open the camera again"
            )

    def is_covered(self, frame: Frame) -> bool:
        """Whether the time is up with this frame, to the nearest frame, where none follows it."""
        return self.of(frame) + 1.5 / self._frame_rate_hz > self.duration_s


def is_spooled(settings: CameraSettings) -> bool:
    """Whether a camera is too fast for FFV1 to be coded as the frames come."""
    return _px_per_s(settings) > FFV1_PX_PER_S


def expected_bytes(settings: CameraSettings, duration_s: float) -> float:
    """Return what a clip is expected to need on disk, while it is recorded and coded."""
    spool = _px_per_s(settings) * duration_s if is_spooled(settings) else 0.0
    return spool + coded_bytes(settings, duration_s)


def coded_bytes(settings: CameraSettings, duration_s: float) -> float:
    """Return what FFV1 is expected to need for so long a clip."""
    return BYTES_PER_PX * _px_per_s(settings) * duration_s


def _px_per_s(settings: CameraSettings) -> float:
    """Return pixels a second; those of 12 bits take the room and the time of two."""
    px = settings.width_px * settings.height_px * settings.frame_rate_hz
    return px if settings.bits == 8 else 2 * px
