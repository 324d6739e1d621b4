"""Cross-validation: by hand for ZeroR, and nothing of the held-out participants leaks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qc.visem.baselines import run_baselines
from qc.visem.columns import COLUMNS, MOTILITY, Source
from qc.visem.experiment import cross_validate
from qc.visem.folds import leave_one_out
from qc.visem.learners import PAPERS, Method, TableLearner, fill_missing
from qc.visem.posed import TooFewError
from qc.visem.published import FEATURES, TABLE_1, Task
from qc.visem.reader import read_visem
from tests.qc.visem.made import write_visem

QUICK = (Method.ZERO_R, Method.LINEAR, Method.LOG_LINEAR)


@pytest.fixture(autouse=True)
def few_trees(monkeypatch):
    monkeypatch.setattr("qc.visem.learners.TREES", 3)


@pytest.fixture(scope="module")
def visem(tmp_path_factory):
    return read_visem(write_visem(tmp_path_factory.mktemp("visem"), 30))


def drawn(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    inputs = rng.uniform(0, 9, (12, 4))
    inputs[rng.random(inputs.shape) < 0.2] = np.nan
    return inputs, rng.uniform(0, 100, (12, 3))


def test_zero_r_by_hand():
    targets = np.array([[10.0, 0, 0], [20, 0, 0], [60, 0, 0]])
    learner = TableLearner(np.zeros((3, 1)), Method.ZERO_R)
    one_by_one = cross_validate(learner, targets, leave_one_out(3), 0)
    assert list(one_by_one[:, 0]) == [40, 35, 15]
    folds = [np.array([0, 1]), np.array([2])]
    assert list(cross_validate(learner, targets, folds, 0)[:, 0]) == [60, 60, 15]


def test_a_line_is_found_by_the_regression():
    inputs = np.arange(6.0)[:, None]
    targets = np.column_stack([3 * inputs[:, 0] + 1, -inputs[:, 0]])
    learner = TableLearner(inputs, Method.LINEAR)
    assert cross_validate(learner, targets, leave_one_out(6), 0) == pytest.approx(targets)


def test_a_forest_is_the_same_for_the_same_seed():
    inputs, targets = drawn(1)
    learner = TableLearner(inputs, Method.FOREST)
    first, again, other = (
        cross_validate(learner, targets, [np.arange(6), np.arange(6, 12)], seed)
        for seed in (1, 1, 2)
    )
    assert (first == again).all()
    assert (first != other).any()


def test_missing_numbers_are_filled_by_medians_of_the_known_alone():
    known = np.array([[1.0, np.nan], [3, np.nan], [np.nan, np.nan], [20, np.nan]])
    asked = np.array([[np.nan, 7.0], [1000, np.nan]])
    learnt, told = fill_missing(known, asked)
    assert list(learnt[:, 0]) == [1, 3, 3, 20]
    assert told.tolist() == [[3, 0], [1000, 0]]
    assert (learnt[:, 1] == 0).all()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 99), st.sampled_from(list(Method)), st.floats(-1e4, 1e4), st.integers(0, 11))
def test_a_held_out_target_never_changes_what_is_told_of_its_fold(seed, method, change, who):
    inputs, targets = drawn(seed)
    folds = [np.arange(0, 4), np.arange(4, 8), np.arange(8, 12)]
    held = folds[who // 4]
    before = cross_validate(TableLearner(inputs, method), targets, folds, seed)
    changed = targets.copy()
    changed[held] += change
    after = cross_validate(TableLearner(inputs, method), changed, folds, seed)
    assert (before[held] == after[held]).all()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 99), st.sampled_from(list(Method)), st.floats(0, 1e4))
def test_inputs_of_one_held_out_participant_never_change_what_is_told_of_another(
    seed, method, change
):
    inputs, targets = drawn(seed)
    folds = [np.arange(0, 6), np.arange(6, 12)]
    before = cross_validate(TableLearner(inputs, method), targets, folds, seed)
    inputs[0] = change
    after = cross_validate(TableLearner(inputs, method), targets, folds, seed)
    assert (before[1:6] == after[1:6]).all()


def test_a_participant_without_targets_is_left_out_and_named(visem):
    semen = visem.values[Source.SEMEN].copy()
    semen[4, COLUMNS[Source.SEMEN].index(MOTILITY[1])] = np.nan
    spoiled = type(visem)(visem.participants, {**visem.values, Source.SEMEN: semen}, {})
    told = []
    found = list(run_baselines(spoiled, 2, QUICK, lambda done, of: told.append((done, of))))
    assert len(found) == 6
    assert {(one.task, one.participants, one.left_out) for one in found} == {
        (Task.MOTILITY, 29, (5,)),
        (Task.MORPHOLOGY, 30, ()),
    }
    assert told[-1] == (len(told), len(told))
    assert [one.published for one in found[:3]] == [38.69, 37.21, None]


def test_too_few_participants_are_refused(tmp_path):
    few = read_visem(write_visem(tmp_path, 5))
    with pytest.raises(TooFewError, match="motility"):
        list(run_baselines(few, 2, QUICK, lambda *_: None))


def test_the_papers_table_has_every_task_and_method():
    assert set(TABLE_1) == {(task, method) for task in Task for method in PAPERS}


@pytest.mark.real
def test_the_real_tables_come_out_near_the_paper(data_dir, monkeypatch):
    monkeypatch.setattr("qc.visem.learners.TREES", 10)
    real = read_visem(data_dir / "visem-csv")
    assert len(real.participants) == 82
    assert real.videos_only == (19, 36, 82)
    assert real.features(FEATURES).shape == (82, 11)
    assert np.isnan(real.features(FEATURES)).sum() == 1
    found = list(run_baselines(real, 2, QUICK[:2], lambda *_: None))
    errors = {(one.task, one.method): one.one_out.summed_mae for one in found}
    assert 37 < errors[Task.MOTILITY, Method.ZERO_R] < 41
    assert 16 < errors[Task.MORPHOLOGY, Method.ZERO_R] < 20
    assert 34 < errors[Task.MOTILITY, Method.LINEAR] < 45
    assert 15 < errors[Task.MORPHOLOGY, Method.LINEAR] < 23
