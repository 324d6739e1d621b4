"""The examination: from the first field to the result."""

import pytest

from acquisition.microscope import Microscope
from inference.counting import GradeCounts
from inference.field import Drift
from qc.bench import Timing
from qc.plan import ExaminationPlan
from qc.records.store import Store
from qc.records.values import FieldOutcome, SessionState
from qc.result import Conclusion
from qc.status import Phase
from tests.qc.bench_fakes import (
    FIELD,
    Examine,
    FakeAnalyser,
    FakeCamera,
    FakeHeater,
    fake_bench,
    fields,
)


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
