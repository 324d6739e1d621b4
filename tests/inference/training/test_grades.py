"""What the grader is shown while it learns."""

import numpy as np
import pytest

from inference.path_features import ROWS, Feature

pytest.importorskip("torch")

from inference.training import grades

SENSES: dict[str, tuple[list[int], float]] = {
    "activity": ([Feature.ACTIVITY, Feature.ACTIVITY_KNOWN], 0.05),
    "self-motion": ([Feature.MOVES, Feature.MOVES_KNOWN], 0.05),
    "debris": ([Feature.DEBRIS, Feature.DEBRIS_KNOWN], 0.05),
    "swing": (list(range(Feature.SWING_KNOWN, ROWS)), 0.25),
}


@pytest.mark.parametrize("sense", SENSES)
def test_some_samples_are_blind_to_each_sense(sense: str) -> None:
    paths = np.ones((2000, ROWS, 5), np.float32)
    blinded = grades._blinded(paths, np.random.default_rng(3))
    numbers, share = SENSES[sense]
    rows = blinded[:, numbers]
    blind = ~rows.any(axis=(1, 2))
    assert 0.6 * share < blind.mean() < 1.5 * share
    assert rows[~blind].all(), "a sense is shown whole or not at all"
    assert paths.all(), "the samples themselves stay"


def test_all_else_is_always_shown() -> None:
    paths = np.ones((2000, ROWS, 5), np.float32)
    blinded = grades._blinded(paths, np.random.default_rng(3))
    hidden = [row for rows, _ in SENSES.values() for row in rows]
    assert np.delete(blinded, hidden, axis=1).all()
