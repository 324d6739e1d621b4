"""The one examination that may run, in a thread of its own that no screen owns."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress

from textual.message import Message

from acquisition.camera import CameraError
from qc.status import ExaminationStatus
from tui.services import Examining, OpenExamination

_LOG = logging.getLogger(__name__)
LEAVE_TIMEOUT_S = 10.0
ALREADY_RUNNING = "an examination is still running; wait until it has ended"


class Opened(Message):
    """The devices are open and the examination begins."""

    def __init__(self, examining: Examining) -> None:
        super().__init__()
        self.examining = examining


class StatusChanged(Message):
    """The examination stands elsewhere; only the newest of several matters."""

    def __init__(self, status: ExaminationStatus) -> None:
        super().__init__()
        self.status = status

    def can_replace(self, message: Message) -> bool:
        """Whether this message makes an older one superfluous."""
        return isinstance(message, StatusChanged)


class Ended(Message):
    """The examination's thread is over and its devices are closed.

    Attributes:
        error: What went wrong, in one line; None where nothing did.
        camera_lost: Whether it was the camera.
    """

    def __init__(self, error: str | None, *, camera_lost: bool = False) -> None:
        super().__init__()
        self.error = error
        self.camera_lost = camera_lost


class Runner:
    """Runs one examination at a time and tells a screen about it by messages alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._examining: Examining | None = None
        self._leaving = False

    @property
    def running(self) -> bool:
        """Whether an examination has been started and is not over."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, open_examination: OpenExamination, post: Callable[[Message], object]) -> None:
        """Open the devices and run, in a new thread.

        Args:
            open_examination: Opens the devices; may take its time.
            post: Takes the messages; must be safe to call in any thread.

        Raises:
            RuntimeError: If an examination is running.
        """
        if self.running:
            raise RuntimeError(ALREADY_RUNNING)
        self._leaving = False
        self._thread = threading.Thread(
            target=self._run, args=(open_examination, post), name="examination", daemon=True
        )
        self._thread.start()

    def leave(self, timeout_s: float = LEAVE_TIMEOUT_S) -> bool:
        """Ask the examination to stop with its session left open, wait, and close the devices.

        Args:
            timeout_s: How long to wait for it.

        Returns:
            Whether it ended in time; the devices are closed in any case.
        """
        with self._lock:
            self._leaving = True
            examining = self._examining
        if examining is not None:
            examining.controls.leave()
        if self._thread is not None:
            self._thread.join(timeout_s)
        if self.running and examining is not None:
            with suppress(Exception):
                examining.close()
        return not self.running

    def _run(self, open_examination: OpenExamination, post: Callable[[Message], object]) -> None:
        ended = Ended(None)
        try:
            self._examine(open_examination, post)
        except Exception as problem:  # noqa: BLE001 - a thread's end must reach the screen
            _LOG.exception("the examination ended with an error")
            by_camera = isinstance(problem, CameraError) or isinstance(
                problem.__cause__, CameraError
            )
            text = str(problem) or type(problem).__name__
            ended = Ended(text, camera_lost=by_camera)
        post(ended)

    def _examine(
        self, open_examination: OpenExamination, post: Callable[[Message], object]
    ) -> None:
        examining = open_examination(lambda status: post(StatusChanged(status)))
        try:
            with self._lock:
                self._examining = examining
                leaving = self._leaving
            if not leaving:
                post(Opened(examining))
                examining.run()
        finally:
            with self._lock:
                self._examining = None
            examining.close()
