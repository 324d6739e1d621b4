"""Identity (IDF1) and plain detection scores at one similarity."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from inference.evaluation.points import FrameMatch, track_count

MATCH_SIMILARITY = 0.5


def idf1(frames: Sequence[FrameMatch], similarity: float = MATCH_SIMILARITY) -> float:
    """Return IDF1, 0 to 1 (Ristani et al. 2016, arXiv 1609.01775).

    Each true track is given at most one predicted track for the whole recording, so that the
    frames in which the two are alike are as many as can be; 0 where there is nothing at all.
    """
    together = np.zeros(
        (
            track_count([frame.truth_ids for frame in frames]),
            track_count([frame.predicted_ids for frame in frames]),
        )
    )
    for frame in frames:
        pairs = np.ix_(frame.truth_ids, frame.predicted_ids)
        together[pairs] += frame.similarity >= similarity
    rows, columns = linear_sum_assignment(together, maximize=True)
    points = sum(len(frame.truth_ids) + len(frame.predicted_ids) for frame in frames)
    return float(2 * together[rows, columns].sum() / max(1, points))


def precision_recall(
    frames: Sequence[FrameMatch], similarity: float = MATCH_SIMILARITY
) -> tuple[float, float]:
    """Return precision and recall, 0 to 1, of the best one-to-one matching in each frame."""
    hits = sum(_hits(frame, similarity) for frame in frames)
    predicted = sum(len(frame.predicted_ids) for frame in frames)
    truth = sum(len(frame.truth_ids) for frame in frames)
    return hits / max(1, predicted), hits / max(1, truth)


def _hits(frame: FrameMatch, similarity: float) -> int:
    alike = frame.similarity >= similarity
    rows, columns = linear_sum_assignment(alike, maximize=True)
    return int(alike[rows, columns].sum())
