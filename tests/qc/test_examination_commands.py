"""What people do while an examination runs: pause, repeat, correct, leave, abort, go on."""

import pytest

from acquisition.latest import Latest
from inference.counting import GradeCounts
from qc.examination import Examination, ExaminationError
from qc.records.store import Store
from qc.records.values import FieldOutcome, SessionState
from qc.result import Conclusion
from qc.status import Phase
from tests.qc.bench_fakes import (
    FIELD,
    Examine,
    FakeAnalyser,
    FakeBench,
    FakeHeater,
    WatchedExamination,
    fake_bench,
    fields,
)
from tests.qc.cells_made import false


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
