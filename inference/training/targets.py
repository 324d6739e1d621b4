"""What the network is to answer for known heads, and how far its answer is off."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from inference.heatmap import CHANNELS, HEATS, INSTANTS, NOMINAL_SIZE_PX, STRIDE_PX, Channel
from inference.training.samples import Sample

# Spread of a head's heat in map cells; two heads 2 µm apart still give two peaks.
HEAT_SIGMA_CELLS = 0.8
REACH_CELLS = 4
# Where not every head is marked, what the network takes for one with more than this is left alone.
DOUBT = 0.25
PLACE_WEIGHT = 0.3
MOVES_WEIGHT = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """Maps of a quarter of the picture's size.

    Attributes:
        heat: Wanted heats of the frames, (instants, h, w).
        values: Wanted values of the other channels at the heads, NaN where unknown,
            (channels - instants, h, w).
        is_head: 1 at the map cells of the heads of each frame, (instants, h, w).
        counts: 0 where nothing is known, (1, h, w).
        complete: 1 if every head is marked, else 0, shape (1, 1, 1).
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
        np.zeros((INSTANTS, height, width), np.float32),
        np.full((CHANNELS - INSTANTS, height, width), np.nan, np.float32),
        np.zeros((INSTANTS, height, width), np.float32),
        np.ones((1, height, width), np.float32),
        np.full((1, 1, 1), sample.complete, np.float32),
    )
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    for (x, y), radius in zip(sample.ignore_xy, sample.ignore_radius, strict=True):
        near = np.hypot(columns - x / STRIDE_PX, rows - y / STRIDE_PX) < radius / STRIDE_PX
        target.counts[0, near] = 0.0
    cells = (sample.heads_xy + 0.5) / STRIDE_PX - 0.5
    for places, size, moves in zip(cells, sample.heads_size, sample.moves, strict=True):
        common = (*np.log(size / NOMINAL_SIZE_PX), moves)
        for instant in np.flatnonzero(np.isfinite(places[:, 0])).tolist():
            _draw_head(target, instant, places[instant], common)
    return target


def _draw_head(
    target: Target, instant: int, place: NDArray[np.float64], common: tuple[float, ...]
) -> None:
    """Draw one head, at a place in map cells, into the maps of one frame."""
    _, height, width = target.heat.shape
    column, row = np.round(place).astype(int)
    if not (0 <= column < width and 0 <= row < height):
        return
    left, top = max(0, column - REACH_CELLS), max(0, row - REACH_CELLS)
    window = target.heat[instant, top : row + REACH_CELLS + 1, left : column + REACH_CELLS + 1]
    rows, columns = np.mgrid[: window.shape[0], : window.shape[1]]
    square = (columns + left - place[0]) ** 2 + (rows + top - place[1]) ** 2
    np.maximum(window, np.exp(-square / (2 * HEAT_SIGMA_CELLS**2)), out=window)
    target.values[: len(common), row, column] = common
    x = Channel.PLACE - INSTANTS + 2 * instant
    target.values[x : x + 2, row, column] = place - (column, row)
    target.is_head[instant, row, column] = 1.0


def loss(
    answer: Tensor, heat: Tensor, values: Tensor, is_head: Tensor, counts: Tensor, complete: Tensor
) -> Tensor:
    """Penalty-reduced focal loss of the heats (Zhou et al. 2019, "Objects as Points") and more.

    Sizes and places add their L1 distance, self-motion its cross-entropy, where they are known.

    Args:
        answer: Network output (n, channels, h, w).
        heat: Wanted heats (n, instants, h, w).
        values: Wanted values (n, channels - instants, h, w), NaN where unknown.
        is_head: 1 at the map cells of heads, (n, instants, h, w).
        counts: 0 where nothing is known, (n, 1, h, w).
        complete: 1 where every head is marked, (n, 1, 1, 1).
    """
    log_yes = functional.logsigmoid(answer[:, HEATS])
    log_no = functional.logsigmoid(-answer[:, HEATS])
    yes, no = log_yes.exp(), log_no.exp()
    believed = torch.maximum(complete, (yes.detach() < DOUBT).to(yes.dtype))
    missed = -is_head * no**2 * log_yes
    false = -(1 - is_head) * counts * believed * (1 - heat) ** 4 * yes**2 * log_no
    known = torch.isfinite(values)
    wanted = torch.where(known, values, 0.0)
    off = (answer[:, INSTANTS:] - wanted).abs() * known
    at = Channel.MOVES - INSTANTS
    moves = functional.binary_cross_entropy_with_logits(
        answer[:, Channel.MOVES], wanted[:, at], reduction="none"
    )
    moves = (moves * known[:, at]).sum()
    place = off.sum() - off[:, at].sum()
    heads = is_head.sum() + 1
    return (missed.sum() + false.sum() + PLACE_WEIGHT * place + MOVES_WEIGHT * moves) / heads
