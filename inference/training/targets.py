"""What the network is to answer for known heads, and how far its answer is off."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from inference.training.network import STRIDE_PX
from inference.training.samples import Sample

# Spread of a head's heat in map cells; two heads 2 µm apart still give two peaks.
HEAT_SIGMA_CELLS = 0.8
NOMINAL_SIZE_PX = 16.0


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """Maps of a quarter of the picture's size: heat (h, w), boxes (4, h, w), masks (h, w)."""

    heat: NDArray[np.float32]
    boxes: NDArray[np.float32]
    is_head: NDArray[np.float32]
    counts: NDArray[np.float32]


def draw_target(sample: Sample) -> Target:
    """Draw the heat and box maps for one sample."""
    height, width = (side // STRIDE_PX for side in sample.pictures.shape[1:])
    heat = np.zeros((height, width), np.float32)
    boxes = np.zeros((4, height, width), np.float32)
    is_head = np.zeros((height, width), np.float32)
    counts = np.ones((height, width), np.float32)
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    for (x, y), radius in zip(sample.ignore_xy, sample.ignore_radius, strict=True):
        near = np.hypot(columns - x / STRIDE_PX, rows - y / STRIDE_PX) < radius / STRIDE_PX
        counts[near] = 0.0
    for (x, y), size in zip(sample.heads_xy, sample.heads_size, strict=True):
        map_x, map_y = (x + 0.5) / STRIDE_PX - 0.5, (y + 0.5) / STRIDE_PX - 0.5
        column, row = round(float(map_x)), round(float(map_y))
        if not (0 <= column < width and 0 <= row < height):
            continue
        square = (columns - map_x) ** 2 + (rows - map_y) ** 2
        np.maximum(heat, np.exp(-square / (2 * HEAT_SIGMA_CELLS**2)), out=heat)
        boxes[:, row, column] = (map_x - column, map_y - row, *np.log(size / NOMINAL_SIZE_PX))
        is_head[row, column] = 1.0
        counts[row, column] = 1.0
    return Target(heat, boxes, is_head, counts)


def loss(answer: Tensor, heat: Tensor, boxes: Tensor, is_head: Tensor, counts: Tensor) -> Tensor:
    """Penalty-reduced focal loss of the heat (Zhou et al. 2019, "Objects as Points") plus L1 boxes.

    Args:
        answer: Network output (n, 5, h, w).
        heat: Wanted heat (n, h, w).
        boxes: Wanted box values (n, 4, h, w), valid where `is_head`.
        is_head: 1 at the map cell of a head, (n, h, w).
        counts: 0 where nothing is known, (n, h, w).
    """
    log_yes = torch.nn.functional.logsigmoid(answer[:, 0])
    log_no = torch.nn.functional.logsigmoid(-answer[:, 0])
    yes, no = log_yes.exp(), log_no.exp()
    missed = -is_head * no**2 * log_yes
    false = -(1 - is_head) * counts * (1 - heat) ** 4 * yes**2 * log_no
    heads = is_head.sum() + 1
    box_error = (answer[:, 1:] - boxes).abs() * is_head.unsqueeze(1)
    return (missed.sum() + false.sum() + 0.3 * box_error.sum()) / heads
