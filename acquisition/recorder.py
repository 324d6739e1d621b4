"""Recording one field: from the camera to a clip, beside a live view."""

import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from queue import Empty, Queue
from threading import Event

from acquisition.camera import Camera, CameraError
from acquisition.clip import Clip, ClipError, ClipNotes, ClipWriter
from acquisition.frame import Frame
from acquisition.latest import Latest
from acquisition.recording import (
    Elapsed,
    Progress,
    coded_bytes,
    expected_bytes,
    is_spooled,
)
from acquisition.temperature_log import Reading

__all__ = [
    "Progress",
    "Recorder",
    "RecorderError",
    "RecordingCancelledError",
    "RecordingState",
]

# Free space that is asked for, as a multiple of what the clip is expected to need.
SPACE_FACTOR = 2.0
QUEUE_S = 1.0
# The disk is looked at this often, and must have room for so much more.
LOOK_S = 0.5
RESERVE_S = 2.0


class RecorderError(Exception):
    """The field could not be recorded; the text says why and what to do."""


class RecordingCancelledError(RecorderError):
    """The operator cancelled the field."""


class RecordingState(StrEnum):
    """Where a recorder stands."""

    IDLE = "idle"
    RECORDING = "recording"
    SAVING = "saving"
    FINISHED = "finished"
    ENDED = "ended"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Recorder:
    """Records one field from a camera that is open and has its settings.

    ```
    IDLE --start--> RECORDING --time is up----------------. .---> FINISHED
                        |------the source ends before-----. SAVING --> ENDED
                        |------cancel, at the next frame--' '---> CANCELLED
                        |------camera or program fails----> SAVING --> FAILED
                        `------the disk fails-------------------> FAILED
    ```

    The camera is read on one thread and the disk written on another, with a queue of a second
    between them. Nothing is dropped here: where the disk is too slow the reader waits, and the
    camera, whose own buffers then overflow, counts what it loses. The live view is offered the
    newest frame and never touches the queue. A camera too fast for FFV1 is spooled and coded while
    saving. The disk is watched: before it is full the field ends. A field that ends early keeps
    what was recorded as an incomplete clip (`clip`), or as parts to recover where the disk failed.

    Args:
        camera: The camera.
        path: Name of the clip, ending in .mkv; nothing may have that name.
        notes: What is known before the first frame.
        duration_s: How long to record, by the camera's clock, or by frames if it has none.
        latest: Where the newest frame is offered.
        on_progress: Called after every frame on the recorder's own thread, and while a spool is
            coded; must be quick.
        temperatures: Returns the log of the heated stage, asked at the end.
        free_bytes: Tells how much may be written into a folder.
    """

    def __init__(
        self,
        camera: Camera,
        path: Path,
        notes: ClipNotes,
        duration_s: float,
        *,
        latest: Latest | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        temperatures: Callable[[], tuple[Reading, ...]] | None = None,
        free_bytes: Callable[[Path], int] | None = None,
    ) -> None:
        self._camera = camera
        self._path = path
        self._notes = notes
        self._elapsed = Elapsed(duration_s, notes.accepted.frame_rate_hz)
        self._latest = latest or Latest()
        self._on_progress = on_progress or (lambda _: None)
        self._temperatures = temperatures or (lambda: ())
        self._free_bytes = free_bytes or (lambda folder: shutil.disk_usage(folder).free)
        room = max(2, round(QUEUE_S * notes.accepted.frame_rate_hz))
        self._queue: Queue[Frame | None] = Queue(room)
        self._cancelled = Event()
        self._disk_failed = Event()
        self._state = RecordingState.IDLE
        self._writer: ClipWriter | None = None
        self._threads: tuple[Future[RecordingState], Future[None]] | None = None

    @property
    def state(self) -> RecordingState:
        """Where the recorder stands."""
        return self._state

    @property
    def clip(self) -> Clip | None:
        """What is on disk once recording has ended, complete or not."""
        return self._writer.clip if self._writer else None

    def start(self) -> None:
        """Begin to record and return at once.

        Raises:
            RecorderError: If it has been started before, the disk has too little room, or the
                clip cannot be created.
        """
        if self._state is not RecordingState.IDLE:
            raise RecorderError(f"the recorder of {self._path} has been started before")
        self._check_space()
        try:
            spooled = is_spooled(self._notes.accepted)
            self._writer = ClipWriter(self._path, self._notes, spooled=spooled)
        except ClipError as error:
            raise RecorderError(str(error)) from error
        self._state = RecordingState.RECORDING
        with _detached_pool() as pool:
            grabbing = pool.submit(self._grab)
            self._threads = grabbing, pool.submit(self._write, self._writer, grabbing)

    def cancel(self) -> None:
        """Stop at the next frame; without effect before the start and after the end."""
        self._cancelled.set()

    def result(self, timeout_s: float | None = None) -> Clip:
        """Wait for the end and return the clip; it is not complete where the source ended early.

        Raises:
            RecordingCancelledError: If the field was cancelled.
            RecorderError: If it was never started, the disk failed or no frame came.
            CameraError: As the camera raised it.
            TimeoutError: If it has not ended by then.
        """
        if self._threads is None:
            raise RecorderError(f"the recorder of {self._path} has not been started")
        grabbing, writing = self._threads
        failure = writing.exception(timeout_s)
        if isinstance(failure, ClipError):
            raise RecorderError(str(failure)) from failure
        for error in (grabbing.exception(), failure):
            if error is not None:
                raise error
        if self._state is RecordingState.CANCELLED:
            raise RecordingCancelledError(f"the recording of {self._path} was cancelled")
        if self.clip is None:
            raise RecorderError(f"{self._camera.info.model} sent no frame; check the camera")
        return self.clip

    def record(self) -> Clip:
        """Record the field and return its clip; an interrupt cancels it.

        Raises:
            RecorderError: As `start` and `result` raise it.
            CameraError: As the camera raised it.
        """
        self.start()
        with self.cancelled_by_interrupt():
            return self.result()

    @contextmanager
    def cancelled_by_interrupt(self) -> Iterator[None]:
        """Let an interrupt of the block cancel the field, and leave the block once it has ended."""
        try:
            yield
        except KeyboardInterrupt:
            self.cancel()
            with suppress(RecorderError, CameraError):
                self.result()
            raise

    def _check_space(self) -> None:
        need = SPACE_FACTOR * expected_bytes(self._notes.accepted, self._elapsed.duration_s)
        folder = self._path.parent
        try:
            free = self._free_bytes(folder)
        except OSError as error:
            raise RecorderError(f"{folder} cannot be written to ({error.strerror})") from error
        if free < need:
            raise RecorderError(
                f"{folder} has {free / 1e6:.0f} MB free and a field needs {need / 1e6:.0f} MB; "
                "free some space or choose another folder"
            )

    def _grab(self) -> RecordingState:
        ending = RecordingState.ENDED
        try:
            with self._camera.frames() as stream:
                for frame in stream:
                    if self._cancelled.is_set():
                        return RecordingState.CANCELLED
                    if self._disk_failed.is_set():
                        return RecordingState.FAILED
                    self._latest.offer(frame)
                    is_over = self._elapsed.is_over(frame)
                    self._queue.put(frame)
                    if is_over:
                        return RecordingState.FINISHED
                    if self._elapsed.is_covered(frame):
                        ending = RecordingState.FINISHED
            return ending
        finally:
            self._queue.put(None)

    def _write(self, writer: ClipWriter, grabbing: Future[RecordingState]) -> None:
        ending = RecordingState.FAILED
        try:
            with writer:
                last = self._write_frames(writer)
                if grabbing.exception() is None:
                    ending = grabbing.result()
                self._state = RecordingState.SAVING
                writer.finish(
                    complete=ending is RecordingState.FINISHED,
                    temperatures=self._temperatures(),
                    on_coded=lambda coded: self._on_progress(replace(last, coded=coded)),
                )
        except BaseException:
            ending = RecordingState.FAILED
            self._disk_failed.set()
            self._drain(grabbing)
            raise
        finally:
            self._state = ending

    def _write_frames(self, writer: ClipWriter) -> Progress:
        """Write what comes through the queue; return how far it got."""
        progress = Progress(0, 0, 0.0, self._elapsed.duration_s, 0)
        looked_s = time.monotonic()
        while (frame := self._queue.get()) is not None:
            writer.write(frame)
            progress = replace(
                progress,
                frames=progress.frames + 1,
                lost=progress.lost + frame.lost_before,
                elapsed_s=self._elapsed.of(frame),
                queued=self._queue.qsize(),
            )
            self._on_progress(progress)
            if time.monotonic() - looked_s > LOOK_S:
                looked_s = time.monotonic()
                self._watch_space(progress.elapsed_s)
        return progress

    def _watch_space(self, elapsed_s: float) -> None:
        """End the field while there still is room to close its clip, and to code its spool."""
        settings = self._notes.accepted
        need = expected_bytes(settings, RESERVE_S)
        if is_spooled(settings):
            need += coded_bytes(settings, elapsed_s)
        if (free := self._free_bytes(self._path.parent)) < need:
            raise RecorderError(
                f"{self._path.parent} has {free / 1e6:.0f} MB left: the field was ended before "
                "the disk is full; what was recorded is kept; free some space"
            )

    def _drain(self, grabbing: Future[RecordingState]) -> None:
        """Empty the queue until the reader has noticed, as it may be waiting for room."""
        while not grabbing.done() or not self._queue.empty():
            with suppress(Empty):
                self._queue.get(timeout=0.05)


@contextmanager
def _detached_pool() -> Iterator[ThreadPoolExecutor]:
    """Give two threads that end with their work and are not waited for here."""
    pool = ThreadPoolExecutor(2, thread_name_prefix="recorder")
    try:
        yield pool
    finally:
        pool.shutdown(wait=False)
