"""Cross-validation by participant, of anything that learns from participants.

This is the seam between the tables and a network on frames: a `Learner` brings its own inputs and
is handed the places of those it may learn from with their targets, and the places of the others
without. What it is never handed, it cannot leak.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qc.visem.folds import Places
from qc.visem.metrics import Percentages


class Learner(Protocol):
    """Learns percentages of some participants, and tells them of others."""

    def learn_and_tell(
        self, known: Places, targets: Percentages, asked: Places, seed: int
    ) -> Percentages:
        """Return asked participants x targets, in percent.

        Args:
            known: Places of the participants to learn from, in the learner's own inputs.
            targets: Known participants x targets, in percent, none missing.
            asked: Places of the participants to be told.
            seed: Of whatever is drawn at random.
        """
        ...


def cross_validate(
    learner: Learner,
    targets: Percentages,
    folds: Sequence[Places],
    seed: int,
    on_fold: Callable[[], None] = lambda: None,
) -> Percentages:
    """Predict every participant by a learner that has not seen his targets.

    Args:
        learner: What is tried.
        targets: Participants x targets, in percent, none missing.
        folds: Who is held out together; every participant in exactly one.
        seed: Handed to the learner.
        on_fold: Called when a fold is done.
    """
    predicted = np.full_like(targets, np.nan)
    everyone: NDArray[np.intp] = np.arange(len(targets))
    for asked in folds:
        known = np.setdiff1d(everyone, asked)
        predicted[asked] = learner.learn_and_tell(known, targets[known], asked, seed)
        on_fold()
    return predicted
