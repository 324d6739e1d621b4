"""The WHO grades, the thresholds that divide them, and the grade of one cell."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from inference.identity import ModelIdentity
from inference.kinematics import Kinematics
from inference.tracks import Track

# Speeds are sums of differences: 25 µm/s may come out as 24.9999999.
_ROUNDING_UM_S = 1e-6
# Standard uncertainties by which a cell that was seen briefly has to get on beyond the limit.
_BEYOND_DOUBT = 2
# A grade less probable than this is put up for review.
LEAST_PROBABILITY = 0.7
# Cells that lie farther apart do not touch each other's pictures.
ALONE_UM = 60.0


class Grade(StrEnum):
    """Motility grade of one spermatozoon (WHO 1999 and 2021)."""

    RAPID = "a"
    SLOW = "b"
    NON_PROGRESSIVE = "c"
    IMMOTILE = "d"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits between the grades, by edition of the WHO manual.

    Attributes:
        edition: Where the limits come from.
        rapid_um_s: At least this fast is a.
        progressive_um_s: At least this fast is b, below it c or d.
        activity: Head and tail activity below which a cell does not move by itself.
        wobble_um: Wobble of the head, localisation noise taken off, from which a cell moves by
            itself whatever its tail shows.
    """

    edition: str = "WHO 2021"
    rapid_um_s: float = 25.0
    progressive_um_s: float = 5.0
    activity: float = 2.0
    wobble_um: float = 0.6


FOUR_GRADES: Mapping[str, tuple[Grade, ...]] = MappingProxyType(
    {
        "a": (Grade.RAPID,),
        "b": (Grade.SLOW,),
        "c": (Grade.NON_PROGRESSIVE,),
        "d": (Grade.IMMOTILE,),
    }
)
THREE_CLASSES: Mapping[str, tuple[Grade, ...]] = MappingProxyType(
    {
        "PR": (Grade.RAPID, Grade.SLOW),
        "NP": (Grade.NON_PROGRESSIVE,),
        "IM": (Grade.IMMOTILE,),
    }
)
WHO_1999 = Thresholds("WHO 1999")
WHO_2010 = Thresholds("WHO 2010")
WHO_2021 = Thresholds("WHO 2021")
EDITIONS: Mapping[str, Thresholds] = MappingProxyType(
    {thresholds.edition: thresholds for thresholds in (WHO_1999, WHO_2010, WHO_2021)}
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The grade of one cell and what it rests on, in one sentence."""

    grade: Grade
    reason: str


@dataclass(frozen=True, slots=True)
class FieldConditions:
    """What the paths of a field's cells were spoilt by.

    Attributes:
        noise_um: Localisation noise, per axis.
        drift_um_s: Speed of the drift that was taken off.
        shake_um: Root mean square of the vibration that was taken off.
        spacing_um: How far the nearest neighbour of a cell usually is, whose tail may reach over.
        debris_activity: Activity around what is hardly a cell and does not move by itself; NaN
            where too little of it lies about.
        shows_swing: Whether places are the head's own; a box that a person drew does not swing
            with the head.
    """

    noise_um: float = 0.0
    drift_um_s: float = 0.0
    shake_um: float = 0.0
    spacing_um: float = ALONE_UM
    debris_activity: float = float("nan")
    shows_swing: bool = True


class Grader(Protocol):
    """Weighs the four grades of a cell."""

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is."""
        ...

    def probabilities(
        self, tracks: Sequence[Track], conditions: FieldConditions
    ) -> NDArray[np.float64]:
        """Return the probabilities of a, b, c and d, shape (n, 4); every row sums to 1.

        Args:
            tracks: Cells of a field that does not move: drift and vibration taken off.
            conditions: What their paths were spoilt by.
        """
        ...


def doubts(likeliest: Grade, probability: float, rule: Grade) -> Iterator[str]:
    """Yield why a person should look at a cell, one clause each.

    Args:
        likeliest: Grade that the model holds likeliest.
        probability: How likely.
        rule: Grade by the threshold rule.
    """
    if likeliest is not rule:
        yield f"the model says {likeliest}, the rule {rule}"
    if probability < LEAST_PROBABILITY:
        # Rounded down, for what is less than the limit must not read as the limit.
        yield f"the model is {int(100 * probability)} % sure"


def classes(thresholds: Thresholds) -> Mapping[str, tuple[Grade, ...]]:
    """Return the classes that an edition reports, each with the grades that it holds.

    WHO 2010 tells progressive (PR), non-progressive (NP) and immotile (IM) cells apart and sets
    no speed between rapid and slow ones; 1999 and 2021 report the four grades.
    """
    return THREE_CLASSES if thresholds.edition == WHO_2010.edition else FOUR_GRADES


def grade(
    kinematics: Kinematics,
    activity: NDArray[np.float64],
    thresholds: Thresholds,
    *,
    brief: bool = False,
) -> Verdict:
    """Grade one cell by its progress, and below the least progress by whether it moves itself.

    Args:
        kinematics: How it moves.
        activity: Activity of head and tail along its track, NaN where it was not measured,
            shape (n,); the median decides, so that a neighbour swimming past does not.
        thresholds: Limits between the grades.
        brief: Whether it was seen so briefly that noise alone may lead it off: then it is only
            progressive if its progress is so beyond doubt.
    """
    speed = kinematics.progress_um_s
    doubt_um_s = _BEYOND_DOUBT * kinematics.progress_u_um_s if brief else 0.0
    measured = median_activity(activity)
    if speed >= thresholds.progressive_um_s > speed - doubt_um_s:
        return _graded_in_place(
            kinematics, f"{_way(kinematics)} (may be noise)", measured, thresholds
        )
    if speed >= thresholds.rapid_um_s - _ROUNDING_UM_S:
        return Verdict(Grade.RAPID, _way(kinematics))
    if speed >= thresholds.progressive_um_s - _ROUNDING_UM_S:
        return Verdict(Grade.SLOW, _way(kinematics))
    return _graded_in_place(kinematics, _way(kinematics), measured, thresholds)


def _way(kinematics: Kinematics) -> str:
    """Say how far a cell gets in the time that its progress is taken over."""
    span_s = min(1.0, kinematics.duration_s)
    in_time = "1 s" if span_s == 1 else f"{span_s:.2f} s"
    return f"gets {rounded_down(kinematics.progress_um_s * span_s)} µm on in {in_time}"


def rounded_down(value: float) -> str:
    """Write a value to one decimal, so that 24.97 µm/s, which is a b, does not read 25.0."""
    return f"{math.floor(10 * value + 1e-6) / 10:.1f}"


def median_activity(activity: NDArray[np.float64]) -> float | None:
    """Return the median of the activities that were measured, None without any."""
    measured = activity[np.isfinite(activity)]
    return float(np.median(measured)) if len(measured) else None


def _graded_in_place(
    kinematics: Kinematics, place: str, activity: float | None, thresholds: Thresholds
) -> Verdict:
    if activity is not None and activity >= thresholds.activity:
        return Verdict(Grade.NON_PROGRESSIVE, f"{place}, but moves: activity {activity:.1f}")
    if kinematics.wobble_um >= thresholds.wobble_um:
        wobble = kinematics.wobble_um
        return Verdict(Grade.NON_PROGRESSIVE, f"{place}, but its head wobbles by {wobble:.1f} µm")
    seen = "not measured" if activity is None else f"{activity:.1f}"
    return Verdict(Grade.IMMOTILE, f"{place} and does not move: activity {seen}")
