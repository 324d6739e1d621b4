"""A place for one frame, the newest, between a camera and a live view."""

from threading import Condition

from acquisition.frame import Frame


class Latest:
    """Holds the newest frame: offering never waits, and what is not taken in time is replaced."""

    def __init__(self) -> None:
        self._frame: Frame | None = None
        self._changed = Condition()

    def offer(self, frame: Frame) -> None:
        """Put a frame in the place of the one before."""
        with self._changed:
            self._frame = frame
            self._changed.notify_all()

    def take(self, timeout_s: float = 0.0) -> Frame | None:
        """Take the newest frame, or None if none has come since the last was taken.

        Args:
            timeout_s: How long to wait for one.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._frame is not None, timeout_s)
            frame, self._frame = self._frame, None
            return frame
