"""A drawn batch seen otherwise: mirrored, turned by 90°, and backwards in time.

Drawing a batch costs more than learning from it where a GPU learns; what was drawn serves again in
one of its fifteen other views.
"""

import numpy as np
from torch import Tensor

from inference.heatmap import INSTANTS, Channel

WIDTH, HEIGHT = Channel.LOG_WIDTH - INSTANTS, Channel.LOG_HEIGHT - INSTANTS
X, Y = (slice(Channel.PLACE - INSTANTS + axis, None, 2) for axis in (0, 1))
"""Channels of `Target.values`."""


def turned(batch: list[Tensor], rng: np.random.Generator) -> list[Tensor]:
    """Return another view of a batch, the same for all of its samples.

    Args:
        batch: Pictures (n, PICTURES, side, side) and the fields of their `Target`, each (n, ...).
        rng: Decides which view.
    """
    along_x, along_y, diagonal, backwards = rng.integers(2, size=4).astype(bool)
    if along_x:
        batch = _mirrored(batch, -1, X)
    if along_y:
        batch = _mirrored(batch, -2, Y)
    if diagonal:
        batch = _swapped(batch)
    return _reversed(batch) if backwards else batch


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
