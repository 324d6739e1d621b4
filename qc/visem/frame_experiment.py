"""The paper's experiment on single frames: a network, beside what ZeroR tells in the same folds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from qc.visem.experiment import cross_validate
from qc.visem.folds import Places, leave_one_out, shuffled_folds
from qc.visem.frame_learner import FrameLearner, Trainer
from qc.visem.frames import ShownFrames
from qc.visem.kept_folds import KeptFolds
from qc.visem.learners import Method, TableLearner
from qc.visem.metrics import Percentages, Scores, score, standard_error, summed_error
from qc.visem.posed import Posed, TooFewError, pose
from qc.visem.published import Task
from qc.visem.reader import Visem

OnProgress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Split:
    """Who is held out together.

    Attributes:
        folds: How many folds; None holds out one participant after the other.
        seed: Of the folds, and of whatever the network draws at random.
    """

    folds: int | None
    seed: int

    def of(self, participants: int) -> Sequence[Places]:
        """Return the places of those held out together.

        Raises:
            TooFewError: If there are fewer participants than folds.
        """
        if self.folds is None:
            return leave_one_out(participants)
        if participants < self.folds:
            raise TooFewError(f"{participants} participants are too few for {self.folds} folds")
        return shuffled_folds(participants, self.folds, self.seed)


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What was told of every participant, and how far off it was.

    Attributes:
        percent: Participants x targets, each told by what had not seen him.
        scores: Against the laboratory.
        error: Standard error of the summed MAE, from the participants' spread.
    """

    percent: Percentages
    scores: Scores
    error: float


@dataclass(frozen=True, slots=True, eq=False)
class FrameExperiment:
    """A network on single frames at one task.

    Attributes:
        task: What was predicted.
        participants: Those who were split and scored, by number, rising.
        left_out: Those with a video and without a target, by number.
        truth: The laboratory's, participants x targets.
        network: What the network told.
        zero_r: What the mean of the training folds told.
    """

    task: Task
    participants: tuple[int, ...]
    left_out: tuple[int, ...]
    truth: Percentages
    network: Told
    zero_r: Told

    @property
    def gain(self) -> tuple[float, float]:
        """Points of summed MAE that the network is nearer than ZeroR, and their standard error."""
        nearer = summed_error(self.truth, self.zero_r.percent) - summed_error(
            self.truth, self.network.percent
        )
        return float(nearer.mean()), standard_error(nearer)


def run_frames(
    visem: Visem,
    task: Task,
    frames: Mapping[int, ShownFrames],
    trainer: Trainer,
    kept: KeptFolds,
    split: Split,
    on_progress: OnProgress,
) -> FrameExperiment:
    """Cross-validate a network by participant.

    Args:
        visem: The tables.
        task: What is predicted.
        frames: Of everyone whose video could be read, by number.
        trainer: What learns.
        kept: Finished folds, which are not learned again.
        split: Who is held out together.
        on_progress: Told the epochs done, and those of all folds.

    Raises:
        TooFewError: If fewer than six participants, or than folds, can be scored.
        OSError: If a fold cannot be kept.
    """
    posed = pose(visem, task, frames)
    folds = split.of(len(posed.targets))
    shown = [frames[one] for one in posed.participants]
    done, total = 0, len(folds) * trainer.epochs

    def fold_done() -> None:
        nonlocal done
        done += trainer.epochs
        on_progress(done, total)

    learner = FrameLearner(shown, trainer, kept, lambda epoch: on_progress(done + epoch, total))
    told = cross_validate(learner, posed.targets, folds, split.seed, fold_done)
    return FrameExperiment(
        task,
        posed.participants,
        posed.left_out,
        posed.targets,
        _scored(posed.targets, told, constant=False),
        _zero_r(posed, folds),
    )


def _zero_r(posed: Posed, folds: Sequence[Places]) -> Told:
    learner = TableLearner(np.zeros((len(posed.targets), 1)), Method.ZERO_R)
    told = cross_validate(learner, posed.targets, folds, seed=0)
    return _scored(posed.targets, told, constant=True)


def _scored(truth: Percentages, told: Percentages, *, constant: bool) -> Told:
    scores = score(truth, told, constant=constant)
    return Told(told, scores, standard_error(summed_error(truth, told)))
