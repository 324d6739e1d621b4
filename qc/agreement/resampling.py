"""Bootstrap intervals: what a number would have been with other videos."""

from collections.abc import Callable, Hashable, Sequence

import numpy as np

from qc.agreement.readings import Array, Estimate

RESAMPLES = 2000


def bootstrap(
    rows: Array,
    statistic: Callable[[Array], Array],
    *,
    seed: int,
    videos: Sequence[Hashable] | None = None,
    resamples: int = RESAMPLES,
) -> Estimate:
    """Return a statistic with its percentile interval over resampled videos.

    Source: Efron & Tibshirani, An Introduction to the Bootstrap, 1993, 13.3; whole videos are
    drawn, since rows of one video are not independent (Davison & Hinkley, 1997, 3.8).

    Args:
        rows: One row a reading, shape (n, c).
        statistic: Of rows, shape (..., m, c), the number, shape (...).
        seed: Of the draws; the same seed gives the same interval.
        videos: Which video each row belongs to; each row its own where not given.
        resamples: How often to draw.

    Raises:
        ValueError: If there is only one video, there is not one name for each row, or resamples
            are below 1.
    """
    groups = _groups(len(rows), videos)
    if len(groups) < 2:
        raise ValueError("an interval by video needs at least 2 videos")
    if resamples < 1:
        raise ValueError(f"{resamples} resamples give no interval")
    source = np.random.default_rng(seed)
    draws = source.integers(len(groups), size=(resamples, len(groups)))
    if len({len(group) for group in groups}) == 1:
        found = statistic(rows[np.array(groups)[draws].reshape(resamples, -1)])
    else:
        found = np.array([statistic(rows[np.concatenate([groups[g] for g in d])]) for d in draws])
    low, high = np.quantile(found, [0.025, 0.975]).tolist()
    return Estimate(float(statistic(rows)), (low, high))


def _groups(count: int, videos: Sequence[Hashable] | None) -> list[list[int]]:
    """Return the rows of each video."""
    names = range(count) if videos is None else videos
    if len(names) != count:
        raise ValueError(f"{len(names)} names of videos do not fit {count} readings")
    found: dict[Hashable, list[int]] = {}
    for row, name in enumerate(names):
        found.setdefault(name, []).append(row)
    return list(found.values())
