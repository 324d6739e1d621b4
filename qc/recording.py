"""The recorder of an examination: clips from a camera, with the focus measured meanwhile."""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from acquisition.camera import Camera
from acquisition.clip import Clip, ClipNotes
from acquisition.frame import Frame
from acquisition.heater import Heater
from acquisition.image_quality import focus_score
from acquisition.latest import Latest
from acquisition.recorder import Progress, Recorder, RecordingCancelledError
from acquisition.temperature_log import TemperatureLog
from qc.bench import RecordedClip, RecordingProgress

PROGRESS_S = 0.1
FOCUS_S = 0.5


class CameraRecorder:
    """Records fields from one camera; see `qc.bench.FieldRecorder`.

    The temperature is read throughout. A heater that falls silent ends the recording: nobody
    would know at what temperature the rest was taken.

    Args:
        camera: The camera; open, with its settings applied.
        latest: Where the newest frame is offered to a live view.
        heater: The heated stage, None where there is none.
    """

    def __init__(
        self, camera: Camera, latest: Latest | None = None, heater: Heater | None = None
    ) -> None:
        self._camera = camera
        self._latest = latest or Latest()
        self._heater = heater

    def __call__(
        self,
        path: Path,
        duration_s: float,
        notes: ClipNotes,
        cut: Callable[[], bool],
        watch: Callable[[RecordingProgress], None],
    ) -> RecordedClip | None:
        """Record one field, as the protocol says."""
        tap = _Tap(self._latest)
        with TemperatureLog(self._heater) as log:
            meter = _Meter(tap, log, watch)

            def on_progress(progress: Progress) -> None:
                if cut() or log.error is not None:
                    recorder.cancel()
                meter.tell(progress)

            recorder = Recorder(
                self._camera,
                path,
                notes,
                duration_s,
                latest=tap,
                on_progress=on_progress,
                temperatures=lambda: log.readings,
            )
            clip = _recorded(recorder)
        if clip is None:
            return None
        fault = None if clip.complete or log.error is None else str(log.error)
        return RecordedClip(clip, meter.focus, log.readings, fault)


def _recorded(recorder: Recorder) -> Clip | None:
    try:
        return recorder.record()
    except RecordingCancelledError:
        return recorder.clip


class _Tap(Latest):
    """Passes frames on to a live view and remembers the newest."""

    def __init__(self, beyond: Latest) -> None:
        super().__init__()
        self._beyond = beyond
        self.newest: Frame | None = None

    def offer(self, frame: Frame) -> None:
        self.newest = frame
        self._beyond.offer(frame)


class _Meter:
    """Tells about the progress a few times a second, and measures the focus more rarely."""

    def __init__(
        self, tap: _Tap, log: TemperatureLog, watch: Callable[[RecordingProgress], None]
    ) -> None:
        self._tap = tap
        self._log = log
        self._watch = watch
        self._told_s = self._focused_s = float("-inf")
        self._readings: list[float] = []

    @property
    def focus(self) -> float | None:
        return median(self._readings) if self._readings else None

    def tell(self, progress: Progress) -> None:
        now_s = time.monotonic()
        if now_s - self._told_s < PROGRESS_S:
            return
        self._told_s = now_s
        self._measure(now_s)
        self._watch(
            RecordingProgress(
                progress.elapsed_s,
                progress.frames,
                progress.lost,
                progress.coded,
                self._log.newest_c,
            )
        )

    def _measure(self, now_s: float) -> None:
        frame = self._tap.newest
        if frame is not None and now_s - self._focused_s >= FOCUS_S:
            self._focused_s = now_s
            self._readings.append(focus_score(frame.pixels))
