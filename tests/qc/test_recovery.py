"""An examination is killed with SIGKILL and goes on where it stood."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest

from acquisition.camera import CameraSettings
from acquisition.cameras.simulated import SimulatedCamera
from acquisition.clip import ClipNotes, ClipWriter
from acquisition.frame import Frame
from acquisition.microscope import Microscope
from acquisition.specimen.bench import BenchSettings, SimulatedMicroscope
from inference.counting import GradeCounts
from inference.field import Drift
from qc import recovery
from qc.bench import Bench
from qc.examination import Examination, ExaminationError, new_session
from qc.plan import ExaminationPlan
from qc.recording import CameraRecorder
from qc.records.database import StoreError
from qc.records.store import Store, open_store
from qc.records.values import SessionRecord, SessionState
from qc.recovery import close_incomplete
from qc.result import Conclusion
from qc.session_lock import locked
from tests.qc.bench_fakes import (
    AT_ONCE,
    FakeAnalyser,
    FakeCamera,
    FakeHeater,
    FakeStage,
    fake_bench,
)

ROOT = Path(__file__).parents[2]

SMALL = CameraSettings(width_px=160, height_px=120, frame_rate_hz=4.0)

# The child records for real and is killed as soon as its third field has a few frames.
CHILD = """
import os, signal, sys
from pathlib import Path
from qc.examination import Examination, new_session
from qc.plan import ExaminationPlan
from qc.records.store import open_store
from calibration.scale import Scale
import qc.recording
from tests.qc.test_recovery import SMALL, real_bench

qc.recording.PROGRESS_S = 0.0
folder = Path(sys.argv[1])
bench = real_bench()
scale = Scale(0.5, 0.5, "test")
plan = ExaminationPlan("S-17", "Ada Lab", scale, seed=3, replicates=1, settings=SMALL)
session = new_session(plan, bench.microscope.camera.info, folder / "clips")

def watch(status):
    if status.field == 3 and status.frames > 2:
        os.kill(os.getpid(), signal.SIGKILL)

