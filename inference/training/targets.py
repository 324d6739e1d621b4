"""What the network is to answer for known heads, and how far its answer is off."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from inference.heatmap import NOMINAL_SIZE_PX, Channel
from inference.training.network import STRIDE_PX
from inference.training.samples import Sample

# Spread of a head's heat in map cells; two heads 2 µm apart still give two peaks.
HEAT_SIGMA_CELLS = 0.8
# Where not every head is marked, what the network takes for one with more than this is left alone.
DOUBT = 0.25
PLACE_WEIGHT = 0.3
MOVES_WEIGHT = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """Maps of a quarter of the picture's size.

    Attributes:
        heat: Wanted heat, (h, w).
        values: Wanted values of the other channels at the heads, NaN where unknown,
            (channels - 1, h, w).
        is_head: 1 at the map cell of a head, (h, w).
        counts: 0 where nothing is known, (h, w).
        complete: 1 if every head is marked, else 0, shape (1, 1).
    """

    heat: NDArray[np.float32]
    values: NDArray[np.float32]
    is_head: NDArray[np.float32]
    counts: NDArray[np.float32]
    complete: NDArray[np.float32]


def draw_target(sample: Sample) -> Target:
    """Draw the wanted maps for one sample."""
    height, width = (side // STRIDE_PX for side in sample.pictures.shape[1:])
    target = Target(
        np.zeros((height, width), np.float32),
        np.full((len(Channel) - 1, height, width), np.nan, np.float32),
        np.zeros((height, width), np.float32),
        np.ones((height, width), np.float32),
        np.full((1, 1), sample.complete, np.float32),
    )
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    for (x, y), radius in zip(sample.ignore_xy, sample.ignore_radius, strict=True):
        near = np.hypot(columns - x / STRIDE_PX, rows - y / STRIDE_PX) < radius / STRIDE_PX
        target.counts[near] = 0.0
    cells = (sample.heads_xy + 0.5) / STRIDE_PX - 0.5
    for place, size, moves in zip(cells, sample.heads_size, sample.moves, strict=True):
        column, row = np.round(place[1]).astype(int)
        if not (0 <= column < width and 0 <= row < height):
            continue
        square = (columns - place[1, 0]) ** 2 + (rows - place[1, 1]) ** 2
        np.maximum(target.heat, np.exp(-square / (2 * HEAT_SIGMA_CELLS**2)), out=target.heat)
        off = (place - (column, row)).ravel()
        target.values[:, row, column] = (*np.log(size / NOMINAL_SIZE_PX), moves, *off)
        target.is_head[row, column] = target.counts[row, column] = 1.0
    return target


def loss(
    answer: Tensor, heat: Tensor, values: Tensor, is_head: Tensor, counts: Tensor, complete: Tensor
) -> Tensor:
    """Penalty-reduced focal loss of the heat (Zhou et al. 2019, "Objects as Points") and more.

    Sizes and places add their L1 distance, self-motion its cross-entropy, where they are known.

    Args:
        answer: Network output (n, channels, h, w).
        heat: Wanted heat (n, h, w).
        values: Wanted values (n, channels - 1, h, w), NaN where unknown.
        is_head: 1 at the map cell of a head, (n, h, w).
        counts: 0 where nothing is known, (n, h, w).
        complete: 1 where every head is marked, (n, 1, 1).
    """
    log_yes = functional.logsigmoid(answer[:, Channel.HEAT])
    log_no = functional.logsigmoid(-answer[:, Channel.HEAT])
    yes, no = log_yes.exp(), log_no.exp()
    believed = torch.maximum(complete, (yes.detach() < DOUBT).to(yes.dtype))
    missed = -is_head * no**2 * log_yes
    false = -(1 - is_head) * counts * believed * (1 - heat) ** 4 * yes**2 * log_no
    known = torch.isfinite(values)
    wanted = torch.where(known, values, 0.0)
    off = (answer[:, 1:] - wanted).abs() * known
    moves = functional.binary_cross_entropy_with_logits(
        answer[:, Channel.MOVES], wanted[:, Channel.MOVES - 1], reduction="none"
    )
    moves = (moves * known[:, Channel.MOVES - 1]).sum()
    place = off.sum() - off[:, Channel.MOVES - 1].sum()
    heads = is_head.sum() + 1
    return (missed.sum() + false.sum() + PLACE_WEIGHT * place / 2 + MOVES_WEIGHT * moves) / heads
