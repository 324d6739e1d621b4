"""Where the status of an examination is shown to the other threads."""

import threading
from collections.abc import Callable
from dataclasses import replace

from qc.picture import Picture
from qc.status import ExaminationStatus, Phase

StatusWatcher = Callable[[ExaminationStatus], None]


class StatusBoard:
    """Holds one frozen status; written by the examination, read by anyone.

    Args:
        watch: Told about every new status, one after the other, in the thread that posts it; it
            must return at once.
    """

    def __init__(self, watch: StatusWatcher | None = None) -> None:
        # Held while the watcher is told, too, so that it never hears an older status last.
        self._lock = threading.RLock()
        self._status = ExaminationStatus()
        self._watch = watch

    @property
    def status(self) -> ExaminationStatus:
        """The present status."""
        with self._lock:
            return self._status

    def post(self, status: ExaminationStatus) -> None:
        """Show a new status."""
        with self._lock:
            self._status = status
            if self._watch is not None:
                self._watch(status)

    def see(self, picture: Picture) -> None:
        """Show what the live picture shows; the rest stays as it is."""
        with self._lock:
            self.post(replace(self._status, picture=picture))

    def enter(self, phase: Phase, message: str = "", *, asks: bool = False) -> None:
        """Show that another phase has begun, and whether the operator is asked for something."""
        self.post(replace(self.status, phase=phase, message=message, asks=asks))
