"""Scores that mean what they say: a score of 0.7 is right in 70 of 100 cases.

The focal loss leaves scores bunched around the middle. Platt's method (Platt 1999) fits the
logit's slope and offset on scenes that the network has not seen, and writes them into its last
layer, so that the shipped file gives probabilities.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.spatial.distance import cdist

from inference.heatmap import HEATS, INSTANTS, read_heads
from inference.pictures import SIDE_MULTIPLE_PX, normalise, to_model_scale
from inference.training.network import PICTURES, HeadNet
from inference.training.samples import Sample, Source

# Human boxes are drawn loosely: their centres lie about 1 µm from the head.
HIT_UM = 4.0
LEAST_SCORE = 0.02
NOW = INSTANTS // 2


def calibrate_scores(
    network: HeadNet, sources: Sequence[Source], scenes: int, um_per_px: float, seed: int
) -> tuple[float, float]:
    """Fit slope and offset of the heat's logit, write them into the network, and return them.

    Args:
        network: Trained network, on the CPU; changed in place.
        sources: Where samples come from; each gives as many as the others.
        scenes: Samples of each source.
        um_per_px: Scale of the network's pictures.
        seed: Seed of the samples.
    """
    rng = np.random.default_rng(seed)
    samples = [source.draw(rng) for source in sources for _ in range(scenes)]
    pairs = [_logits_and_hits(network, sample, um_per_px) for sample in samples]
    logit, hit = (np.concatenate(column) for column in zip(*pairs, strict=True))
    slope, offset = fit_logistic(logit, hit)
    with torch.no_grad():
        network.out.weight[HEATS] *= slope
        network.out.bias[HEATS] = network.out.bias[HEATS] * slope + offset
    return slope, offset


def fit_logistic(logit: NDArray[np.float64], hit: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the slope and offset that make sigmoid(slope * logit + offset) most likely."""
    sign = np.where(hit, 1.0, -1.0)

    def cost(line: NDArray[np.float64]) -> float:
        return float(np.logaddexp(0.0, -sign * (line[0] * logit + line[1])).mean())

    best = minimize(cost, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return float(best[0]), float(best[1])


def _logits_and_hits(
    network: HeadNet, sample: Sample, um_per_px: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Logit of every peak, and whether a head is there; what nobody knows is left out."""
    factor = sample.um_per_px / um_per_px
    grey = np.stack([to_model_scale(picture, factor, factor) for picture in sample.pictures])
    height, width = (side // SIDE_MULTIPLE_PX * SIDE_MULTIPLE_PX for side in grey.shape[1:])
    pictures = np.empty((PICTURES, height, width), np.float32)
    for picture, out in zip(grey, pictures, strict=True):
        normalise(picture[:height, :width], out)
    with torch.no_grad():
        maps = network(torch.from_numpy(pictures[None]))[0].numpy()
    heads = read_heads(maps, LEAST_SCORE)
    peaks = heads.of(heads.instant == NOW)
    hit = _near(peaks.xy, _known(sample.heads_xy[:, NOW]) * factor, np.array(HIT_UM / um_per_px))
    unsure = _near(peaks.xy, sample.ignore_xy * factor, sample.ignore_radius * factor)
    known = hit | (~unsure if sample.complete else np.zeros_like(hit))
    return np.log(peaks.score / (1 - peaks.score))[known], hit[known]


def _known(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    return xy[np.isfinite(xy[:, 0])]


def _near(
    xy: NDArray[np.float64], places: NDArray[np.float64], radius: NDArray[np.float64]
) -> NDArray[np.bool_]:
    return np.asarray((cdist(xy, places) < radius).any(axis=1), np.bool_)
