"""A step draws the same batch whoever draws it, and wherever training goes on."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from inference.heatmap import INSTANTS  # noqa: E402
from inference.training.batches import Batches  # noqa: E402
from inference.training.samples import Sample  # noqa: E402


class Noise:
    """Pictures of noise, on a ground that tells where they come from, with one head."""

    def __init__(self, ground: int) -> None:
        self._ground = ground

    def draw(self, rng: np.random.Generator) -> Sample:
        grey = rng.integers(self._ground, self._ground + 9, (INSTANTS + 2, 96, 96))
        return Sample(
            grey.astype(np.uint8),
            0.5,
            np.full((1, INSTANTS, 2), rng.uniform(30, 60)),
            np.full((1, 2), 16.0),
            np.array([1.0]),
            np.empty((0, 2)),
            np.empty(0),
        )


@pytest.fixture
def batches():
    return Batches([Noise(20)], [Noise(120)], 0.5, size=4, crop_px=64, um_per_px=0.5, seed=7)


def test_who_draws_and_from_where_makes_no_difference(batches):
    alone = list(batches.of_steps(range(6), drawers=0))
    others = list(batches.of_steps(range(2, 6), drawers=2))
    assert len(alone) == 6
    for mine, theirs in zip(alone[2:], others, strict=True):
        for one, other in zip(mine, theirs, strict=True):
            torch.testing.assert_close(one, other, equal_nan=True, rtol=0, atol=0)
    assert not torch.equal(alone[0][0], alone[1][0])


def test_a_batch_holds_pictures_and_their_targets(batches):
    pictures, heat, values, is_head, counts, complete = batches[0]
    assert pictures.shape == (4, INSTANTS + 2, 64, 64)
    assert heat.shape == is_head.shape == (4, INSTANTS, 16, 16)
    assert values.shape[0] == counts.shape[0] == complete.shape[0] == 4
