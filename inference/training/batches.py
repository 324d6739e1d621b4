"""Batches for training the head detector, drawn ahead by several processes."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from inference.pictures import normalise
from inference.training.augmentation import augment
from inference.training.samples import Sample, Source
from inference.training.targets import draw_target

# Of each process that draws. A batch of 32 holds 59 MB of pictures in shared memory.
AHEAD = 4


@dataclass(frozen=True, slots=True)
class Batches(Dataset[list[Tensor]]):
    """The batch of every step; the same step always draws the same batch.

    Attributes:
        real: Real recordings.
        simulated: Simulated specimens.
        real_share: Share of the samples that are real, if there are real recordings.
        size: Samples in a batch.
        crop_px: Side of their pictures.
        um_per_px: Their scale.
        seed: Seed of all batches.
    """

    real: Sequence[Source]
    simulated: Sequence[Source]
    real_share: float
    size: int
    crop_px: int
    um_per_px: float
    seed: int

    def __getitem__(self, step: int) -> list[Tensor]:
        """Return pictures and the fields of their `Target`, each (size, ...)."""
        rng = np.random.default_rng((self.seed, step, len(self.real)))
        columns = []
        for _ in range(self.size):
            is_real = bool(self.real) and rng.random() < self.real_share
            sources = self.real if is_real else self.simulated
            sample = sources[int(rng.integers(len(sources)))].draw(rng)
            columns.append(_tensors(augment(sample, self.crop_px, self.um_per_px, rng)))
        return [torch.from_numpy(np.stack(column)) for column in zip(*columns, strict=True)]

    def of_steps(self, steps: range, drawers: int) -> DataLoader[list[Tensor]]:
        """Draw the batches of steps in their order.

        Args:
            steps: Which.
            drawers: How many processes draw ahead; with 0 whoever asks draws.
        """
        ahead = AHEAD if drawers else None
        return DataLoader(
            self, batch_size=None, sampler=steps, num_workers=drawers, prefetch_factor=ahead
        )


def _tensors(sample: Sample) -> tuple[np.ndarray, ...]:
    pictures = np.empty(sample.pictures.shape, np.float32)
    for picture, out in zip(sample.pictures, pictures, strict=True):
        normalise(picture, out)
    target = draw_target(sample)
    return pictures, *(getattr(target, field.name) for field in fields(target))
