"""A task of the paper with those who can be scored at it."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from qc.visem.cells import VisemError
from qc.visem.folds import Places
from qc.visem.metrics import Percentages
from qc.visem.published import TARGETS, Task
from qc.visem.reader import Visem

MIN_PARTICIPANTS = 6


class TooFewError(VisemError):
    """Too few participants can be scored."""


@dataclass(frozen=True, slots=True, eq=False)
class Posed:
    """A task with those who are split and scored.

    Attributes:
        task: What is predicted.
        places: Where they stand among the participants of the tables.
        participants: Their numbers, rising.
        targets: Participants x three, in percent, none missing.
        left_out: Participants without a target, by number.
    """

    task: Task
    places: Places
    participants: tuple[int, ...]
    targets: Percentages
    left_out: tuple[int, ...]


def pose(visem: Visem, task: Task, among: Collection[int] | None = None) -> Posed:
    """Find who has all three targets of a task.

    Args:
        visem: The tables.
        task: What is to be predicted.
        among: Numbers of the participants of whom something is known to learn from; None for all.

    Raises:
        TooFewError: If fewer than six are left.
    """
    numbers = np.array(visem.participants)
    targets = visem.columns(TARGETS[task])
    known = np.full(len(numbers), True) if among is None else np.isin(numbers, list(among))
    has_all = ~np.isnan(targets).any(axis=1)
    places = np.flatnonzero(known & has_all)
    if len(places) < MIN_PARTICIPANTS:
        shown = "" if among is None else " and a video that can be read"
        raise TooFewError(
            f"only {len(places)} participants have all three targets of {task}{shown}; "
            f"{MIN_PARTICIPANTS} are needed"
        )
    return Posed(
        task,
        places,
        tuple(numbers[places].tolist()),
        targets[places],
        tuple(numbers[known & ~has_all].tolist()),
    )
