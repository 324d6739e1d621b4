"""How a worker tells its screen how far it has come, and learns that nobody waits for it."""

from collections.abc import Callable
from time import monotonic

from textual.worker import get_current_worker

from tui.stopped import StoppedError

_EVERY_S = 0.25
_KNOWN_AFTER_S = 5.0


class Telling:
    """Takes the progress of one piece of work; made in the worker that does it.

    Args:
        say: Takes a line; called in the worker, a few times a second at most.
        clock: Seconds that only rise.
    """

    def __init__(
        self, say: Callable[[str], object], clock: Callable[[], float] = monotonic
    ) -> None:
        self._worker = get_current_worker()
        self._say = say
        self._clock = clock
        self._what = ""
        self._begun_s = self._due_s = 0.0

    def __call__(self, what: str, done: int, of: int) -> None:
        """Tell what is done of it.

        Raises:
            StoppedError: If the worker was cancelled.
        """
        if self._worker.is_cancelled:
            raise StoppedError
        now_s = self._clock()
        if what != self._what:
            self._what, self._begun_s, self._due_s = what, now_s, now_s
        if now_s >= self._due_s:
            self._due_s = now_s + _EVERY_S
            self._say(f"{what} {done} of {of}{left(now_s - self._begun_s, done, of)}")


def left(passed_s: float, done: int, of: int) -> str:
    """Say how long it will take yet, once that can be told."""
    if passed_s < _KNOWN_AFTER_S or not done:
        return ""
    left_s = passed_s * (of - done) / done
    return f", {left_s / 60:.0f} min left" if left_s >= 90 else f", {left_s:.0f} s left"
