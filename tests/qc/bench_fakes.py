"""A bench without devices: every part does at once what it is told to."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from acquisition.camera import CameraInfo, CameraSettings
from acquisition.clip import Clip, ClipNotes
from acquisition.frame import Frame
from acquisition.microscope import Microscope
from acquisition.notice import Notice
from acquisition.stage import Position, StageLimits
from acquisition.temperature_log import Reading
from acquisition.video import VideoInfo
from calibration.scale import Scale
from inference.analysis import Analysis
from inference.counting import GradeCounts
from inference.field import Drift, FieldResult, GradedTrack
from inference.grading import Grade, Thresholds
from inference.identity import ModelIdentity
from inference.tracks import Track
from qc.bench import Bench, RecordedClip, RecordingProgress, Timing
from qc.examination import Examination
from qc.records.store import Store
from qc.records.values import FieldRecord, SessionRecord
from qc.status import ExaminationStatus, Phase

AT_ONCE = Timing(settle_s=0.0, drift_s=0.0, poll_s=0.005)
FIELD = GradeCounts(20, 10, 5, 15)


class FakeCamera:
    """Sends black frames for as long as it is asked."""

    info = CameraInfo("motiscope", "fake", "1", has_clock=True)

    def open(self) -> None: ...

    def apply(self, settings: CameraSettings) -> CameraSettings:
        return settings

    @contextmanager
    def frames(self) -> Iterator[Iterator[Frame]]:
        yield iter(Frame(np.zeros((4, 4), np.uint8), index) for index in range(10**6))

    def close(self) -> None: ...


class FakeStage:
    """Stands where it was sent."""

    limits = StageLimits(-9000, 9000, -9000, 9000)
    notices: tuple[Notice, ...] = ()

    def __init__(self) -> None:
        self.visited: list[Position] = []

    def position(self) -> Position:
        return self.visited[-1]

    def move_to(self, target: Position) -> None:
        self.limits.check(target)
        self.visited.append(target)

    def stop(self) -> None: ...

    def close(self) -> None: ...


class FakeHeater:
    """Reads the temperatures it was given, the last one for ever."""

    def __init__(self, *temperatures_c: float) -> None:
        self.target_c = 0.0
        self._readings = deque(temperatures_c or (37.0,))

    def temperature_c(self) -> float:
        return self._readings.popleft() if len(self._readings) > 1 else self._readings[0]

    def set_target_c(self, target_c: float) -> None:
        self.target_c = target_c

    def settled(self, tolerance_c: float = 0.5) -> bool:
        return abs(self.temperature_c() - self.target_c) <= tolerance_c

    def close(self) -> None: ...


class FakeRecorder:
    """Writes a file of a few bytes in ten steps; `at` acts on a step of a field.

    In the field that `ends_in` names, the source ends half-way.
    """

    def __init__(self) -> None:
        self.durations_s: list[float] = []
        self.notes: list[ClipNotes] = []
        self.at: dict[tuple[int, int], Callable[[], None]] = {}
        self.ends_in: int | None = None
        self.temperatures: tuple[Reading, ...] = ()
        self.fault: Callable[[], str | None] = lambda: None

    def __call__(
        self,
        path: Path,
        duration_s: float,
        notes: ClipNotes,
        cut: Callable[[], bool],
        watch: Callable[[RecordingProgress], None],
    ) -> RecordedClip | None:
        self.durations_s.append(duration_s)
        self.notes.append(notes)
        steps = 0
        with path.open("xb") as file:
            for step in range(10):
                self.at.get((len(self.durations_s), step), lambda: None)()
                if cut() or self.fault() or (len(self.durations_s) == self.ends_in and step == 5):
                    break
                file.write(bytes([step]))
                steps += 1
                watch(RecordingProgress(steps * duration_s / 10, steps * 25, 1))
        if steps == 0:
            path.unlink()
            return None
        clip = Clip(
            path=path,
            sidecar=path.with_suffix(".clip.json"),
            sha256=sha256(path.read_bytes()).hexdigest(),
            frames=steps * 25,
            lost=1,
            duration_s=steps * duration_s / 10,
            complete=steps == 10,
        )
        return RecordedClip(clip, 0.8, self.temperatures, self.fault())


def graded_tracks(counted: GradeCounts) -> tuple[GradedTrack, ...]:
    """Return a track of two points for every counted cell."""
    grades = [grade for grade in Grade for _ in range(getattr(counted, grade.value))]
    return tuple(
        GradedTrack(_track(number), grade, present_at_start=True)
        for number, grade in enumerate(grades, 1)
    )


def _track(number: int) -> Track:
    return Track(
        track_id=number,
        frame=np.arange(2),
        time_s=np.arange(2) / 50,
        xy_um=np.full((2, 2), float(number)),
        size_um=np.full((2, 2), 4.0),
        score=np.ones(2),
        activity=np.ones(2),
        moves=np.ones(2),
        interpolated=np.zeros(2, bool),
    )


class FakeAnalyser:
    """Answers with the counts and drifts it was given, in their order; on request with cells."""

    def __init__(self, *counts: GradeCounts) -> None:
        self.counts = deque(counts)
        self.drifts: deque[Drift | None] = deque()
        self.clips: list[Path] = []
        self.with_cells = False
        self.then: Callable[[int], None] = lambda number: None

    def __call__(self, clip: Path, scale: Scale) -> Analysis:
        self.clips.append(clip)
        self.then(len(self.clips))
        counted = self.counts.popleft() if self.counts else FIELD
        result = FieldResult(
            first_frame=0,
            frames=250,
            lost_frames=1,
            duration_s=5.0,
            counted=counted,
            time_weighted_percent=dict.fromkeys(Grade, 25.0),
            drift=self.drifts.popleft() if self.drifts else Drift(0.3, 0.4),
            cells=graded_tracks(counted) if self.with_cells else (),
        )
        video = VideoInfo(clip, "0" * 64, 250, 50.0, 640, 480)
        return Analysis(video, ModelIdentity("net", "a" * 64), scale, Thresholds(), (result,))


def fake_microscope(heater: FakeHeater | None = None) -> Microscope:
    return Microscope(FakeCamera(), FakeStage(), heater or FakeHeater())


@dataclass(frozen=True, slots=True)
class FakeBench(Bench):
    """A bench whose parts are known to be fakes."""

    microscope: Microscope = field(default_factory=fake_microscope)
    record: FakeRecorder = field(default_factory=FakeRecorder)
    analyse: FakeAnalyser = field(default_factory=FakeAnalyser)
    new_preparation: Callable[[int], None] | None = lambda number: None
    timing: Timing = AT_ONCE

    @property
    def stage(self) -> FakeStage:
        """The stage."""
        assert isinstance(self.microscope.stage, FakeStage)
        return self.microscope.stage


def fake_bench(
    analyse: FakeAnalyser | None = None, heater: FakeHeater | None = None, **changes: Any
) -> FakeBench:
    parts: dict[str, Any] = {
        "microscope": fake_microscope(heater),
        "analyse": analyse or FakeAnalyser(),
    }
    return FakeBench(**(parts | changes))


class WatchedExamination(Examination):
    """An examination that remembers every status it showed."""

    def __init__(self, session: SessionRecord, bench: Bench, store: Store) -> None:
        super().__init__(session, bench, store, watch=self._remember)
        self.shown: list[ExaminationStatus] = []
        self._awaited: dict[Phase, threading.Event] = {}

    @property
    def phases(self) -> list[Phase]:
        """The phases in their order, each once for every time it was entered."""
        seen = [status.phase for status in self.shown]
        return seen[:1] + [after for before, after in pairwise(seen) if before is not after]

    def will_reach(self, phase: Phase) -> threading.Event:
        """Return an event that is set when a phase is shown."""
        return self._awaited.setdefault(phase, threading.Event())

    def in_thread(self) -> threading.Thread:
        """Run in a thread."""
        thread = threading.Thread(target=self.run)
        thread.start()
        return thread

    def _remember(self, status: ExaminationStatus) -> None:
        self.shown.append(status)
        if status.phase in self._awaited:
            self._awaited[status.phase].set()


Examine = Callable[..., WatchedExamination]
"""The kind of the factory that the fixture `examine` gives."""


def fields(store: Store, examination: Examination) -> tuple[FieldRecord, ...]:
    """Return what is stored of the first replicate's fields."""
    return store.session(examination.session_id).replicates[0].fields
