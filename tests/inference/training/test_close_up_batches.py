"""Batches of close-ups: the same for a step whoever asks, varied, and still what they show."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from inference.closeups import PICTURES, SIDE_PX  # noqa: E402
from inference.training.close_up_batches import CloseUpBatches, varied  # noqa: E402
from inference.training.close_up_samples import WIDE_PX, CloseUps  # noqa: E402


def flat(grey: int, is_cell: int, count: int = 9) -> CloseUps:
    shape = (count, PICTURES, WIDE_PX, WIDE_PX)
    return CloseUps(np.full(shape, grey, np.uint8), np.full(count, is_cell, np.uint8))


def test_a_step_draws_the_same_batch_wherever_training_goes_on():
    batches = CloseUpBatches([flat(200, 1), flat(160, 0)], [0.7, 0.3], 16, 5)
    whole = list(batches.of_steps(range(4), 0))
    again = list(batches.of_steps(range(2, 4), 3))
    for one, other in zip(whole[2:], again, strict=True):
        for mine, theirs in zip(one, other, strict=True):
            torch.testing.assert_close(mine, theirs, rtol=0, atol=0)
    assert not torch.equal(whole[0][0], whole[1][0])


def test_a_step_is_varied_alike_wherever_training_goes_on():
    batches = CloseUpBatches([flat(200, 1)], [1.0], 16, 5)
    (batch,) = batches.of_steps(range(1), 0)
    shown, again, other = (next(batches.views(batch, step))[0] for step in (3, 3, 4))
    torch.testing.assert_close(shown, again, rtol=0, atol=0)
    assert not torch.equal(shown, other)


def test_each_source_has_its_share():
    sources = [flat(200, 1, count=3), flat(160, 0), flat(160, 0, count=90)]
    batches = CloseUpBatches(sources, [0.75, 0.15, 0.1], 40, 5)
    cells = torch.cat([is_cell for _, is_cell in batches.of_steps(range(50), 0)])
    assert len(cells) == 2000
    assert float(cells.mean()) == pytest.approx(0.75, abs=0.03)


def test_close_ups_come_out_as_the_network_takes_them():
    batches = CloseUpBatches([flat(200, 1)], [1.0], 8, 5)
    (batch,) = batches.of_steps(range(1), 0)
    ((pictures, is_cell),) = batches.views(batch, 0)
    assert pictures.shape == (8, PICTURES, SIDE_PX, SIDE_PX)
    assert is_cell.tolist() == [1.0] * 8


def test_what_lies_in_the_middle_stays_in_the_middle():
    rng = np.random.default_rng(2)
    wide = torch.zeros(400, PICTURES, WIDE_PX, WIDE_PX)
    middle = WIDE_PX // 2
    wide[:, :, middle - 4 : middle + 4, middle - 4 : middle + 4] = 100.0
    shown = varied(wide, rng).abs().mean(1)
    line = torch.arange(SIDE_PX) - (SIDE_PX - 1) / 2
    mass = shown.clip(min=20).sub(20)
    x = (mass.sum(1) * line).sum(1) / mass.sum((1, 2))
    assert float(x.abs().max()) < 4
    assert 0.5 < float(x.std()) < 2
    area = (shown > 20).sum((1, 2)).float()
    assert float(area.max() / area.min()) > 2, "some are larger than others"
