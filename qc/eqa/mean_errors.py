"""How far readings lie from assigned values on average."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qc.agreement.errors import mean_absolute
from qc.eqa.scores.reading import GradeReading

CATEGORIES = ("a", "b", "c", "d", "progressive")
THREE = ("progressive", "c", "d")
FOUR = ("a", "b", "c", "d")


@dataclass(frozen=True, slots=True)
class MeanErrors:
    """Mean absolute errors in percentage points over the videos of a set.

    Attributes:
        videos: How many were read and had an assigned value.
        by_category: The error of a, b, c, d and "progressive"; empty without a video.
    """

    videos: int
    by_category: dict[str, float]

    @property
    def three(self) -> float | None:
        """The mean over progressive, non-progressive and immotile; None without a video."""
        return self._mean(THREE)

    @property
    def four(self) -> float | None:
        """The mean over a, b, c and d; None without a video."""
        return self._mean(FOUR)

    def _mean(self, categories: Sequence[str]) -> float | None:
        if not self.by_category:
            return None
        return float(np.mean([self.by_category[one] for one in categories]))


def mean_errors(pairs: Sequence[tuple[GradeReading, GradeReading]]) -> MeanErrors:
    """Return the mean absolute errors of readings against assigned values, without intervals."""
    if not pairs:
        return MeanErrors(0, {})
    read, assigned = (
        [[one.percent[category] for category in CATEGORIES] for one in side]
        for side in zip(*pairs, strict=True)
    )
    means = mean_absolute(read, assigned)
    return MeanErrors(len(pairs), dict(zip(CATEGORIES, means, strict=True)))
