"""Simulated time: as fast as the work is done, or in step with the wall clock."""

import threading
import time
from typing import Protocol


class Clock(Protocol):
    """The time that the simulated devices share, in s from 0."""

    def now_s(self) -> float:
        """Return the time."""
        ...

    def wait_until(self, time_s: float, stop: threading.Event | None = None) -> None:
        """Return when the time has come or `stop` is set."""
        ...

    def spend(self, seconds: float) -> None:
        """Let a device's answer take time, where time is free."""
        ...


class FreeClock:
    """Time that passes only when somebody waits: whoever waits is served at once."""

    def __init__(self) -> None:
        self._now = 0.0
        self._lock = threading.Lock()

    def now_s(self) -> float:
        """Return the time."""
        return self._now

    def wait_until(self, time_s: float, stop: threading.Event | None = None) -> None:
        """Move the time forward to `time_s`; it never goes back."""
        if stop is not None and stop.is_set():
            return
        with self._lock:
            self._now = max(self._now, time_s)

    def spend(self, seconds: float) -> None:
        """Move the time forward."""
        with self._lock:
            self._now += seconds


class WallClock:
    """Time that passes as on the wall, from 0 when the clock is made."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._never = threading.Event()

    def now_s(self) -> float:
        """Return the time."""
        return time.monotonic() - self._start

    def wait_until(self, time_s: float, stop: threading.Event | None = None) -> None:
        """Wait for the time or for `stop`."""
        (stop or self._never).wait(max(0.0, time_s - self.now_s()))

    def spend(self, seconds: float) -> None:
        """Do nothing: real time passes by itself."""
