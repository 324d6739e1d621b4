"""Levey-Jennings charts: single readings of a control about its mean, in standard deviations."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from qc.agreement.readings import checked
from qc.charts.series import Limits

ENOUGH = 20
"""Readings that mean and standard deviation should come from (CLSI C24)."""


@dataclass(frozen=True, slots=True)
class LeveyJennings:
    """A control's mean and standard deviation, and the chart that they make.

    Attributes:
        mean: Centre line, in percent.
        sd: Standard deviation, above 0, in percentage points.
        readings: Readings that they come from.
    """

    mean: float
    sd: float
    readings: int

    def __post_init__(self) -> None:
        if not (np.isfinite(self.mean) and np.isfinite(self.sd) and self.sd > 0):
            raise ValueError(f"a control needs a standard deviation above 0, not {self.sd:g}")

    @property
    def enough(self) -> bool:
        """Whether they come from at least 20 readings."""
        return self.readings >= ENOUGH

    @property
    def limits(self) -> Limits:
        """Warning at 2 and action at 3 standard deviations."""
        warning, action = ((self.mean - k * self.sd, self.mean + k * self.sd) for k in (2, 3))
        return Limits(self.mean, warning, action)

    def z(self, readings: ArrayLike) -> tuple[float, ...]:
        """Return readings in standard deviations from the mean, as Westgard's rules take them."""
        return tuple(((checked(readings, 1) - self.mean) / self.sd).tolist())


def levey_jennings(baseline: ArrayLike, least_sd: float = 0.0) -> LeveyJennings:
    """Return the chart of a control from readings that were in control.

    Source: Levey & Jennings, Am J Clin Pathol 1950; 20: 1059-1066.

    Args:
        baseline: Readings in percent, shape (n,), at least 2.
        least_sd: Standard deviation that counting alone causes (`binomial.counting_sd`): readings
            that happened to lie closer make limits that chance will break.

    Raises:
        ValueError: If there are too few readings, or they do not vary and no least is given.
    """
    values = checked(baseline, 2)
    sd = max(float(values.std(ddof=1)), least_sd)
    return LeveyJennings(float(values.mean()), sd, values.size)
