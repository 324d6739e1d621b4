"""The examination waits for the temperature, and tells where it was left."""

import threading
import time
from datetime import timedelta
from typing import NoReturn

import pytest

from acquisition.heater import HeaterError
from acquisition.microscope import Microscope
from acquisition.stage import Position, StageError
from acquisition.temperature_log import Reading
from qc.examination import ExaminationError
from qc.preparation import Preparation
from qc.records.store import Store
from qc.records.values import FieldOutcome, utc_now
from qc.result import Conclusion, session_result
from qc.status import Phase
from tests.qc.bench_fakes import (
    Examine,
    FakeCamera,
    FakeHeater,
    FakeStage,
    WatchedExamination,
    fake_bench,
    fields,
)


def test_nothing_is_recorded_before_the_temperature_is_reached(examine: Examine) -> None:
    heater = FakeHeater(22.0, 30.0, 36.0, 36.8)
    examination = examine(fake_bench(heater=heater))
    examination.run()
    first = next(s for s in examination.shown if s.phase is Phase.RECORDING)
    assert first.temperature_c == 36.8
    assert heater.target_c == 37.0


def test_a_stage_that_cools_down_holds_the_next_field(examine: Examine, store: Store) -> None:
    warm, cold = [37.0] * 3, [35.0] * 3
    examination = examine(fake_bench(heater=FakeHeater(*warm, *cold, 37.0)))
    examination.run()
    assert examination.phases.count(Phase.PREPARING) == 2
    assert all(f.clip.temperature_begun_c == 37.0 for f in fields(store, examination))


def test_another_temperature_needs_a_reason_which_is_stored(examine: Examine, store: Store) -> None:
    examination = examine(fake_bench(heater=FakeHeater(25.0)), temperature_override="no heater")
    result = examination.run()
    assert result.conclusion is Conclusion.REPORTED
    assert "accepted by the operator: no heater" in result.notices[0].text
    assert [n.code for n in result.notices] == ["temperature"] * 10


def test_without_a_heater_nothing_is_recorded_before_a_reason_is_given_and_stored(
    examine: Examine, store: Store
) -> None:
    microscope = Microscope(FakeCamera(), FakeStage(), None)
    examination = examine(fake_bench(microscope=microscope))
    waiting = examination.will_reach(Phase.PREPARING)
    thread = examination.in_thread()
    assert waiting.wait(10)
    until_s = time.monotonic() + 20
    while not examination.status.message and time.monotonic() < until_s:
        time.sleep(0.01)
    assert examination.status.message == "no heated stage answers; say why fields may be recorded"
    assert fields(store, examination) == ()
    examination.override_temperature("its own display shows 37.0")
    thread.join(20)
    trail = [(entry.action, entry.reason) for entry in store.audit(examination.session_id)]
    assert ("temperature overridden", "its own display shows 37.0") in trail
    result = session_result(store.session(examination.session_id))
    assert {notice.code for notice in result.notices} == {"no_temperature"}
    assert "its own display shows 37.0" in result.notices[0].text


def test_a_field_that_left_the_tolerance_in_its_middle_is_marked(
    examine: Examine, store: Store
) -> None:
    bench = fake_bench()
    bench.record.temperatures = (Reading(0.0, 37.0), Reading(0.5, 35.9), Reading(1.0, 37.1))
    examination = examine(bench, replicates=1)
    result = examination.run()
    field = fields(store, examination)[0]
    assert field.clip.temperatures == bench.record.temperatures
    assert (field.clip.temperature_begun_c, field.clip.temperature_ended_c) == (37.0, 37.1)
    assert {notice.code for notice in result.notices} == {"temperature"}
    assert "recorded at 35.9 °C instead of 37.0 °C" in result.notices[0].text


def test_a_heater_that_fails_in_a_field_leaves_it_uncounted_and_the_session_goes_on_once_mended(
    examine: Examine, store: Store
) -> None:
    class Heater(FakeHeater):
        silent = False

        def temperature_c(self) -> float:
            if self.silent:
                raise HeaterError("the heater does not answer; check its cable and power")
            return super().temperature_c()

    heater = Heater()
    bench = fake_bench(heater=heater)

    def fall_silent() -> None:
        heater.silent = True

    bench.record.at[3, 5] = fall_silent
    bench.record.fault = lambda: "the heater does not answer" if heater.silent else None
    examination = examine(bench)
    with pytest.raises(ExaminationError, match="check its cable"):
        examination.run()
    third = fields(store, examination)[2]
    assert (third.outcome, third.reason) == (
        FieldOutcome.UNFINISHED,
        "the heater does not answer",
    )
    assert len(store.session(examination.session_id).replicates[0].counting) == 2
    heater.silent = False
    again = WatchedExamination(store.session(examination.session_id), bench, store)
    assert again.run().conclusion is Conclusion.REPORTED
    assert [f.attempt for f in fields(store, again) if f.number == 3] == [1, 2]


def test_an_abort_stops_the_stage_and_is_the_reason(examine: Examine, store: Store) -> None:
    bench = fake_bench()
    stopped = threading.Event()

    def slow(target: Position) -> NoReturn:
        assert stopped.wait(10)
        raise StageError("the stage was stopped before it arrived; move it again")

    bench.stage.move_to = slow  # type: ignore[method-assign]
    bench.stage.stop = stopped.set  # type: ignore[method-assign]
    examination = examine(bench)
    moving = examination.will_reach(Phase.MOVING)
    thread = examination.in_thread()
    assert moving.wait(10)
    examination.abort("wrong sample")
    thread.join(10)
    assert store.session(examination.session_id).closing_reason == "wrong sample"
    assert examination.status.phase is Phase.ABORTED


def test_who_confirmed_the_warm_slides_and_the_time_since_collection_are_stored(
    examine: Examine, store: Store
) -> None:
    now = utc_now()
    said = Preparation(now - timedelta(minutes=75), "Ada Lab", now)
    examination = examine(fake_bench(new_preparation=None), preparation=said)
    ready = examination.will_reach(Phase.NEW_PREPARATION)
    thread = examination.in_thread()
    assert ready.wait(20)
    assert examination.status.asks
    time.sleep(0.05)
    examination.resume()
    thread.join(20)
    session = store.session(examination.session_id)
    assert session.plan.preparation == said
    trail = [
        (entry.operator, entry.action, entry.reason) for entry in store.audit(session.session_id)
    ]
    for replicate in ("replicate 1", "replicate 2"):
        assert ("Ada Lab", "pre-heated slide confirmed", replicate) in trail
    late = [n for n in session_result(session).notices if n.code == "time_since_collection"]
    assert len(late) == 2
    assert "75.0 to 75.0 minutes after the collection" in late[0].text


def test_a_reason_may_be_given_while_waiting_for_the_temperature(
    examine: Examine, store: Store
) -> None:
    examination = examine(fake_bench(heater=FakeHeater(25.0)))
    waiting = examination.will_reach(Phase.PREPARING)
    thread = examination.in_thread()
    assert waiting.wait(30)
    examination.override_temperature("heater broken")
    thread.join(30)
    assert examination.status.phase is Phase.FINISHED
    trail = [(e.action, e.reason) for e in store.audit(examination.session_id)]
    assert ("temperature overridden", "heater broken") in trail
