"""The exposure of an examination's camera, found from the picture when the operator asks."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from acquisition.clip import ClipNotes
from acquisition.microscope import Microscope
from qc.examination import new_session
from qc.lighting import last_lit
from qc.plan import ExaminationPlan
from qc.records.store import Store
from qc.status import Phase
from tests.acquisition.lamp_camera import LAMP, SETTINGS, LampCamera
from tests.qc.bench_fakes import FakeBench, FakeHeater, FakeStage, WatchedExamination, fake_bench

Examine = Callable[[FakeBench], WatchedExamination]


@pytest.fixture
def examine(store: Store, plan: ExaminationPlan, tmp_path: Path) -> Examine:
    def make(bench: FakeBench) -> WatchedExamination:
        session = new_session(replace(plan, settings=SETTINGS), LAMP, tmp_path / "clips")
        return WatchedExamination(session, bench, store)

    return make


def lamp_bench(grey_per_ms: float, **changes: Any) -> FakeBench:
    microscope = Microscope(LampCamera(grey_per_ms), FakeStage(), FakeHeater())
    return fake_bench(microscope=microscope, **changes)


def exposures_us(notes: list[ClipNotes]) -> list[float]:
    return [one.accepted.exposure_us for one in notes]


def test_the_exposure_is_set_before_the_next_field_and_stays(
    examine: Examine, store: Store
) -> None:
    bench = lamp_bench(40.0)
    examination = examine(bench)
    bench.record.at[(2, 3)] = examination.set_exposure
    examination.run()
    first, second, *later = exposures_us(bench.record.notes)
    assert first == second == SETTINGS.exposure_us
    assert set(later) == {later[0]}
    assert later[0] > 2 * first
    assert all(one.asked.exposure_us == later[0] for one in bench.record.notes[2:])
    kept = [one for one in store.audit(examination.session_id) if one.action == "exposure set"]
    assert [one.reason for one in kept] == [f"{later[0]:.0f} µs, 0.0 dB"]


def test_it_is_set_at_once_while_paused_and_the_pause_goes_on(examine: Examine) -> None:
    bench = lamp_bench(40.0)
    examination = examine(bench)
    examination.pause()
    paused, done = examination.will_reach(Phase.PAUSED), threading.Event()
    thread = examination.in_thread()
    assert paused.wait(10)
    examination.set_exposure()
    while not any("exposure set to" in one.message for one in examination.shown):
        assert not done.wait(0.01)
    assert examination.status.phase is Phase.PAUSED
    examination.resume()
    thread.join(20)
    assert len(set(exposures_us(bench.record.notes))) == 1


def test_a_lamp_out_of_reach_is_told_and_nothing_changes(examine: Examine) -> None:
    bench = lamp_bench(0.01)
    examination = examine(bench)
    examination.set_exposure()
    examination.run()
    assert any("too dark whatever the exposure" in one.message for one in examination.shown)
    assert set(exposures_us(bench.record.notes)) == {SETTINGS.exposure_us}


def test_a_session_that_is_gone_on_with_keeps_the_exposure_of_its_last_clip(
    examine: Examine, store: Store
) -> None:
    bench = lamp_bench(40.0)
    examination = examine(bench)
    assert last_lit(examination._session) == SETTINGS
    bench.record.at[(1, 3)] = examination.set_exposure
    examination.run()
    found = last_lit(store.session(examination.session_id))
    assert found.exposure_us == exposures_us(bench.record.notes)[-1]
    assert replace(found, exposure_us=SETTINGS.exposure_us) == SETTINGS
