"""What fails while an examination runs ends it in one line, and loses nothing."""

import threading
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from acquisition.camera import CameraVanishedError
from acquisition.frame import Frame
from acquisition.latest import Latest
from acquisition.microscope import Microscope
from acquisition.stage import Position, StageError
from qc.examination import ExaminationError
from qc.records.database import StoreError
from qc.records.store import Store
from qc.records.values import FieldOutcome, SessionState
from qc.session_lock import locked
from qc.status import Phase
from tests.acquisition.scripted import ScriptedCamera
from tests.qc.bench_fakes import (
    Examine,
    FakeHeater,
    FakeStage,
    fake_bench,
    fields,
)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (CameraVanishedError("the camera was unplugged"), "^the camera was unplugged$"),
        (ValueError("a bad frame"), "^the live picture failed: ValueError: a bad frame$"),
    ],
)
@pytest.mark.parametrize("waiting_for", [Phase.PREPARING, Phase.PAUSED])
def test_a_camera_that_is_lost_while_nothing_is_recorded_is_told_at_once(
    examine: Examine, store: Store, error: Exception, told: str, waiting_for: Phase
) -> None:
    def lose() -> NoReturn:
        raise error

    camera = ScriptedCamera([Frame(np.zeros((4, 4), np.uint8), 0), lose])
    heater = FakeHeater(20.0 if waiting_for is Phase.PREPARING else 37.0)
    examination = examine(fake_bench(microscope=Microscope(camera, FakeStage(), heater)))
    examination._latest = Latest()
    if waiting_for is Phase.PAUSED:
        examination.pause()
    giving_up = threading.Timer(2.0, examination.leave)
    giving_up.start()
    with pytest.raises(ExaminationError, match=told):
        examination.run()
    giving_up.cancel()
    assert waiting_for in examination.phases
    assert store.session(examination.session_id).state is SessionState.OPEN


def test_a_camera_that_vanishes_fails_in_one_line_and_leaves_the_session_open(
    examine: Examine, store: Store
) -> None:
    bench = fake_bench()
    examination = examine(bench)

    def unplug() -> NoReturn:
        raise CameraVanishedError("the camera was unplugged; plug it in and continue")

    bench.record.at[3, 2] = unplug
    with pytest.raises(ExaminationError, match="unplugged"):
        examination.run()
    assert examination.status.phase is Phase.FAILED
    assert examination.status.error == "the camera was unplugged; plug it in and continue"
    session = store.session(examination.session_id)
    assert session.state is SessionState.OPEN
    assert len(session.replicates[0].counting) == 2


def test_a_stage_that_does_not_arrive_fails_in_one_line(
    examine: Examine, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = fake_bench()

    def stuck(target: Position) -> NoReturn:
        raise StageError("the stage did not arrive")

    monkeypatch.setattr(bench.stage, "move_to", stuck)
    with pytest.raises(ExaminationError, match="did not arrive"):
        examine(bench).run()


def test_a_clip_that_cannot_be_analysed_is_kept_and_not_counted(
    examine: Examine, store: Store
) -> None:
    bench = fake_bench()

    def broken(number: int) -> None:
        if number == 2:
            raise RuntimeError("the model file was changed")

    bench.analyse.then = broken
    examination = examine(bench)
    with pytest.raises(ExaminationError, match="the model file was changed"):
        examination.run()
    kept = fields(store, examination)[1]
    assert kept.outcome is FieldOutcome.UNFINISHED
    assert kept.reason == "not analysed: the model file was changed"


def test_a_full_disk_fails_in_one_line(
    examine: Examine, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> NoReturn:
        raise StoreError("the database has no room left on its disk")

    monkeypatch.setattr(store, "add_field", full)
    examination = examine()
    with pytest.raises(ExaminationError, match="no room left"):
        examination.run()
    assert examination.status.phase is Phase.FAILED


def test_a_session_that_another_program_examines_is_left_to_it(
    examine: Examine, store: Store
) -> None:
    examination = examine()
    folder = Path(examination._session.folder)
    folder.mkdir(parents=True)
    with locked(folder), pytest.raises(ExaminationError, match="by another motiscope"):
        examination.run()
    assert examination.status.phase is Phase.FAILED
    assert not store.knows(examination.session_id)
    examination.run()
    assert store.knows(examination.session_id)
