"""The factors of X-bar and S charts, computed for any size of group."""

import math

from scipy.special import chdtri, gammaln

from qc.agreement.readings import Interval

_WARNING = 2.0
_ACTION = 3.0


def c4(n: int) -> float:
    """Return E(s) / sigma of n normal values: √(2 / (n - 1)) Γ(n / 2) / Γ((n - 1) / 2).

    Source: Montgomery, Introduction to Statistical Quality Control, 6th ed., 2009, appendix VI.

    Raises:
        ValueError: If n is below 2.
    """
    if n < 2:
        raise ValueError(f"a group of {n} has no standard deviation: at least 2 are needed")
    ratio = math.exp(float(gammaln(n / 2)) - float(gammaln((n - 1) / 2)))
    return math.sqrt(2 / (n - 1)) * ratio


def a3(n: int, errors: float = _ACTION) -> float:
    """Return the half width of an X-bar chart in mean s: errors / (c4 √n), A3 for 3 errors.

    With 2 errors it is what the WHO manual calls A2 (its warning limits), with 3 its A3. That A2 is
    not the A2 of charts made from ranges. Source: Montgomery, 2009, 6.3; WHO laboratory manual,
    5th ed., 2010, chapter 7.
    """
    return errors / (c4(n) * math.sqrt(n))


def b3_b4(n: int, errors: float = _ACTION) -> Interval:
    """Return the limits of an S chart in mean s: 1 ± errors √(1 - c4²) / c4, from 0 on.

    B3 and B4 for 3 errors. Source: Montgomery, 2009, 6.3.
    """
    half = errors * math.sqrt(1 - c4(n) ** 2) / c4(n)
    return max(0.0, 1 - half), 1 + half


def s_probability_factors(n: int, tail: float) -> Interval:
    """Return the limits, in mean s, that s falls outside of with probability `tail` on each side.

    √(chi²(tail; n - 1) / (n - 1)) / c4. The WHO manual takes 0.025 for warning and 0.001 for
    action: s is skewed, and B3 is 0 for groups below 6, so that it never tells of too little
    scatter. Source: WHO laboratory manual, 5th ed., 2010, chapter 7; Montgomery, 2009, 6.3.

    Args:
        n: Size of the group, at least 2.
        tail: Probability on each side, 0 to 0.5.

    Raises:
        ValueError: If n is below 2 or the tail is none.
    """
    if not 0 < tail < 0.5:
        raise ValueError(f"a probability of {tail:g} on each side is none")
    mean = c4(n)
    low, high = (math.sqrt(float(chdtri(n - 1, p)) / (n - 1)) / mean for p in (1 - tail, tail))
    return low, high
