"""ZeroR, linear regression and random forest on the numbers of the tables.

scikit-learn takes a second to import and is loaded when something is learnt, not before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from qc.visem.folds import Places
from qc.visem.metrics import Percentages
from qc.visem.reader import Numbers

TREES = 100


class Method(StrEnum):
    """How a baseline learns; the first three are the paper's."""

    ZERO_R = "ZeroR"
    LINEAR = "linear regression"
    FOREST = "random forest"
    LOG_LINEAR = "linear regression on logarithms"
    FOREST_THIRD = "random forest, a third of the inputs at a split"


PAPERS = (Method.ZERO_R, Method.LINEAR, Method.FOREST)
# Takes known inputs, known targets, asked inputs and a seed; tells the asked targets.
Fit = Callable[[Numbers, Numbers, Numbers, int], Numbers]


@dataclass(frozen=True, slots=True)
class TableLearner:
    """A model of all targets together, on a matrix of numbers.

    Attributes:
        inputs: Participants x inputs; NaN is what was not reported.
        method: How it learns.
    """

    inputs: Numbers
    method: Method

    def learn_and_tell(
        self, known: Places, targets: Percentages, asked: Places, seed: int
    ) -> Percentages:
        """Fill what is missing by the medians of the known participants, fit, predict."""
        learnt, told = fill_missing(self.inputs[known], self.inputs[asked])
        return _FITS[self.method](learnt, targets, told, seed)


def fill_missing(known: Numbers, asked: Numbers) -> tuple[Numbers, Numbers]:
    """Put the median of the known participants wherever a number is missing.

    Nothing of the asked participants goes into it. A column that no known participant has
    becomes 0 in both, and so says nothing.
    """
    has_any = ~np.isnan(known).all(axis=0)
    medians = np.zeros(known.shape[1])
    medians[has_any] = np.nanmedian(known[:, has_any], axis=0)
    filled = np.where(np.isnan(known), medians, known)
    others = np.where(np.isnan(asked) | ~has_any, medians, asked)
    return filled, others


def _zero_r(_known: Numbers, targets: Numbers, asked: Numbers, _seed: int) -> Numbers:
    return np.tile(targets.mean(axis=0), (len(asked), 1))


def _linear(known: Numbers, targets: Numbers, asked: Numbers, _seed: int) -> Numbers:
    from sklearn.linear_model import LinearRegression  # noqa: PLC0415 - heavy

    return np.asarray(LinearRegression().fit(known, targets).predict(asked))


def _log_linear(known: Numbers, targets: Numbers, asked: Numbers, seed: int) -> Numbers:
    # Hormones spread over three decades, so that few men decide a straight line.
    return _linear(np.log1p(np.maximum(known, 0)), targets, np.log1p(np.maximum(asked, 0)), seed)


def _forest(known: Numbers, targets: Numbers, asked: Numbers, seed: int) -> Numbers:
    return _grown(known, targets, asked, seed, share=1.0)


def _forest_third(known: Numbers, targets: Numbers, asked: Numbers, seed: int) -> Numbers:
    # What Breiman's own program draws from in regression.
    return _grown(known, targets, asked, seed, share=1 / 3)


def _grown(known: Numbers, targets: Numbers, asked: Numbers, seed: int, *, share: float) -> Numbers:
    from sklearn.ensemble import RandomForestRegressor  # noqa: PLC0415 - heavy

    forest = RandomForestRegressor(TREES, max_features=share, random_state=seed)
    return np.asarray(forest.fit(known, targets).predict(asked))


_FITS = MappingProxyType(
    {
        Method.ZERO_R: _zero_r,
        Method.LINEAR: _linear,
        Method.FOREST: _forest,
        Method.LOG_LINEAR: _log_linear,
        Method.FOREST_THIRD: _forest_third,
    }
)
