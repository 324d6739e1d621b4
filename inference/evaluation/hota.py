"""HOTA: one figure for detection and association, over many strictnesses of localisation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from inference.evaluation.points import FrameMatch, track_count

ALPHAS = np.arange(1, 20) * 0.05
_EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class Hota:
    """HOTA and its parts, 0 to 1, averaged over `ALPHAS`."""

    hota: float
    det_a: float
    ass_a: float


def hota(frames: Sequence[FrameMatch]) -> Hota:
    """Score tracks by HOTA (Luiten et al., IJCV 2021, doi 10.1007/s11263-020-01375-2).

    In each frame pairs are matched once, in favour of tracks that fit each other over the whole
    recording; a pair counts at each alpha that its similarity reaches.
    """
    truth_seen, predicted_seen = _lengths(frames)
    fit = _global_fit(frames, truth_seen, predicted_seen)
    matched = np.zeros((len(ALPHAS), *fit.shape))
    for frame in frames:
        _count_matches(frame, fit, matched)
    true_positive = matched.sum(axis=(1, 2))
    union = truth_seen.sum() + predicted_seen.sum() - true_positive
    det_a = true_positive / np.maximum(1, union)
    pair_union = truth_seen[:, None] + predicted_seen[None, :] - matched
    overlap = matched / np.maximum(1, pair_union)
    ass_a = (matched * overlap).sum(axis=(1, 2)) / np.maximum(1, true_positive)
    return Hota(float(np.sqrt(det_a * ass_a).mean()), float(det_a.mean()), float(ass_a.mean()))


def _lengths(
    frames: Sequence[FrameMatch],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    truth = [frame.truth_ids for frame in frames]
    predicted = [frame.predicted_ids for frame in frames]
    return _seen(truth), _seen(predicted)


def _seen(ids: Sequence[NDArray[np.int64]]) -> NDArray[np.float64]:
    flat = np.concatenate([np.empty(0, np.int64), *ids])
    return np.bincount(flat, minlength=track_count(ids)).astype(np.float64)


def _global_fit(
    frames: Sequence[FrameMatch],
    truth_seen: NDArray[np.float64],
    predicted_seen: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return how well each pair of tracks fits over the recording: a soft Jaccard index."""
    shared = np.zeros((len(truth_seen), len(predicted_seen)))
    for frame in frames:
        likeness = frame.similarity
        union = likeness.sum(0)[None, :] + likeness.sum(1)[:, None] - likeness
        soft = np.divide(likeness, union, out=np.zeros_like(likeness), where=union > _EPSILON)
        shared[np.ix_(frame.truth_ids, frame.predicted_ids)] += soft
    return shared / np.maximum(1e-12, truth_seen[:, None] + predicted_seen[None, :] - shared)


def _count_matches(
    frame: FrameMatch, fit: NDArray[np.float64], matched: NDArray[np.float64]
) -> None:
    if not frame.similarity.size:
        return
    pair_fit = fit[np.ix_(frame.truth_ids, frame.predicted_ids)]
    rows, columns = linear_sum_assignment(pair_fit * frame.similarity, maximize=True)
    reached = frame.similarity[rows, columns][None, :] >= ALPHAS[:, None] - _EPSILON
    matched[:, frame.truth_ids[rows], frame.predicted_ids[columns]] += reached
