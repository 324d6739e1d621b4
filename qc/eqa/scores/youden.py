"""Youden's plot: two items read by many readers, and how systematic their errors are."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtri, fdtri

from qc.agreement.readings import Array, table

_OUTSIDE = 0.05
_LEAST = 4


@dataclass(frozen=True, slots=True)
class YoudenPoint:
    """One reader's pair, in percentage points.

    Attributes:
        first: Reading of the first item.
        second: Reading of the second.
        systematic: How far the pair lies from the medians along the 45° line.
        random: How far it lies from that line.
        total_error: Its distance from the medians.
        outside: Whether that is outside the 95 % circle.
    """

    first: float
    second: float
    systematic: float
    random: float
    total_error: float
    outside: bool


@dataclass(frozen=True, slots=True)
class Ellipse:
    """The 95 % ellipse of the pairs about their mean.

    Attributes:
        centre: Its middle.
        semi_axes: Half lengths of the long and the short axis.
        angle: Of the long axis from the first item's axis, in radians.
    """

    centre: tuple[float, float]
    semi_axes: tuple[float, float]
    angle: float


@dataclass(frozen=True, slots=True)
class Youden:
    """Two items read by all readers.

    Attributes:
        medians: Of the first and the second item.
        random_sd: Standard deviation of one reading within a reader.
        total_sd: Standard deviation of one reading over readers.
        systematic_sd: What differs between readers; 0 where the random part explains all.
        circle_radius: Of the 95 % circle about the medians: pairs lie in it by random error alone.
        ellipse: The 95 % ellipse.
        points: One for each reader.
    """

    medians: tuple[float, float]
    random_sd: float
    total_sd: float
    systematic_sd: float
    circle_radius: float
    ellipse: Ellipse
    points: Mapping[str, YoudenPoint]


def youden(pairs: Mapping[str, tuple[float, float]]) -> Youden:
    """Return medians, random and systematic errors, the 95 % circle and ellipse of the pairs.

    With D = x - y and T = x + y of a reader, random sd = s(D) / √2 and total sd = s(T) / √2; the
    systematic variance is (total² - random²) / 2, floored at 0 (Youden, Ind Qual Control 1959;
    15(11): 24-28; Youden & Steiner, Statistical Manual of the AOAC, 1975). The circle's radius is
    √chi²(0.95, 2) = 2.448 random sd. The ellipse is Hotelling's, 2 (p - 1) / (p - 2)
    F(0.95; 2, p - 2) (Jackson, Technometrics 1959; 1: 359-377; ISO 13528:2022, 10.5).

    Args:
        pairs: Each reader's readings of the two items, at least four readers.

    Raises:
        ValueError: If there are too few readers or a reading is no number.
    """
    values = table(list(pairs.values()) or [[]], _LEAST, 2, "Youden pairs")
    random_sd = _sd(values[:, 0] - values[:, 1])
    total_sd = _sd(values[:, 0] + values[:, 1])
    radius = math.sqrt(float(chdtri(2, _OUTSIDE))) * random_sd
    first, second = (float(np.median(column)) for column in values.T)
    return Youden(
        medians=(first, second),
        random_sd=random_sd,
        total_sd=total_sd,
        systematic_sd=math.sqrt(max(total_sd**2 - random_sd**2, 0) / 2),
        circle_radius=radius,
        ellipse=_ellipse(values),
        points={
            reader: _point(x, y, x - first, y - second, radius) for reader, (x, y) in pairs.items()
        },
    )


def _sd(combined: Array) -> float:
    return float(combined.std(ddof=1)) / math.sqrt(2)


def _point(x: float, y: float, over: float, up: float, radius: float) -> YoudenPoint:
    total = math.hypot(over, up)
    along, across = (over + up) / math.sqrt(2), (up - over) / math.sqrt(2)
    return YoudenPoint(x, y, along, across, total, total > radius)


def _ellipse(values: Array) -> Ellipse:
    p = len(values)
    scale = 2 * (p - 1) / (p - 2) * float(fdtri(2, p - 2, 1 - _OUTSIDE))
    spreads, axes = np.linalg.eigh(np.cov(values.T))
    short, long = np.sqrt(scale * spreads.clip(0))
    x, y = axes[:, 1]
    angle = math.atan2(y, x)
    # The axis has no direction: an angle in (-pi / 2, pi / 2] says it.
    angle -= math.pi * round(angle / math.pi)
    middle_x, middle_y = values.mean(0).tolist()
    return Ellipse((middle_x, middle_y), (float(long), float(short)), angle)
