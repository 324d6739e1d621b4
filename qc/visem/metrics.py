"""How far predicted percentages lie from the laboratory's.

Two habits must not be mixed up: Haugen et al. 2019 sum the mean absolute error over the three
targets (38.69 of ZeroR), the Medico task of MediaEval 2019 and later work average it (12.90).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Percentages = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scores:
    """Errors over all held-out participants, in percentage points, by target.

    Attributes:
        mae: Mean absolute error.
        rmse: Root of the mean squared error.
        r2: Share of the variance that is explained, against the mean of all participants; below
            zero where that mean, which no learner may know, would have been nearer.
        pearson_r: Correlation with the laboratory, None where it would say nothing.
    """

    mae: tuple[float, ...]
    rmse: tuple[float, ...]
    r2: tuple[float | None, ...]
    pearson_r: tuple[float | None, ...]

    @property
    def summed_mae(self) -> float:
        """The sum over the targets, as Haugen et al. 2019 give it."""
        return sum(self.mae)

    @property
    def mean_mae(self) -> float:
        """The mean over the targets, as MediaEval gives it."""
        return self.summed_mae / len(self.mae)

    @property
    def summed_rmse(self) -> float:
        """The sum of the targets' RMSE."""
        return sum(self.rmse)

    @property
    def mean_rmse(self) -> float:
        """The mean of the targets' RMSE."""
        return self.summed_rmse / len(self.rmse)


def score(truth: Percentages, predicted: Percentages, *, constant: bool = False) -> Scores:
    """Compare participants x targets with participants x targets, each participant once.

    Args:
        truth: The laboratory's, in percent.
        predicted: Of the same participants, in percent.
        constant: Whether every fold was told one and the same. What is told then differs between
            the folds alone, against the truth in them, and its correlation (-1 in leave-one-out)
            says nothing.
    """
    error = predicted - truth
    squared = (error**2).mean(axis=0)
    spread = truth.var(axis=0)
    return Scores(
        mae=tuple(map(float, np.abs(error).mean(axis=0))),
        rmse=tuple(map(float, np.sqrt(squared))),
        r2=tuple(
            float(1 - own / all_) if all_ > 0 else None
            for own, all_ in zip(squared, spread, strict=True)
        ),
        pearson_r=tuple(
            None if constant else _pearson(own, other)
            for own, other in zip(truth.T, predicted.T, strict=True)
        ),
    )


def summed_error(truth: Percentages, predicted: Percentages) -> NDArray[np.float64]:
    """Return the absolute errors of each participant, summed over the targets."""
    summed: NDArray[np.float64] = np.abs(predicted - truth).sum(axis=1)
    return summed


def mean_and_spread(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return mean and sample standard deviation; the spread of one value is 0."""
    return float(values.mean()), float(values.std(ddof=1)) if len(values) > 1 else 0.0


def standard_error(values: NDArray[np.float64]) -> float:
    """Return the standard error of the mean of one value a participant."""
    return mean_and_spread(values)[1] / math.sqrt(len(values))


def _pearson(truth: Percentages, predicted: Percentages) -> float | None:
    own, other = truth - truth.mean(), predicted - predicted.mean()
    size = float(np.sqrt((own**2).sum() * (other**2).sum()))
    return float((own * other).sum()) / size if size > 1e-9 else None
