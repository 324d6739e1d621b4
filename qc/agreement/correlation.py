"""Pearson's and Spearman's correlation, with intervals. Correlation is not agreement."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from qc.agreement.concordance import fisher_interval
from qc.agreement.differences import products, squares, two_sided
from qc.agreement.readings import Array, Interval, paired, refuse_constant


@dataclass(frozen=True, slots=True)
class Correlation:
    """A correlation, its 95 % interval and the two-sided p of none."""

    r: float
    ci95: Interval
    p: float


def pearson(first: ArrayLike, second: ArrayLike) -> Correlation:
    """Return Pearson's r, with Fisher's interval tanh(atanh r ± 1.96 / √(n - 3)) and p from t.

    Source: Fisher, Metron 1921; 1: 3-32; Altman, Practical Statistics, 1991, 11.5.

    Args:
        first: Readings, shape (n,), n at least 4.
        second: Readings of the same items.

    Raises:
        ValueError: If the readings cannot be paired, are too few, or one reader's are all alike.
    """
    x, y = _varying(first, second)
    r = _r(x, y)
    return Correlation(r, fisher_interval(r, 1 / math.sqrt(x.size - 3)), _p(r, x.size))


def spearman(first: ArrayLike, second: ArrayLike) -> Correlation:
    """Return Spearman's rank correlation, ties given their mean rank.

    The interval is Fisher's with the variance (1 + r² / 2) / (n - 3) (Bonett & Wright,
    Psychometrika 2000; 65: 23-28); p is from t.

    Args:
        first: Readings, shape (n,), n at least 4.
        second: Readings of the same items.

    Raises:
        ValueError: If the readings cannot be paired, are too few, or one reader's are all alike.
    """
    x, y = _varying(first, second)
    r = _r(_ranks(x), _ranks(y))
    error = math.sqrt((1 + r**2 / 2) / (x.size - 3))
    return Correlation(r, fisher_interval(r, error), _p(r, x.size))


def _varying(first: ArrayLike, second: ArrayLike) -> tuple[Array, Array]:
    x, y = paired(first, second, 4)
    refuse_constant(x, "correlation")
    refuse_constant(y, "correlation")
    return x, y


def _r(x: Array, y: Array) -> float:
    r = products(x, y) / math.sqrt(squares(x) * squares(y))
    return min(1.0, max(-1.0, r))


def _p(r: float, n: int) -> float:
    if abs(r) == 1:
        return 0.0
    return two_sided(r * math.sqrt((n - 2) / (1 - r**2)), n - 2)


def _ranks(values: Array) -> Array:
    _, where, counts = np.unique(values, return_inverse=True, return_counts=True)
    mean_rank: Array = np.cumsum(counts) - (counts - 1) / 2
    return mean_rank[where]
