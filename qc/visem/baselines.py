"""The paper's experiments on the tables: every task by every method, over seeds and one by one."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from qc.visem.cells import VisemError
from qc.visem.columns import Source
from qc.visem.experiment import cross_validate
from qc.visem.folds import Places, leave_one_out, shuffled_folds
from qc.visem.learners import Method, TableLearner
from qc.visem.metrics import Percentages, Scores, mean_and_spread, score, summed_error
from qc.visem.published import FEATURES, TABLE_1, TARGETS, Task
from qc.visem.reader import Numbers, Visem

FOLDS = 3
MIN_PARTICIPANTS = 6
OnProgress = Callable[[int, int | None], None]


class TooFewError(VisemError):
    """Too few participants have all targets."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """One method at one task.

    Attributes:
        task: What was predicted.
        method: By what.
        participants: Those with all three targets, who were split and scored.
        left_out: Those without, by number.
        folded: Scores of the three-fold split, one for each seed.
        one_out: Scores of leave-one-out.
        one_out_error: Standard error of its summed MAE, from the participants' spread.
    """

    task: Task
    method: Method
    participants: int
    left_out: tuple[int, ...]
    folded: tuple[Scores, ...]
    one_out: Scores
    one_out_error: float

    @property
    def published(self) -> float | None:
        """The paper's summed MAE, None where the paper has no such experiment."""
        return TABLE_1.get((self.task, self.method))

    def over_seeds(self, of: Callable[[Scores], float]) -> tuple[float, float]:
        """Return mean and standard deviation over the seeds of one figure."""
        return mean_and_spread(np.array([of(one) for one in self.folded]))


@dataclass(frozen=True, slots=True)
class _Posed:
    """A task with those who can be scored at it."""

    task: Task
    inputs: Numbers
    targets: Percentages
    left_out: tuple[int, ...]


def run_baselines(
    visem: Visem,
    seeds: int,
    methods: Sequence[Method],
    on_progress: OnProgress,
    sources: Sequence[Source] = FEATURES,
) -> Iterator[Experiment]:
    """Yield each task by each method, over seeds 0 to `seeds` - 1.

    Raises:
        TooFewError: If fewer than six participants have the targets.
    """
    posed = [_pose(visem, task, sources) for task in Task]
    pieces = len(methods) * sum(FOLDS * seeds + len(one.targets) for one in posed)
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        on_progress(done, pieces)

    for one in posed:
        for method in methods:
            yield _run(one, method, seeds, step)


def _pose(visem: Visem, task: Task, sources: Sequence[Source]) -> _Posed:
    targets = visem.columns(TARGETS[task])
    has_all = ~np.isnan(targets).any(axis=1)
    if has_all.sum() < MIN_PARTICIPANTS:
        raise TooFewError(f"only {has_all.sum()} participants have all three targets of {task}")
    left_out = tuple(np.array(visem.participants)[~has_all].tolist())
    return _Posed(task, visem.features(sources)[has_all], targets[has_all], left_out)


def _run(posed: _Posed, method: Method, seeds: int, step: Callable[[], None]) -> Experiment:
    learner, truth = TableLearner(posed.inputs, method), posed.targets

    def tried(folds: Sequence[Places], seed: int) -> tuple[Percentages, Scores]:
        predicted = cross_validate(learner, truth, folds, seed, step)
        return predicted, score(truth, predicted, constant=method is Method.ZERO_R)

    folded = [tried(shuffled_folds(len(truth), FOLDS, seed), seed)[1] for seed in range(seeds)]
    alone, one_out = tried(leave_one_out(len(truth)), seed=0)
    _, spread = mean_and_spread(summed_error(truth, alone))
    return Experiment(
        task=posed.task,
        method=method,
        participants=len(truth),
        left_out=posed.left_out,
        folded=tuple(folded),
        one_out=one_out,
        one_out_error=spread / math.sqrt(len(truth)),
    )
