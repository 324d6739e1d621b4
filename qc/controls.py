"""What the operator asks of a running examination, from any thread."""

import threading
from collections.abc import Callable


class AbortedError(Exception):
    """The operator ended the examination; the text is the reason."""


class LeftError(Exception):
    """The operator left the examination open, to go on with it later."""


class Controls:
    """Requests that take effect at the next boundary. Every method may be called in any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._paused = False
        self._confirmed = False
        self._repeat: str | None = None
        self._override: str | None = None
        self._expose = False
        self._end: AbortedError | LeftError | None = None

    def pause(self) -> None:
        """Stop before the next field."""
        with self._changed:
            self._paused = True
            self._changed.notify_all()

    def resume(self) -> None:
        """Go on after a pause, or say that the new preparation is in place."""
        with self._changed:
            self._paused = False
            self._confirmed = True
            self._changed.notify_all()

    def repeat_field(self, reason: str) -> None:
        """Record the present field again, or the last one where none is being recorded."""
        with self._changed:
            self._repeat = reason
            self._paused = False
            self._changed.notify_all()

    def override_temperature(self, reason: str) -> None:
        """Record at whatever temperature the stage has."""
        with self._changed:
            self._override = reason
            self._changed.notify_all()

    def set_exposure(self) -> None:
        """Find the exposure from the picture before the next field."""
        with self._changed:
            self._expose = True
            self._changed.notify_all()

    def abort(self, reason: str) -> None:
        """End the examination; a recording is cut at its next frame."""
        self._stop(AbortedError(reason))

    def leave(self) -> None:
        """Stop as `abort` does, but leave the session open."""
        self._stop(LeftError("left open"))

    def _stop(self, end: AbortedError | LeftError) -> None:
        with self._changed:
            self._end = self._end or end
            self._changed.notify_all()

    @property
    def paused(self) -> bool:
        """Whether a pause is wanted."""
        with self._changed:
            return self._paused

    def cut_wanted(self) -> bool:
        """Whether a running recording must be cut at its next frame."""
        with self._changed:
            return self._end is not None or self._repeat is not None

    @property
    def end_reason(self) -> str | None:
        """Why the examination is to end, None unless it is."""
        with self._changed:
            return None if self._end is None else str(self._end)

    def check(self) -> None:
        """Raise what ends the examination, if it is to end.

        Raises:
            AbortedError: If it was aborted.
            LeftError: If it was left.
        """
        with self._changed:
            if self._end is not None:
                raise self._end

    def take_repeat(self) -> str | None:
        """Return why a field is to be recorded again, once, or None."""
        with self._changed:
            reason, self._repeat = self._repeat, None
            return reason

    def take_override(self) -> str | None:
        """Return why the temperature does not matter, once, or None."""
        with self._changed:
            reason, self._override = self._override, None
            return reason

    @property
    def exposure_wanted(self) -> bool:
        """Whether the exposure is to be found from the picture."""
        with self._changed:
            return self._expose

    def take_exposure(self) -> bool:
        """Whether `set_exposure` was called since this was last asked."""
        with self._changed:
            wanted, self._expose = self._expose, False
            return wanted

    def take_confirmation(self) -> bool:
        """Whether `resume` was called since this was last asked."""
        with self._changed:
            confirmed, self._confirmed = self._confirmed, False
            return confirmed

    def sleep(self, seconds: float) -> None:
        """Wait this long; only an end cuts it short.

        Raises:
            AbortedError: If it was aborted.
            LeftError: If it was left.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._end is not None, seconds)
        self.check()

    def wait_until(self, reached: Callable[[], bool], poll_s: float) -> None:
        """Wait until something is true, looking whenever something is asked for or time passes.

        Raises:
            AbortedError: If it was aborted.
            LeftError: If it was left.
        """
        self.check()
        while not reached():
            with self._changed:
                self._changed.wait(poll_s)
            self.check()
