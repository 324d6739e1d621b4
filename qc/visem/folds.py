"""Who is held out when: every participant exactly once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]


def shuffled_folds(participants: int, folds: int, seed: int) -> Sequence[Places]:
    """Split by participant into folds of sizes that differ by one at most; same seed, same split.

    Raises:
        ValueError: If there are fewer participants than folds.
    """
    if participants < folds:
        raise ValueError(f"{participants} participants are too few for {folds} folds")
    order = np.random.default_rng(seed).permutation(participants)
    return [np.sort(fold) for fold in np.array_split(order, folds)]


def leave_one_out(participants: int) -> Sequence[Places]:
    """Hold out one participant after the other."""
    return [np.array([place]) for place in range(participants)]
