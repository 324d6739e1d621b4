"""The examination: from the first field to the result, and everything that comes between."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest

from acquisition.camera import CameraVanishedError
from acquisition.frame import Frame
from acquisition.heater import HeaterError
from acquisition.latest import Latest
from acquisition.microscope import Microscope
from acquisition.stage import Position, StageError
from acquisition.temperature_log import Reading
from inference.counting import GradeCounts
from inference.field import Drift
from qc.bench import Bench, Timing
from qc.examination import Examination, ExaminationError, new_session
from qc.plan import ExaminationPlan
from qc.preparation import Preparation
from qc.records.database import StoreError
from qc.records.store import Store
from qc.records.values import FieldOutcome, FieldRecord, SessionState, utc_now
from qc.result import Conclusion, session_result
from qc.session_lock import locked
from qc.status import Phase
from tests.acquisition.scripted import ScriptedCamera
from tests.qc.bench_fakes import (
    FIELD,
    FakeAnalyser,
    FakeBench,
    FakeCamera,
    FakeHeater,
    FakeStage,
    WatchedExamination,
    fake_bench,
)
from tests.qc.cells_made import false

Examine = Callable[..., WatchedExamination]


@pytest.fixture
def examine(store: Store, plan: ExaminationPlan, tmp_path: Path) -> Examine:
    """Make an examination over a bench."""

    def make(bench: Bench | None = None, **changes: Any) -> WatchedExamination:
        session = new_session(replace(plan, **changes), FakeCamera.info, tmp_path / "clips")
        return WatchedExamination(session, bench or fake_bench(), store)

    return make


def fields(store: Store, examination: Examination) -> tuple[FieldRecord, ...]:
    return store.session(examination.session_id).replicates[0].fields


def test_two_replicates_of_five_fields_make_a_result(examine: Examine, store: Store) -> None:
    examination = examine()
    result = examination.run()
    assert [replicate.fields for replicate in result.replicates] == [5, 5]
    assert [replicate.counted.total for replicate in result.replicates] == [250, 250]
    assert result.conclusion is Conclusion.REPORTED
    assert result.grades["a"].percent == pytest.approx(40)
    assert store.session(examination.session_id).state is SessionState.COMPLETE
    assert examination.phases[-1] is Phase.FINISHED


def test_few_cells_in_a_field_take_more_fields(examine: Examine, store: Store) -> None:
    examination = examine(fake_bench(FakeAnalyser(*[GradeCounts(a=15)] * 30)))
    examination.run()
    assert len(fields(store, examination)) == 14


def test_many_cells_take_five_fields_all_the_same(examine: Examine, store: Store) -> None:
    examination = examine(fake_bench(FakeAnalyser(*[GradeCounts(a=150)] * 30)))
    examination.run()
    assert len(fields(store, examination)) == 5


def test_an_empty_sample_ends_at_the_limit_and_says_so(examine: Examine, store: Store) -> None:
    examination = examine(fake_bench(FakeAnalyser(*[GradeCounts()] * 30)), max_fields=6)
    result = examination.run()
    assert [replicate.fields for replicate in result.replicates] == [6, 6]
    assert result.conclusion is Conclusion.EMPTY
    assert result.grades == {}
    assert [notice.code for notice in result.notices] == ["few_cells", "few_cells"]


def test_replicates_that_differ_give_no_result(examine: Examine) -> None:
    unlike = [GradeCounts(a=50)] * 5 + [GradeCounts(d=50)] * 5
    result = examine(fake_bench(FakeAnalyser(*unlike))).run()
    assert result.conclusion is Conclusion.NEW_REPLICATES
    assert result.grades == {}
    assert result.check is not None
    differing = [d.grade for d in result.check.differences if not d.agrees]
    assert differing == ["a", "d", "progressive"]


def test_fields_lie_where_the_seed_says_and_differ_between_replicates(
    examine: Examine, store: Store
) -> None:
    first, second, other = fake_bench(), fake_bench(), fake_bench()
    examine(first).run()
    examine(second).run()
    examine(other, seed=43).run()
    visited = first.stage.visited
    assert len(set(visited)) == 10
    assert second.stage.visited == visited
    assert not set(other.stage.visited) & set(visited)


def test_a_field_is_stored_before_the_next_one_begins(examine: Examine, store: Store) -> None:
    bench = fake_bench()
    examination = examine(bench)
    stored = []
    bench.analyse.then = lambda n: stored.append(
        sum(len(r.fields) for r in store.session(examination.session_id).replicates)
    )
    examination.run()
    assert stored == list(range(10))


def test_everything_that_a_result_needs_is_stored_with_it(
    examine: Examine, store: Store, plan: ExaminationPlan
) -> None:
    examination = examine(fake_bench(heater=FakeHeater(37.1)))
    examination.run()
    field = fields(store, examination)[0]
    assert field.clip.path == "replicate-1/field-01-1.mkv"
    assert len(field.clip.sha256) == 64
    assert (field.clip.temperature_begun_c, field.clip.temperature_ended_c) == (37.1, 37.1)
    assert (field.clip.lost_frames, field.clip.focus) == (1, 0.8)
    assert field.result is not None
    assert field.result.scale == plan.scale
    assert field.result.calibration_sha256 == plan.calibration_sha256
    assert field.result.drift == Drift(0.3, 0.4)
    assert field.result.thresholds.edition == "WHO 2021"
    assert field.result.operator == "Ada Lab"


def test_the_sidecar_knows_its_field(examine: Examine, plan: ExaminationPlan) -> None:
    bench = fake_bench()
    examination = examine(bench)
    examination.run()
    notes = bench.record.notes[5]
    assert (notes.replicate, notes.field_number, notes.seed) == (2, 1, plan.seed)
    assert notes.session == str(examination.session_id)
    assert notes.position == bench.stage.visited[5]


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


def test_without_a_heater_and_a_stage_nothing_is_waited_for_or_measured(
    examine: Examine, store: Store
) -> None:
    examination = examine(fake_bench(microscope=Microscope(FakeCamera(), None, None)))
    result = examination.run()
    assert [notice.code for notice in result.notices] == ["no_stage", "no_stage"]
    field = fields(store, examination)[0]
    assert field.position is None
    assert field.clip.temperature_begun_c is None


def test_a_field_that_drifts_is_recorded_again(examine: Examine, store: Store) -> None:
    bench = fake_bench()
    bench.analyse.drifts.extend([Drift(0, 0), Drift(9.0, 9.0), Drift(0, 1.0)])
    examination = examine(bench)
    examination.run()
    recorded = [(f.number, f.attempt, f.outcome.value) for f in fields(store, examination)]
    assert recorded[:3] == [(1, 1, "counted"), (2, 1, "drifted"), (2, 2, "counted")]
    assert bench.stage.visited[1] == bench.stage.visited[2]
    assert "12.7 µm/s" in (fields(store, examination)[1].reason or "")


def test_a_field_that_never_stops_drifting_is_counted_and_marked(
    examine: Examine, store: Store
) -> None:
    bench = fake_bench()
    bench.analyse.drifts.extend([Drift(20.0, 0)] * 3)
    examination = examine(bench)
    result = examination.run()
    outcomes = [f.outcome for f in fields(store, examination)[:3]]
    assert outcomes == [FieldOutcome.DRIFTED, FieldOutcome.DRIFTED, FieldOutcome.COUNTED]
    assert "drift_kept" in [notice.code for notice in result.notices]


def test_a_drift_that_could_not_be_measured_is_stored_as_such(
    examine: Examine, store: Store
) -> None:
    bench = fake_bench()
    bench.analyse.drifts.append(None)
    examination = examine(bench)
    examination.run()
    result = fields(store, examination)[0].result
    assert result is not None
    assert result.drift is None


@pytest.mark.parametrize(("visible", "duration_s"), [(40, 5.0), (12, 8.333), (0, 10.0)])
def test_the_fewer_cells_are_visible_the_longer_a_field_is_recorded(
    examine: Examine, visible: int, duration_s: float
) -> None:
    bench = fake_bench(count_visible=lambda frame, scale: visible)
    examine(bench).run()
    assert bench.record.durations_s[0] == pytest.approx(duration_s, abs=0.01)


def test_a_pause_takes_effect_between_two_fields(examine: Examine, store: Store) -> None:
    bench = fake_bench()
    examination = examine(bench)
    paused = examination.will_reach(Phase.PAUSED)
    bench.record.at[2, 3] = examination.pause
    thread = examination.in_thread()
    assert paused.wait(30)
    assert [f.outcome for f in fields(store, examination)] == [FieldOutcome.COUNTED] * 2
    examination.resume()
    thread.join(30)
    assert examination.status.phase is Phase.FINISHED


def test_repeating_while_recording_cuts_the_clip_and_records_again(
    examine: Examine, store: Store
) -> None:
    bench = fake_bench()
    examination = examine(bench)
    bench.record.at[2, 3] = lambda: examination.repeat_field("a bubble")
    examination.run()
    recorded = [(f.number, f.attempt, f.outcome.value) for f in fields(store, examination)]
    assert recorded[:4] == [
        (1, 1, "counted"), (2, 1, "unfinished"), (2, 2, "counted"), (3, 1, "counted"),
    ]  # fmt: skip
    cut = fields(store, examination)[1]
    assert cut.reason == "a bubble"
    assert cut.result is None
    assert cut.clip.frames == 75


def test_repeating_a_finished_field_keeps_it_and_counts_the_new_one(
    examine: Examine, store: Store
) -> None:
    bench = fake_bench(FakeAnalyser(GradeCounts(a=11), GradeCounts(b=13)))
    examination = examine(bench)
    bench.analyse.then = lambda n: examination.repeat_field("out of focus") if n == 1 else None
    examination.run()
    replicate = store.session(examination.session_id).replicates[0]
    first, again = replicate.fields[:2]
    assert (again.replaces, again.reason) == (first.field_id, "out of focus")
    assert first not in replicate.counting
    assert replicate.counted == GradeCounts(0, 13, 0, 0) + GradeCounts(80, 40, 20, 60)


def test_a_repeat_that_is_cut_leaves_the_old_field_counted_until_a_new_one_is(
    examine: Examine, store: Store
) -> None:
    bench = fake_bench()
    examination = examine(bench)
    bench.analyse.then = lambda n: examination.repeat_field("first") if n == 1 else None
    bench.record.at[2, 5] = lambda: examination.repeat_field("second")
    examination.run()
    replicate = store.session(examination.session_id).replicates[0]
    recorded = [(f.number, f.attempt, f.outcome.value) for f in replicate.fields[:3]]
    assert recorded == [(1, 1, "counted"), (1, 2, "unfinished"), (1, 3, "counted")]
    assert replicate.fields[2].replaces == replicate.fields[0].field_id
    assert [f.number for f in replicate.counting] == [1, 2, 3, 4, 5]


def test_an_abort_while_recording_keeps_what_was_recorded(examine: Examine, store: Store) -> None:
    bench = fake_bench()
    examination = examine(bench)
    bench.record.at[3, 4] = lambda: examination.abort("spilled")
    result = examination.run()
    session = store.session(examination.session_id)
    assert (session.state, session.closing_reason) == (SessionState.ABORTED, "spilled")
    outcomes = [f.outcome.value for f in session.replicates[0].fields]
    assert outcomes == ["counted", "counted", "unfinished"]
    assert session.replicates[0].fields[2].reason == "spilled"
    assert (result.conclusion, result.grades) == (Conclusion.UNFINISHED, {})
    assert examination.status.phase is Phase.ABORTED


def test_a_source_that_ends_within_a_field_leaves_it_uncounted_and_the_session_open(
    examine: Examine, store: Store
) -> None:
    bench = fake_bench()
    bench.record.ends_in = 3
    examination = examine(bench)
    with pytest.raises(ExaminationError, match=r"field 3 .* the recording ended before its time"):
        examination.run()
    session = store.session(examination.session_id)
    assert session.state is SessionState.OPEN
    last = session.replicates[0].fields[-1]
    assert (last.outcome, last.result) == (FieldOutcome.UNFINISHED, None)
    assert last.reason == "the recording ended before its time"
    assert len(session.replicates[0].counting) == 2


def test_an_abort_before_the_first_frame_leaves_no_field(examine: Examine, store: Store) -> None:
    bench = fake_bench()
    examination = examine(bench)
    bench.record.at[2, 0] = lambda: examination.abort("spilled")
    examination.run()
    assert len(fields(store, examination)) == 1
    assert examination.status.phase is Phase.ABORTED


def test_an_abort_ends_every_wait(examine: Examine) -> None:
    examination = examine(fake_bench(heater=FakeHeater(20.0)))
    waiting = examination.will_reach(Phase.PREPARING)
    thread = examination.in_thread()
    assert waiting.wait(30)
    examination.abort("no time")
    thread.join(30)
    assert examination.status.phase is Phase.ABORTED


def test_leaving_keeps_the_session_open_and_it_can_be_continued(
    examine: Examine, store: Store
) -> None:
    bench = fake_bench()
    examination = examine(bench)
    bench.record.at[3, 4] = examination.leave
    examination.run()
    assert examination.status.phase is Phase.LEFT
    session = store.session(examination.session_id)
    assert session.state is SessionState.OPEN

    again = fake_bench()
    result = Examination(session, again, store).run()

    assert [replicate.fields for replicate in result.replicates] == [5, 5]
    recorded = [(f.number, f.attempt, f.outcome.value) for f in fields(store, examination)]
    assert recorded[2:4] == [(3, 1, "unfinished"), (3, 2, "counted")]
    assert again.stage.visited[0] == bench.stage.visited[2]


def test_a_replicate_that_a_correction_makes_short_is_not_gone_back_to(
    examine: Examine, store: Store
) -> None:
    analyse = FakeAnalyser(*[GradeCounts(a=40)] * 10)
    analyse.with_cells = True
    bench = fake_bench(analyse)
    examination = examine(bench)
    bench.record.at[7, 4] = examination.leave
    examination.run()
    first = store.session(examination.session_id).replicates[0].fields[0]
    store.correct(first.field_id, false(1))

    session = store.session(examination.session_id)
    result = WatchedExamination(session, fake_bench(FakeAnalyser(*[FIELD] * 5)), store).run()

    assert result.replicates[0].fields == 5
    assert result.replicates[0].counted == GradeCounts(a=199)
    assert result.state is SessionState.COMPLETE
    assert {"few_cells", "corrected"} <= {notice.code for notice in result.notices}


@pytest.fixture
def bench_of_203() -> FakeBench:
    """A bench whose first five fields have 203 cells."""
    bench = fake_bench(FakeAnalyser(GradeCounts(a=43), *[GradeCounts(a=40)] * 5))
    bench.analyse.with_cells = True
    return bench


def take_away_five(store: Store, examination: Examination) -> None:
    first = fields(store, examination)[0]
    for number in range(1, 6):
        store.correct(first.field_id, false(number))


def test_cells_taken_away_while_a_field_is_recorded_are_counted_no_more(
    examine: Examine, store: Store, bench_of_203: FakeBench
) -> None:
    examination = examine(bench_of_203, replicates=1)
    bench_of_203.record.at[5, 4] = lambda: take_away_five(store, examination)
    result = examination.run()
    totals = list(dict.fromkeys(status.counted.total for status in examination.shown))
    assert totals == [0, 43, 83, 123, 163, 198, 238]
    assert (result.replicates[0].fields, result.replicates[0].counted.total) == (6, 238)


def test_cells_taken_away_in_a_pause_are_made_up_for_before_the_replicate_ends(
    examine: Examine, store: Store, bench_of_203: FakeBench
) -> None:
    examination = examine(bench_of_203, replicates=1)
    bench_of_203.record.at[5, 4] = examination.pause
    paused = examination.will_reach(Phase.PAUSED)
    thread = examination.in_thread()
    assert paused.wait(30)
    assert examination.status.counted.total == 203
    take_away_five(store, examination)
    examination.resume()
    thread.join(30)
    assert len(fields(store, examination)) == 6
    assert examination.status.counted.total == 238


def test_between_replicates_the_second_slide_is_waited_for(examine: Examine) -> None:
    bench = fake_bench(new_preparation=None)
    examination = examine(bench)
    asked = examination.will_reach(Phase.NEW_PREPARATION)
    thread = examination.in_thread()
    assert asked.wait(30)
    assert len(bench.record.durations_s) == 5
    examination.resume()
    thread.join(30)
    assert examination.status.phase is Phase.FINISHED


def test_a_resume_from_before_does_not_confirm_the_second_slide(examine: Examine) -> None:
    bench = fake_bench(new_preparation=None)
    examination = examine(bench)
    bench.record.at[2, 2] = examination.resume
    asked = examination.will_reach(Phase.NEW_PREPARATION)
    thread = examination.in_thread()
    assert asked.wait(30)
    assert len(bench.record.durations_s) == 5
    examination.abort("enough")
    thread.join(30)


def test_while_it_waits_the_live_picture_goes_on(examine: Examine) -> None:
    examination = examine(fake_bench(heater=FakeHeater(20.0)))
    examination._latest = Latest()
    thread = examination.in_thread()
    assert examination._latest.take(timeout_s=30) is not None
    examination.abort("done")
    thread.join(30)


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


def test_the_status_counts_what_is_stored(examine: Examine) -> None:
    examination = examine()
    examination.run()
    counts = [s.counted for s in examination.shown if s.phase is Phase.MOVING]
    assert counts[0] == GradeCounts()
    assert FIELD in counts
    last = examination.status
    assert (last.replicate, last.fields_counted, last.counted.total) == (2, 5, 250)
    assert last.drift_um_s == pytest.approx(0.5)


def test_every_lost_frame_is_shown_once(examine: Examine) -> None:
    bench = fake_bench()
    examination = examine(bench)
    shown: list[tuple[int, int]] = []

    def look(number: int) -> None:
        status = examination.status
        shown.append((status.frames_lost_before, status.frames_lost))

    bench.analyse.then = look
    examination.run()
    assert shown == [(before, 1) for before in range(10)]
    last = examination.status
    assert (last.frames_lost_before, last.frames_lost) == (9, 1)


def test_the_settling_time_is_waited(examine: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = fake_bench(timing=Timing(settle_s=0.05, drift_s=0.0, poll_s=0.005))
    examination = examine(bench, replicates=1)
    waited: list[float] = []
    monkeypatch.setattr(examination._controls, "sleep", waited.append)
    examination.run()
    assert waited == [0.05] * 5


def test_one_replicate_gives_a_result_that_nothing_is_held_against(examine: Examine) -> None:
    result = examine(replicates=1).run()
    assert result.check is None
    assert result.conclusion is Conclusion.REPORTED


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
