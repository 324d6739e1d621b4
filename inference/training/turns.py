"""A drawn batch seen otherwise: mirrored, turned by 90°, and backwards in time.

Drawing a batch costs more than learning from it where a GPU learns; what was drawn serves again in
another of its sixteen views.
"""

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from inference.heatmap import INSTANTS, Channel

WIDTH, HEIGHT = Channel.LOG_WIDTH - INSTANTS, Channel.LOG_HEIGHT - INSTANTS
X, Y = (slice(Channel.PLACE - INSTANTS + axis, None, 2) for axis in (0, 1))
"""Channels of `Target.values`."""


@dataclass(frozen=True, slots=True)
class View:
    """How a batch is seen otherwise.

    Attributes:
        along_x: Mirrored from left to right,
        along_y: and upside down,
        diagonal: and x exchanged for y.
        backwards: The last picture first.
    """

    along_x: bool
    along_y: bool
    diagonal: bool
    backwards: bool

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> "View":
        """Draw one of the sixteen."""
        return cls(*rng.integers(2, size=4).astype(bool).tolist())

    def of(self, batch: list[Tensor]) -> list[Tensor]:
        """Return a batch in this view, the same for all of its samples.

        Args:
            batch: Pictures (n, PICTURES, side, side) and the fields of their `Target`, (n, ...).
        """
        if self.along_x:
            batch = _mirrored(batch, -1, X)
        if self.along_y:
            batch = _mirrored(batch, -2, Y)
        if self.diagonal:
            batch = _swapped(batch)
        return _reversed(batch) if self.backwards else batch


def _mirrored(batch: list[Tensor], axis: int, offsets: slice) -> list[Tensor]:
    pictures, heat, values, *others = (part.flip(axis) for part in batch)
    values[:, offsets] *= -1
    return [pictures, heat, values, *others]


def _swapped(batch: list[Tensor]) -> list[Tensor]:
    """Exchange x and y."""
    pictures, heat, across, *others = (part.transpose(-1, -2) for part in batch)
    values = across.clone()
    values[:, WIDTH], values[:, HEIGHT] = across[:, HEIGHT], across[:, WIDTH]
    values[:, X], values[:, Y] = across[:, Y], across[:, X]
    return [pictures, heat, values, *others]


def _reversed(batch: list[Tensor]) -> list[Tensor]:
    pictures, heat, onwards, is_head, *others = batch
    values = onwards.clone()
    for offsets in (X, Y):
        values[:, offsets] = onwards[:, offsets].flip(1)
    return [pictures.flip(1), heat.flip(1), values, is_head.flip(1), *others]
