"""The paper's experiments on the tables: every task by every method, over seeds and one by one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from qc.visem.columns import Source
from qc.visem.experiment import cross_validate
from qc.visem.folds import Places, leave_one_out, shuffled_folds
from qc.visem.learners import Method, TableLearner
from qc.visem.metrics import (
    Percentages,
    Scores,
    mean_and_spread,
    score,
    standard_error,
    summed_error,
)
from qc.visem.posed import Posed, pose
from qc.visem.published import FEATURES, TABLE_1, Task
from qc.visem.reader import Visem

FOLDS = 3
OnProgress = Callable[[int, int | None], None]


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
    posed = [pose(visem, task) for task in Task]
    inputs = visem.features(sources)
    pieces = len(methods) * sum(FOLDS * seeds + len(one.targets) for one in posed)
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        on_progress(done, pieces)

    for one in posed:
        for method in methods:
            yield _run(one, TableLearner(inputs[one.places], method), seeds, step)


def _run(posed: Posed, learner: TableLearner, seeds: int, step: Callable[[], None]) -> Experiment:
    truth = posed.targets

    def tried(folds: Sequence[Places], seed: int) -> tuple[Percentages, Scores]:
        predicted = cross_validate(learner, truth, folds, seed, step)
        return predicted, score(truth, predicted, constant=learner.method is Method.ZERO_R)

    folded = [tried(shuffled_folds(len(truth), FOLDS, seed), seed)[1] for seed in range(seeds)]
    alone, one_out = tried(leave_one_out(len(truth)), seed=0)
    return Experiment(
        task=posed.task,
        method=learner.method,
        participants=len(truth),
        left_out=posed.left_out,
        folded=tuple(folded),
        one_out=one_out,
        one_out_error=standard_error(summed_error(truth, alone)),
    )
