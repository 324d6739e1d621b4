"""How far readings lie from assigned values: MAE and RMSE, and what knowing nothing would give."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from qc.agreement.readings import Array, Estimate, table
from qc.agreement.resampling import RESAMPLES, bootstrap


@dataclass(frozen=True, slots=True)
class Errors:
    """Errors over all categories together and in each, in percentage points.

    Attributes:
        mae: Mean absolute error, averaged over the categories.
        rmse: Root mean square error over all.
        mae_by_category: Of each category: the average alone hides that NP hardly varies.
        rmse_by_category: Of each category.
    """

    mae: Estimate
    rmse: Estimate
    mae_by_category: tuple[Estimate, ...]
    rmse_by_category: tuple[Estimate, ...]


def errors(
    readings: ArrayLike,
    assigned: ArrayLike,
    *,
    seed: int,
    videos: Sequence[Hashable] | None = None,
    resamples: int = RESAMPLES,
) -> Errors:
    """Return MAE and RMSE with bootstrap intervals by video.

    MAE = mean |x - X|, RMSE = √mean (x - X)² (Willmott & Matsuura, Clim Res 2005; 30: 79-82). The
    MAE is averaged over the categories, as Medico 2019 and Haugen et al. 2023 do; the VISEM paper
    of 2019 sums it, which is that times the number of categories.

    Args:
        readings: Percentages, shape (n, categories).
        assigned: Assigned values of the same items and categories.
        seed: Of the bootstrap.
        videos: Which video each row is of; each row its own where not given.
        resamples: Of the bootstrap.

    Raises:
        ValueError: If the shapes differ, a value is no number, or there are fewer than 2 videos.
    """
    off = _differences(readings, assigned, 2)

    def over(columns: Array, root: bool) -> Estimate:
        statistic = _rmse if root else _mae
        return bootstrap(columns, statistic, seed=seed, videos=videos, resamples=resamples)

    each = [off[:, [column]] for column in range(off.shape[1])]
    return Errors(
        mae=over(off, False),
        rmse=over(off, True),
        mae_by_category=tuple(over(one, False) for one in each),
        rmse_by_category=tuple(over(one, True) for one in each),
    )


def mean_absolute(readings: ArrayLike, assigned: ArrayLike) -> tuple[float, ...]:
    """Return the MAE of each category without an interval, so of a single video too; see `errors`.

    Raises:
        ValueError: If the shapes differ, a value is no number, or there is no reading.
    """
    off = _differences(readings, assigned, 1)
    return tuple(float(_mae(off[:, [column]])) for column in range(off.shape[1]))


def zero_rule(training: ArrayLike, count: int) -> Array:
    """Return ZeroR's predictions, the mean of the training labels, shape (count, categories).

    Source: Witten, Frank & Hall, Data Mining, 3rd ed., 2011, 11.4 (ZeroR, for numbers).

    Args:
        training: Labels of the training items alone, shape (n, categories).
        count: How many items to predict.
    """
    return np.tile(table(training, 1, 1, "labels").mean(0), (count, 1))


def zero_rule_by_fold(assigned: ArrayLike, folds: Sequence[Hashable]) -> Array:
    """Return ZeroR's predictions in cross-validation: the mean of all other folds.

    Args:
        assigned: Labels, shape (n, categories).
        folds: The fold of each item; all rows of one video must be in one.

    Raises:
        ValueError: If there is not one fold for each item, or all items are in one.
    """
    labels = table(assigned, 1, 1, "labels")
    if len(folds) != len(labels):
        raise ValueError(f"{len(folds)} folds do not fit {len(labels)} items")
    if len(set(folds)) < 2:
        raise ValueError("cross-validation needs at least 2 folds")
    inside = {fold: np.array([other == fold for other in folds]) for fold in folds}
    return np.array([labels[~inside[fold]].mean(0) for fold in folds])


def _differences(readings: ArrayLike, assigned: ArrayLike, least: int) -> Array:
    read = table(readings, least, 1, "readings")
    truth = table(assigned, least, 1, "assigned values")
    if read.shape != truth.shape:
        raise ValueError(f"{len(read)} readings cannot be paired with {len(truth)}")
    return read - truth


def _mae(off: Array) -> Array:
    mean: Array = np.abs(off).mean((-2, -1))
    return mean


def _rmse(off: Array) -> Array:
    root: Array = np.sqrt(np.square(off).mean((-2, -1)))
    return root
