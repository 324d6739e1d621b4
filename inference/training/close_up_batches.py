"""Batches of close-ups, each turned, scaled and seen through another camera."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import affine_grid, avg_pool2d, grid_sample

from inference.closeups import SIDE_PX
from inference.pictures import CONTRAST_GREY
from inference.training.close_up_samples import GROUND, WIDE_PX, CloseUps

# What the detector's training does to whole pictures, see `inference.training.augmentation`.
ZOOM = 0.3
NEGATIVE_SHARE = 0.1
GAIN = (0.6, 1.6)
NOISE_GREY = (0.5, 6.0)
BLURRED_SHARE = 0.2
# Answers of the detector lie about so far off the head's centre.
OFF_PX = 1.5
# The second picture of a close-up is a mean of five, and has less noise than the other three.
NOISE_OF = (1.0, 5**-0.5, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class CloseUpBatches:
    """The batch of every step; the same step always draws the same batch.

    Attributes:
        sources: Close-ups of simulated specimens and of recordings.
        shares: How much of a batch comes from each, together 1.
        size: Close-ups in a batch.
        seed: Seed of all batches.
    """

    sources: Sequence[CloseUps]
    shares: Sequence[float]
    size: int
    seed: int

    def of_steps(self, steps: range, drawers: int) -> Iterator[list[Tensor]]:
        """Draw grey values as `CloseUps` has them and 1 for cells (n,), in the order of steps."""
        del drawers  # a batch costs little beside what is learned from it
        for step in steps:
            rng = np.random.default_rng((self.seed, step, len(self.sources)))
            counts = rng.multinomial(self.size, self.shares).tolist()
            rows = [
                rng.integers(len(source.is_cell), size=count)
                for source, count in zip(self.sources, counts, strict=True)
            ]
            drawn = list(zip(self.sources, rows, strict=True))
            grey = np.concatenate([source.grey[of] for source, of in drawn])
            is_cell = np.concatenate([source.is_cell[of] for source, of in drawn])
            yield [torch.from_numpy(grey), torch.from_numpy(is_cell).float()]

    def views(self, batch: list[Tensor], step: int) -> Iterator[list[Tensor]]:
        """Yield the batch of a step once, varied where it lies, with what varies each step."""
        rng = np.random.default_rng((self.seed, step, len(self.sources), 1))
        grey, is_cell = batch
        yield [varied((grey.float() - GROUND) / CONTRAST_GREY, rng), is_cell]


def varied(contrast: Tensor, rng: np.random.Generator) -> Tensor:
    """Turn, scale and mirror close-ups, reverse time, and change their light and their noise.

    Args:
        contrast: Wide close-ups (n, pictures, WIDE_PX, WIDE_PX).
        rng: Source of chance.

    Returns:
        Close-ups (n, pictures, SIDE_PX, SIDE_PX).
    """
    count, device = len(contrast), contrast.device
    looked = grid_sample(
        contrast,
        affine_grid(
            _views(count, rng).to(device), [count, contrast.shape[1], SIDE_PX, SIDE_PX], False
        ),
        align_corners=False,
    )
    blurred = torch.from_numpy(rng.random(count) < BLURRED_SHARE).to(device)
    looked[blurred] = avg_pool2d(looked[blurred], 3, 1, 1)
    backwards = torch.from_numpy(rng.random(count) < 0.5).to(device)
    looked[backwards] = looked[backwards][:, [3, 1, 2, 0]]
    sign = np.where(rng.random(count) < NEGATIVE_SHARE, -1.0, 1.0)
    gain = torch.from_numpy(sign * rng.uniform(*GAIN, count)).float().to(device)
    sigma = rng.uniform(*NOISE_GREY, count) * (rng.random(count) < 0.5) / CONTRAST_GREY
    noisy = torch.from_numpy(sigma[:, None] * np.array(NOISE_OF)).float().to(device)
    chance = torch.Generator(device).manual_seed(int(rng.integers(2**62)))
    noise = torch.randn(looked.shape, generator=chance, device=device)
    return looked * gain[:, None, None, None] + noise * noisy[:, :, None, None]


def _views(count: int, rng: np.random.Generator) -> Tensor:
    """Draw where each px of the views is seen, affine maps (n, 2, 3) for `affine_grid`."""
    angle = rng.uniform(0, 2 * np.pi, count)
    zoom = np.exp(rng.uniform(-ZOOM, ZOOM, count)) * SIDE_PX / WIDE_PX
    mirror = np.where(rng.random(count) < 0.5, -1.0, 1.0)
    cos, sin = zoom * np.cos(angle), zoom * np.sin(angle)
    off = rng.uniform(-OFF_PX, OFF_PX, (count, 2)) * 2 / WIDE_PX
    rows = [[cos * mirror, -sin, off[:, 0]], [sin * mirror, cos, off[:, 1]]]
    return torch.from_numpy(np.moveaxis(np.array(rows), -1, 0)).float()
