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
    unsure = zip(_in_map_cells(sample.ignore_xy), sample.ignore_radius / STRIDE_PX, strict=True)
    for (x, y), radius in unsure:
        near = np.hypot(columns - x, rows - y) < radius
        target.counts[0, near] = 0.0
    _draw_heads(target, sample)
    return target


def _in_map_cells(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    return (xy + 0.5) / STRIDE_PX - 0.5


def _draw_heads(target: Target, sample: Sample) -> None:
    """Draw the heads of every frame into the maps; where two share a map cell, the last counts."""
    _, height, width = target.heat.shape
    places = _in_map_cells(sample.heads_xy)
    common = np.column_stack([np.log(sample.heads_size / NOMINAL_SIZE_PX), sample.moves])
    head, instant = np.nonzero(np.isfinite(places[:, :, 0]))
    place = places[head, instant]
    column, row = np.round(place).astype(int).T
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    head, instant, place = head[inside], instant[inside], place[inside]
    column, row = column[inside], row[inside]
    _draw_heat(target.heat, instant, place, np.column_stack([column, row]))
    target.values[: common.shape[1], row, column] = common[head].T
    x = Channel.PLACE - INSTANTS + 2 * instant
    target.values[x, row, column] = place[:, 0] - column
    target.values[x + 1, row, column] = place[:, 1] - row
    target.is_head[instant, row, column] = 1.0


def _draw_heat(
    heat: NDArray[np.float32],
    instant: NDArray[np.int64],
    place: NDArray[np.float64],
    cell: NDArray[np.int64],
) -> None:
    """Draw a Gaussian at each place (n, 2) of an instant (n,) around its map cell (n, 2)."""
    _, height, width = heat.shape
    reach = np.arange(-REACH_CELLS, REACH_CELLS + 1)
    columns = cell[:, 0, None, None] + reach[None, None, :]
    rows = cell[:, 1, None, None] + reach[None, :, None]
    square = (columns - place[:, 0, None, None]) ** 2 + (rows - place[:, 1, None, None]) ** 2
    shape = square.shape
    inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    at = (instant[:, None, None] * height + rows) * width + np.broadcast_to(columns, shape)
    warmth = np.exp(-square / (2 * HEAT_SIGMA_CELLS**2)).astype(np.float32)
    np.maximum.at(heat.reshape(-1), at[inside], warmth[inside])


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
