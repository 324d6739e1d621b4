"""Records to write and stores to write them into."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from acquisition.camera import CameraInfo, CameraSettings
from acquisition.notice import Notice
from acquisition.stage import Position
from calibration.scale import Scale
from inference.counting import GradeCounts
from inference.field import Drift
from inference.grading import Grade, Thresholds
from inference.identity import ModelIdentity
from qc.bench import Bench
from qc.examination import new_session
from qc.plan import ExaminationPlan
from qc.records.store import Store, open_store
from qc.records.values import (
    ClipRecord,
    FieldOutcome,
    FieldRecord,
    ReplicateRecord,
    ResultRecord,
    SessionRecord,
)
from tests.qc.bench_fakes import Examine, FakeCamera, WatchedExamination, fake_bench
from tests.qc.made import Begin, MakeField, MakeResult, MakeSession

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
SCALE = Scale(0.495, 0.4951, "micrometer, 10 µm pitch", 0.004, 0.005)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "records.sqlite") as opened:
        yield opened


@pytest.fixture
def plan() -> ExaminationPlan:
    return ExaminationPlan(
        sample="S-17", operator="Ada Lab", scale=SCALE, calibration_sha256="c" * 64, seed=42
    )


@pytest.fixture
def make_session(plan: ExaminationPlan) -> MakeSession:
    def make(**changes: Any) -> SessionRecord:
        values: dict[str, Any] = {
            "plan": plan,
            "camera": CameraInfo("motiscope", "simulated", "1", has_clock=True),
            "folder": "/clips/S-17",
            "software": "motiscope 0.1.0",
            "begun_utc": NOON,
        }
        return SessionRecord(**(values | changes))

    return make


@pytest.fixture
def make_result() -> MakeResult:
    def make(counted: GradeCounts | None = None, **changes: Any) -> ResultRecord:
        values: dict[str, Any] = {
            "counted": counted or GradeCounts(20, 10, 4, 16),
            "time_weighted_percent": dict.fromkeys(Grade, 25.0),
            "drift": Drift(0.5, -0.25),
            "scale": SCALE,
            "calibration_sha256": "c" * 64,
            "model": ModelIdentity("head-net", "a" * 64),
            "thresholds": Thresholds(),
            "notices": (Notice("lost_frames", "2 of 300 frames were lost"),),
            "software": "motiscope 0.1.0",
            "operator": "Ada Lab",
            "analysed_utc": NOON,
            "grader": ModelIdentity("grade-net", "b" * 64),
        }
        return ResultRecord(**(values | changes))

    return make


@pytest.fixture
def make_field(make_result: MakeResult) -> MakeField:
    def make(number: int = 1, **changes: Any) -> FieldRecord:
        clip = ClipRecord(
            path=f"replicate-1/field-{number:02d}.mkv",
            sha256="b" * 64,
            frames=298,
            lost_frames=2,
            frame_rate_hz=50.0,
            duration_s=5.98,
            settings=CameraSettings(exposure_us=1990.0),
            begun_utc=NOON,
            ended_utc=NOON,
            temperature_begun_c=37.1,
            temperature_ended_c=36.9,
            focus=0.8,
        )
        values: dict[str, Any] = {
            "number": number,
            "attempt": 1,
            "outcome": FieldOutcome.COUNTED,
            "position": Position(100.0 * number, -50.5),
            "clip": clip,
            "result": make_result(),
            "field_id": uuid4(),
        }
        return FieldRecord(**(values | changes))

    return make


@pytest.fixture
def begin(store: Store, make_session: MakeSession) -> Begin:
    """Store a session with one replicate and return both."""

    def begun(**changes: Any) -> tuple[SessionRecord, ReplicateRecord]:
        session = make_session(**changes)
        replicate = ReplicateRecord(number=1, begun_utc=NOON)
        store.begin_session(session)
        store.begin_replicate(session.session_id, replicate)
        return session, replicate

    return begun


@pytest.fixture
def examine(store: Store, plan: ExaminationPlan, tmp_path: Path) -> Examine:
    """Make an examination over a bench."""

    def make(bench: Bench | None = None, **changes: Any) -> WatchedExamination:
        session = new_session(replace(plan, **changes), FakeCamera.info, tmp_path / "clips")
        return WatchedExamination(session, bench or fake_bench(), store)

    return make
