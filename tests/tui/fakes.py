"""A bench without devices for the screens: an examination that does what the test says."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle
from math import pi
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from textual.pilot import Pilot
from textual.screen import Screen

from acquisition.camera import CameraInfo, CameraSettings
from acquisition.frame import Frame
from acquisition.image_quality import ImageQuality
from acquisition.notice import Notice
from acquisition.specimen.micrometer import MicrometerSettings, MicrometerView
from acquisition.specimen.settings import OpticsSettings
from acquisition.video import VideoError
from calibration.optics import CameraSetUp
from calibration.profiles import CalibrationProfile, OpticsHistory
from calibration.scale import Scale
from inference.counting import PROGRESSIVE, GradeCounts
from inference.field import Drift
from inference.grading import Thresholds
from inference.identity import ModelIdentity
from qc.corrected import admitted
from qc.corrections import Correction
from qc.picture import Picture
from qc.plan import ExaminationPlan
from qc.records.database import StoreError
from qc.records.values import (
    ClipRecord,
    FieldOutcome,
    FieldRecord,
    ReplicateRecord,
    ResultRecord,
    SessionRecord,
    SessionState,
    SessionSummary,
)
from qc.result import session_result
from qc.review import counted_field
from qc.status import ExaminationStatus, Phase
from tests.tui.quality_fakes import make_quality
from tui.quality import QualityServices
from tui.services import Calibrating, Examining, Publish, Services

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SCALE = Scale(0.5, 0.5, "micrometer slide, 2026-02-20")
PLAN = ExaminationPlan("S-17", "Ada Lab", SCALE, seed=42)
SESSION = UUID(int=7)
RECORDING = ExaminationStatus(
    phase=Phase.RECORDING,
    session_id=SESSION,
    replicate=1,
    replicates=2,
    field=3,
    fields_counted=2,
    min_fields=5,
    counted=GradeCounts(52, 20, 12, 40),
    min_cells=200,
    temperature_c=36.9,
    picture=Picture(ImageQuality(0.74, 0.0, 0.35, 0.06), 2.8, 31),
    drift_um_s=3.1,
    recorded_s=3.2,
    duration_s=6.0,
    frames=160,
    message="",
)


BRACKETED = ("[/x]", "[bold]A", "[red]B[/]")
"""Names that would vanish, or fail, where a screen took them for markup."""


class EmptyStart(Screen[None]):
    """Stands where the start would, for tests of other screens."""

    def __init__(self, services: Services) -> None:
        del services
        super().__init__()


def on_screen(pilot: Pilot[None]) -> str:
    """Return what the screen shows as text, its lines joined by single spaces."""
    screen = pilot.app.screen
    strips = screen._compositor.render_strips()
    return " ".join(" ".join(strip.text for strip in strips).split())


def heads(seed: int = 5, noise: float = 2.0) -> NDArray[np.uint8]:
    """Draw a grey field with bright heads and dark tails, the same for the same seed."""
    rng = np.random.default_rng(seed)
    pixels = rng.normal(100, noise, (480, 640))
    for x, y in rng.integers((20, 20), (600, 450), (30, 2)):
        pixels[y : y + 9, x : x + 9] = 230
        pixels[y + 4 : y + 6, x + 9 : x + 40] = 60
    return pixels.clip(0, 255).astype(np.uint8)


class ScriptedExamination:
    """Says what the test lets it say, and remembers what it was asked for."""

    def __init__(self, *, fails_with: Exception | None = None) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.events: list[str] = []
        self.frames: list[Frame] = []
        self.fails_with = fails_with
        self.runs = threading.Event()
        self.may_end = threading.Event()
        self.publish: Publish = lambda status: None

    def open(self, publish: Publish) -> Examining:
        self.publish = publish
        self.events.append("opened")
        return Examining(PLAN, self, self.run, self.newest_frame, self.close)

    def run(self) -> None:
        self.events.append("run")
        self.runs.set()
        self.may_end.wait(20)
        self.events.append("ended")
        if self.fails_with is not None:
            raise self.fails_with

    def newest_frame(self) -> Frame | None:
        return self.frames.pop() if self.frames else None

    def close(self) -> None:
        self.events.append("closed")

    def pause(self) -> None:
        self.asked.append(("pause",))

    def resume(self) -> None:
        self.asked.append(("resume",))

    def repeat_field(self, reason: str) -> None:
        self.asked.append(("repeat", reason))

    def override_temperature(self, reason: str) -> None:
        self.asked.append(("override", reason))

    def set_exposure(self) -> None:
        self.asked.append(("exposure",))

    def abort(self, reason: str) -> None:
        self.asked.append(("abort", reason))
        self.may_end.set()

    def leave(self) -> None:
        self.asked.append(("leave",))
        self.may_end.set()


class FakeStore:
    """Holds sessions in a list; with `trouble` it cannot be read."""

    def __init__(self, *sessions: SessionRecord, trouble: str = "") -> None:
        self.held = {session.session_id: session for session in sessions}
        self.trouble = trouble
        self.renewed = 0
        self.profiles: list[CalibrationProfile] = []

    def sessions(self, state: SessionState | None = None) -> tuple[SessionSummary, ...]:
        if self.trouble:
            raise StoreError(self.trouble)
        every = (summary(session) for session in self.held.values())
        return tuple(each for each in every if state in (None, each.state))

    def session(self, session_id: UUID) -> SessionRecord:
        if session_id not in self.held:
            raise StoreError(f"there is no session {session_id}")
        return self.held[session_id]

    def optics(self) -> tuple[OpticsHistory, ...]:
        if self.trouble:
            raise StoreError(self.trouble)
        by_name = {each.name: each.optics for each in self.profiles}
        return tuple(
            OpticsHistory(name, optics, tuple(p for p in self.profiles if p.name == name))
            for name, optics in by_name.items()
        )

    def add_profile(self, profile: CalibrationProfile) -> None:
        self.profiles.append(profile)

    def correct(self, session_id: UUID, field_id: UUID, wanted: Correction) -> Correction:
        session = self.session(session_id)
        _, field = counted_field(session, field_id)
        cells = field.result.cells if field.result else ()
        made = admitted(cells, field.corrections, wanted)
        grown = replace(field, corrections=(*field.corrections, made))
        replicates = tuple(
            replace(each, fields=tuple(grown if f is field else f for f in each.fields))
            for each in session.replicates
        )
        self.held[session_id] = replace(session, replicates=replicates)
        return made

    def renew_reports(self) -> None:
        self.renewed += 1

    def close_incomplete(self, session_id: UUID, reason: str) -> None:
        session = self.session(session_id)
        closed = replace(session, state=SessionState.INCOMPLETE, closing_reason=reason)
        self.held[session_id] = closed


class FakeMicrometer:
    """A camera over a drawn micrometer; what it shows can be replaced, and is given once.

    A picture that is painted again and again would keep every key of a test waiting.
    """

    def __init__(self, *, fails_with: Exception | None = None) -> None:
        self.slide = MicrometerView(MicrometerSettings(), OpticsSettings())
        self.pixels = self.slide.render(0.0)
        self.given: NDArray[np.uint8] | None = None
        self.fails_with = fails_with
        self.turns = True
        self.angles_rad = cycle((pi / 2, 0.0))
        self.closed = False

    def open(self) -> Calibrating:
        if self.fails_with is not None:
            raise self.fails_with
        self.given = None
        camera = CameraSetUp("SIM-0001", (1, 1), (640, 480))
        return Calibrating(camera, self.newest_frame, self.turn, self.close)

    def newest_frame(self) -> Frame | None:
        if self.given is self.pixels:
            return None
        self.given = self.pixels
        return Frame(self.pixels, 0)

    def turn(self) -> None:
        self.given = None
        if not self.turns:
            return
        turned = MicrometerSettings(angle_rad=next(self.angles_rad))
        self.pixels = MicrometerView(turned, OpticsSettings()).render(0.0)

    def close(self) -> None:
        self.closed = True


def no_clip(session: SessionRecord, field: FieldRecord, frame: int) -> NDArray[np.uint8]:
    """Say that the clip is not there, as the reader of clips does."""
    raise VideoError(f"{session.folder}/{field.clip.path} does not exist")


def summary(session: SessionRecord) -> SessionSummary:
    """Return the line of a session in the list."""
    counted = sum((each.counted for each in session.replicates), GradeCounts())
    progressive = session_result(session).grades.get(PROGRESSIVE)
    return SessionSummary(
        session_id=session.session_id,
        sample=session.plan.sample,
        operator=session.plan.operator,
        state=session.state,
        begun_utc=session.begun_utc,
        ended_utc=session.ended_utc,
        replicates=len(session.replicates),
        fields=sum(len(each.fields) for each in session.replicates),
        counted=counted,
        progressive_percent=progressive.percent if progressive else None,
    )


def make_session(
    number: int = 7,
    sample: str = "S-17",
    state: SessionState = SessionState.COMPLETE,
    second_rapid: int = 18,
    operator: str = "Ada Lab",
) -> SessionRecord:
    """Return a session of two replicates with five fields each."""
    first = [GradeCounts(18 + i, 7, 5, 12) for i in range(5)]
    second = [GradeCounts(second_rapid + i, 8, 5, 11) for i in range(5)]
    replicates = tuple(
        ReplicateRecord(n, NOON, tuple(_field(i, c) for i, c in enumerate(counts, 1)))
        for n, counts in ((1, first), (2, second))
    )
    return SessionRecord(
        plan=replace(PLAN, sample=sample, operator=operator),
        camera=CameraInfo("motiscope", "simulated", "1", has_clock=True),
        folder="clips/2026-03-01-00000007",
        software="0.1.0",
        begun_utc=NOON,
        state=state,
        replicates=replicates,
        session_id=UUID(int=number),
    )


def _field(number: int, counted: GradeCounts) -> FieldRecord:
    clip = ClipRecord(
        f"field-{number}.mkv", "b" * 64, 300, 0, 50.0, 6.0, CameraSettings(), NOON, NOON
    )
    notices = (Notice("drift", "a drift of 7.2 µm/s was taken off"),) if number == 3 else ()
    result = ResultRecord(
        counted=counted,
        time_weighted_percent={},
        drift=Drift(7.2, 0.0),
        scale=SCALE,
        calibration_sha256=None,
        model=ModelIdentity("net", "a" * 64),
        thresholds=Thresholds(),
        notices=notices,
        software="0.1.0",
        operator="Ada Lab",
        analysed_utc=NOON,
    )
    return FieldRecord(number, 1, FieldOutcome.COUNTED, None, clip, result)


def make_services(
    examination: ScriptedExamination | None = None,
    store: FakeStore | None = None,
    export: Callable[[UUID], tuple[Path, ...]] = lambda session_id: (Path("S-17.csv"),),
    close: Callable[[UUID, str], None] | None = None,
    picture: Callable[[SessionRecord, FieldRecord, int], NDArray[np.uint8]] | None = None,
    micrometer: Callable[[], Calibrating] | None = None,
    quality: QualityServices | None = None,
    operator: str = "",
) -> Services:
    """Return services over an examination that the test holds."""
    held, records = examination or ScriptedExamination(), store or FakeStore()
    return Services(
        store=records,
        begin=lambda request, publish: held.open(publish),
        go_on=lambda session_id, publish: held.open(publish),
        export=export,
        close=close or records.close_incomplete,
        correct=records.correct,
        renew_reports=records.renew_reports,
        open_micrometer=micrometer or (lambda: FakeMicrometer().open()),
        keep_calibration=records.add_profile,
        picture=picture or no_clip,
        new_seed=lambda: 48151623,
        software="motiscope 0.1.0",
        quality=quality or make_quality(),
        operator=operator,
    )
