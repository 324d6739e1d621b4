"""What the grader is shown while it learns."""

import numpy as np
import pytest

from inference.path_features import ROWS, Feature

pytest.importorskip("torch")

from inference.training import grades

SENSES: dict[str, list[int]] = {
    "activity": [Feature.ACTIVITY, Feature.ACTIVITY_KNOWN],
    "self-motion": [Feature.MOVES, Feature.MOVES_KNOWN],
    "debris": [Feature.DEBRIS, Feature.DEBRIS_KNOWN],
    "swing": list(range(Feature.SWING_KNOWN, ROWS)),
}


@pytest.mark.parametrize("sense", SENSES)
def test_some_samples_are_blind_to_each_sense(sense: str) -> None:
    paths = np.ones((2000, ROWS, 5), np.float32)
    blinded = grades._blinded(paths, np.random.default_rng(3), share=0.2)
    rows = blinded[:, SENSES[sense]]
    blind = ~rows.any(axis=(1, 2))
    assert 0.15 < blind.mean() < 0.25
    assert rows[~blind].all(), "a sense is shown whole or not at all"
    assert paths.all(), "the samples themselves stay"


def test_all_else_is_always_shown() -> None:
    paths = np.ones((2000, ROWS, 5), np.float32)
    blinded = grades._blinded(paths, np.random.default_rng(3), share=0.2)
    hidden = [row for rows in SENSES.values() for row in rows]
    assert np.delete(blinded, hidden, axis=1).all()