Examination(session, bench, open_store(folder / "records.sqlite"), watch=watch).run()
"""


def real_bench() -> Bench:
    """Make a bench with the simulated camera and the real recorder, as fast as they can."""
    camera = SimulatedCamera(SimulatedMicroscope(BenchSettings(paced=False)))
    camera.open()
    return Bench(
        microscope=Microscope(camera, FakeStage(), FakeHeater()),
        record=CameraRecorder(camera),
        analyse=FakeAnalyser(),
        count_visible=lambda frame, scale: 100,
        timing=AT_ONCE,
    )


Stray = Callable[..., SessionRecord]


@pytest.fixture
def stray(plan: ExaminationPlan, tmp_path: Path) -> Stray:
    """Make a session of one stored field, with one more clip on disk and not in the store."""

    def make(store: Store, complete: bool = True, **changes: Any) -> SessionRecord:
        asked = replace(plan, **changes.pop("plan", {}))
        session = new_session(asked, FakeCamera.info, tmp_path / "clips")
        bench = fake_bench()
        examination = Examination(session, bench, store)
        bench.record.at[2, 0] = examination.leave
        examination.run()
        notes: dict[str, Any] = {
            "camera": FakeCamera.info,
            "asked": plan.settings,
            "accepted": replace(plan.settings, width_px=64, height_px=64),
            "session": str(session.session_id),
            "replicate": 1,
            "field_number": 2,
            "temperatures_c": (37.0, 36.9),
        }
        path = Path(session.folder) / "replicate-1" / "field-02-1.mkv"
        with ClipWriter(path, ClipNotes(**(notes | changes))) as writer:
            for index in range(20):
                writer.write(Frame(np.full((64, 64), index, np.uint8), index, index * 20_000))
            writer.finish(complete=complete)
        return store.session(session.session_id)

    return make


@pytest.mark.timeout(180)
@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_a_session_killed_in_its_third_field_goes_on_where_it_stood(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CHILD, str(tmp_path)]
    ended = subprocess.run(command, cwd=ROOT, check=False, timeout=150)
    assert ended.returncode == -signal.SIGKILL
    with open_store(tmp_path / "records.sqlite") as store:
        (line,) = store.sessions(SessionState.OPEN)
        before = store.session(line.session_id)
        assert [f.outcome.value for f in before.replicates[0].fields] == ["counted"] * 2

        result = Examination(before, real_bench(), store).run()

        after = store.session(line.session_id)
    assert result.conclusion is Conclusion.REPORTED
    fields = after.replicates[0].fields
    assert fields[:2] == before.replicates[0].fields
    assert [(f.number, f.attempt, f.outcome.value) for f in fields[2:4]] == [
        (3, 1, "unfinished"),
        (3, 2, "counted"),
    ]
    assert 0 < fields[2].clip.frames < 20
    assert fields[3].position == fields[2].position
    assert [f.number for f in after.replicates[0].counting] == [1, 2, 3, 4, 5]
    for field in fields:
        path = Path(after.folder) / field.clip.path
        assert sha256(path.read_bytes()).hexdigest() == field.clip.sha256


def test_a_clip_that_was_finished_but_not_stored_is_graded_and_counted(
    store: Store, stray: Stray
) -> None:
    session = stray(store, field_number=2)
    bench = fake_bench()
    Examination(session, bench, store).run()
    fields = store.session(session.session_id).replicates[0].fields
    assert (fields[1].number, fields[1].outcome.value) == (2, "counted")
    assert fields[1].clip.frames == 20
    assert (fields[1].clip.temperature_begun_c, fields[1].clip.temperature_ended_c) == (37.0, 36.9)
    assert bench.analyse.clips[0].name == "field-02-1.mkv"
    assert len(bench.record.durations_s) == 3 + 5


def test_a_clip_that_was_cut_is_kept_and_not_counted(store: Store, stray: Stray) -> None:
    session = stray(store, complete=False, field_number=2)
    Examination(session, fake_bench(), store).run()
    fields = store.session(session.session_id).replicates[0].fields
    assert [(f.number, f.attempt, f.outcome.value) for f in fields[1:3]] == [
        (2, 1, "unfinished"),
        (2, 2, "counted"),
    ]
    assert fields[1].reason == "the program or a device failed during the recording"


def test_a_clip_that_cannot_be_analysed_does_not_keep_its_session_from_going_on(
    store: Store, stray: Stray
) -> None:
    session = stray(store)
    bench = fake_bench()

    def broken(number: int) -> None:
        if number == 1:
            raise RuntimeError("no field can be read")

    bench.analyse.then = broken
    result = Examination(session, bench, store).run()
    assert result.conclusion is Conclusion.REPORTED
    fields = store.session(session.session_id).replicates[0].fields
    assert [(f.number, f.attempt, f.outcome.value) for f in fields[1:3]] == [
        (2, 1, "unfinished"),
        (2, 2, "counted"),
    ]
    assert fields[1].reason == "not analysed: no field can be read"


def test_a_session_that_was_closed_meanwhile_is_not_gone_on_with(
    store: Store, stray: Stray
) -> None:
    session = stray(store)
    store.close_session(session.session_id, SessionState.ABORTED, "spilled")
    before, trail = store.session(session.session_id), store.audit()
    bench = fake_bench(heater=FakeHeater())
    with pytest.raises(ExaminationError, match="is aborted; it can no longer change"):
        Examination(session, bench, store).run()
    assert (store.session(session.session_id), store.audit()) == (before, trail)
    assert bench.record.durations_s == []
    assert bench.analyse.clips == []


def test_a_repeat_that_was_not_stored_replaces_the_field_and_is_not_counted_beside_it(
    store: Store, stray: Stray
) -> None:
    session = stray(store, field_number=1)
    (first,) = session.replicates[0].fields
    Examination(session, fake_bench(FakeAnalyser(GradeCounts(a=13))), store).run()
    replicate = store.session(session.session_id).replicates[0]
    again = replicate.fields[1]
    assert (again.number, again.attempt, again.outcome.value) == (1, 2, "counted")
    assert (again.replaces, again.reason) == (first.field_id, "repeated")
    assert [f.number for f in replicate.counting] == [1, 2, 3, 4, 5]
    assert replicate.counting[0] == again


def test_a_repeat_that_was_cut_leaves_the_old_field_counted(store: Store, stray: Stray) -> None:
    session = stray(store, complete=False, field_number=1)
    Examination(session, fake_bench(), store).run()
    fields = store.session(session.session_id).replicates[0].fields
    assert [(f.number, f.attempt, f.outcome.value) for f in fields[:3]] == [
        (1, 1, "counted"),
        (1, 2, "unfinished"),
        (1, 3, "counted"),
    ]
    assert fields[2].replaces == fields[0].field_id


def test_only_recordings_that_drifted_bring_the_last_attempt_nearer(
    store: Store, stray: Stray
) -> None:
    session = stray(store, field_number=1, plan={"max_attempts": 2})
    bench = fake_bench()
    bench.analyse.drifts.append(Drift(20.0, 0.0))
    Examination(session, bench, store).run()
    fields = store.session(session.session_id).replicates[0].fields
    assert [(f.number, f.attempt, f.outcome.value) for f in fields[:3]] == [
        (1, 1, "counted"),
        (1, 2, "drifted"),
        (1, 3, "counted"),
    ]


def test_a_clip_of_another_session_is_left_alone(store: Store, stray: Stray) -> None:
    session = stray(store, session="another")
    Examination(session, fake_bench(), store).run()
    fields = store.session(session.session_id).replicates[0].fields
    assert [f.outcome.value for f in fields] == ["counted"] * 5
    assert fields[1].clip.path == "replicate-1/field-02-1-2.mkv"
    assert (Path(session.folder) / "replicate-1" / "field-02-1.mkv").exists()


def test_what_cannot_be_recovered_is_left_alone(store: Store, stray: Stray) -> None:
    session = stray(store, session="another")
    part = Path(session.folder) / "replicate-1" / "field-03-1.mkv.part"
    part.write_bytes(b"nothing that can be read")
    Examination(session, fake_bench(), store).run()
    assert part.read_bytes() == b"nothing that can be read"
    assert len(store.session(session.session_id).replicates[0].counting) == 5


def test_going_on_is_in_the_audit_trail(store: Store, stray: Stray) -> None:
    session = stray(store)
    Examination(session, fake_bench(), store).run()
    assert "continued" in [entry.action for entry in store.audit(session.session_id)]


def test_closing_as_incomplete_keeps_the_clips_that_were_not_stored(
    store: Store, stray: Stray
) -> None:
    session = stray(store)
    close_incomplete(session.session_id, store, "no time to go on")
    closed = store.session(session.session_id)
    assert (closed.state, closed.closing_reason) == (SessionState.INCOMPLETE, "no time to go on")
    assert [f.outcome.value for f in closed.replicates[0].fields] == ["counted", "unfinished"]
    assert closed.replicates[0].counting == session.replicates[0].counting


def test_a_session_is_closed_once(store: Store, stray: Stray) -> None:
    session = stray(store)
    close_incomplete(session.session_id, store, "first")
    with pytest.raises(StoreError, match="can no longer change"):
        close_incomplete(session.session_id, store, "second")


def test_a_session_that_another_program_examines_is_not_closed(store: Store, stray: Stray) -> None:
    session = stray(store)
    part = Path(session.folder) / "replicate-1" / "field-03-1.mkv.part"
    part.write_bytes(b"being written by the other program")
    with (
        locked(Path(session.folder)),
        pytest.raises(StoreError, match="by another motiscope") as caught,
    ):
        close_incomplete(session.session_id, store, "too early")
    assert "\n" not in str(caught.value)
    assert store.session(session.session_id) == session
    assert part.exists()


def test_closing_a_closed_session_touches_none_of_its_files(
    store: Store, stray: Stray, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = stray(store)
    store.close_session(session.session_id, SessionState.ABORTED, "spilled")

    def touched(*_: object) -> NoReturn:
        raise AssertionError("looked for clips to recover")

    monkeypatch.setattr(recovery, "partial_clips", touched)
    with pytest.raises(StoreError, match="is aborted; it can no longer change"):
        close_incomplete(session.session_id, store, "late")


def test_a_session_whose_folder_is_gone_can_be_closed(store: Store, stray: Stray) -> None:
    session = stray(store)
    shutil.rmtree(session.folder)
    close_incomplete(session.session_id, store, "the disk is gone")
    assert store.session(session.session_id).state is SessionState.INCOMPLETE
    assert not Path(session.folder).exists()
