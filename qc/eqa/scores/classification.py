"""Whether a reader calls the same samples below a WHO lower limit as the assigned values do."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from numpy.typing import ArrayLike
from scipy.special import ndtri

from inference.counting import wilson
from qc.agreement.readings import Interval, paired
from qc.eqa.scores.reading import Parameter

_QUANTILE = float(ndtri(0.975))

LOWER_LIMITS: Mapping[int, Mapping[Parameter, float]] = MappingProxyType(
    {
        1999: MappingProxyType({Parameter.PROGRESSIVE: 50.0}),
        2010: MappingProxyType({Parameter.PROGRESSIVE: 32.0, Parameter.TOTAL_MOTILE: 40.0}),
        2021: MappingProxyType({Parameter.PROGRESSIVE: 30.0, Parameter.TOTAL_MOTILE: 42.0}),
    }
)
"""WHO lower reference limits in percent, by edition of the manual: below them is the 5th centile.

Of 1999 the alternative, a of at least 25 %, is not in it.
"""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of classification.

    Attributes:
        value: 0 to 1, MCC -1 to 1; None where it is undefined.
        ci95: Wilson's 95 % interval; None where it is undefined or no proportion.
        undefined: Why there is no value; None where there is one.
    """

    value: float | None
    ci95: Interval | None = None
    undefined: str | None = None


@dataclass(frozen=True, slots=True)
class Confusion:
    """Samples by what the reader and the assigned value call them; positive is below the limit.

    Attributes:
        true_positive: Both below.
        false_positive: The reader below, the assigned value not.
        false_negative: The assigned value below, the reader not.
        true_negative: Neither below.
    """

    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int

    @property
    def sensitivity(self) -> Measure:
        """TP / (TP + FN), also called recall (Altman & Bland, BMJ 1994; 308: 1552)."""
        below = self.true_positive + self.false_negative
        return _proportion(self.true_positive, below, "no sample is below the limit")

    @property
    def recall(self) -> Measure:
        """The sensitivity."""
        return self.sensitivity

    @property
    def specificity(self) -> Measure:
        """TN / (TN + FP) (Altman & Bland, BMJ 1994; 308: 1552)."""
        above = self.true_negative + self.false_positive
        return _proportion(self.true_negative, above, "every sample is below the limit")

    @property
    def precision(self) -> Measure:
        """TP / (TP + FP), the positive predictive value (Altman & Bland, BMJ 1994; 309: 102)."""
        called = self.true_positive + self.false_positive
        return _proportion(self.true_positive, called, "the reader called no sample below")

    @property
    def accuracy(self) -> Measure:
        """(TP + TN) / all."""
        right = self.true_positive + self.true_negative
        every = right + self.false_positive + self.false_negative
        return _proportion(right, every, "there is no sample")

    @property
    def f1(self) -> Measure:
        """2 TP / (2 TP + FP + FN) (van Rijsbergen, Information Retrieval, 1979)."""
        below = 2 * self.true_positive + self.false_positive + self.false_negative
        if not below:
            return Measure(None, undefined="no sample is below the limit, and none was called so")
        return Measure(2 * self.true_positive / below)

    @property
    def mcc(self) -> Measure:
        """Matthews' correlation (Matthews, Biochim Biophys Acta 1975; 405: 442-451)."""
        tp, fp = self.true_positive, self.false_positive
        fn, tn = self.false_negative, self.true_negative
        square = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
        if not square:
            return Measure(None, undefined="a row or column of the table is empty")
        return Measure((tp * tn - fp * fn) / math.sqrt(square))


def classify(readings: ArrayLike, assigned: ArrayLike, limit: float) -> Confusion:
    """Return how many samples reader and assigned value call below the limit.

    Args:
        readings: Percentages as read, shape (n,).
        assigned: Assigned values of the same samples.
        limit: Lower limit in percent; a sample at the limit is not below it.

    Raises:
        ValueError: If the readings cannot be paired, or there is none.
    """
    read, truth = paired(readings, assigned, 1)
    called, below = read < limit, truth < limit
    return Confusion(
        true_positive=int((called & below).sum()),
        false_positive=int((called & ~below).sum()),
        false_negative=int((~called & below).sum()),
        true_negative=int((~called & ~below).sum()),
    )


def _proportion(hits: int, of: int, why_none: str) -> Measure:
    """Return a proportion with Wilson's interval (J Am Stat Assoc 1927; 22: 209-212)."""
    if not of:
        return Measure(None, undefined=why_none)
    return Measure(hits / of, wilson(hits / of, of, _QUANTILE))
