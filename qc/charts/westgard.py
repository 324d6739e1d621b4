"""Westgard's rules over the readings of one or more controls."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from qc.agreement.readings import Array, table

Place = tuple[int, int]
"""Run and material, both from 0."""


class Rule(StrEnum):
    """A rule; all but the first reject the run."""

    ONE_2S = "1_2s"
    ONE_3S = "1_3s"
    TWO_2S = "2_2s"
    R_4S = "R_4s"
    FOUR_1S = "4_1s"
    TEN_X = "10_x"

    @property
    def rejects(self) -> bool:
        """Whether breaking it rejects the run; 1_2s only warns."""
        return self is not Rule.ONE_2S


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that was broken.

    Attributes:
        rule: Which one.
        points: The points that broke it, in order; the last is the newest.
    """

    rule: Rule
    points: tuple[Place, ...]

    @property
    def run(self) -> int:
        """The run in which it was broken."""
        return self.points[-1][0]


_Broken = Callable[[Array], bool]


def westgard(z: ArrayLike, consecutive: int = 10) -> tuple[Violation, ...]:
    """Return every rule that is broken, each with the points that broke it, by run.

    1_2s: one beyond 2 sd (a warning). 1_3s: one beyond 3. 2_2s: two in a row beyond the same 2.
    R_4s: one beyond +2 and one beyond -2 within a run. 4_1s: four in a row beyond the same 1.
    10_x: ten in a row on one side of the mean. "In a row" is over the runs of one material and,
    with several, over all readings in their order. With one material there is no range within a
    run, and R_4s looks at two runs in a row. A point on a limit breaks nothing. Source: Westgard,
    Barry, Hunt & Groth, Clin Chem 1981; 27: 493-501.

    Args:
        z: Readings in standard deviations from each control's mean, shape (runs,) or (runs,
            materials).
        consecutive: How many on one side break the last rule: 10, or 8 or 12 in its variants.

    Raises:
        ValueError: If there is no reading, one is no number, or `consecutive` is below 2.
    """
    if consecutive < 2:
        raise ValueError(f"{consecutive} readings on one side are no row")
    array = np.asarray(z, np.float64)
    values = table(array[:, None] if array.ndim == 1 else array, 1, 1, "readings")
    found = dict.fromkeys(_all(values, consecutive))
    return tuple(sorted(found, key=lambda v: (v.points[-1], list(Rule).index(v.rule))))


def _all(values: Array, consecutive: int) -> Iterator[Violation]:
    rows = _rows(values)
    for rule, length, broken in (
        (Rule.ONE_2S, 1, _beyond(2)),
        (Rule.ONE_3S, 1, _beyond(3)),
        (Rule.TWO_2S, 2, _beyond(2)),
        (Rule.FOUR_1S, 4, _beyond(1)),
        (Rule.TEN_X, consecutive, _beyond(0)),
    ):
        for row in rows:
            yield from _broken_in(values, row, rule, length, broken)
    yield from _ranges(values)


def _rows(values: Array) -> list[list[Place]]:
    """Return the orders in which readings follow each other: by material, and all together."""
    runs, materials = values.shape
    each = [[(run, material) for run in range(runs)] for material in range(materials)]
    together = [(run, material) for run in range(runs) for material in range(materials)]
    return each if materials == 1 else [*each, together]


def _broken_in(
    values: Array, row: Sequence[Place], rule: Rule, length: int, broken: _Broken
) -> Iterator[Violation]:
    for end in range(length, len(row) + 1):
        points = tuple(row[end - length : end])
        if broken(np.array([values[place] for place in points])):
            yield Violation(rule, points)


def _ranges(values: Array) -> Iterator[Violation]:
    runs, materials = values.shape
    if materials == 1:
        pairs = [((run - 1, 0), (run, 0)) for run in range(1, runs)]
    else:
        pairs = [
            ((run, one), (run, other))
            for run in range(runs)
            for other in range(materials)
            for one in range(other)
        ]
    for pair in pairs:
        low, high = sorted(float(values[place]) for place in pair)
        if low < -2 and high > 2:
            yield Violation(Rule.R_4S, pair)


def _beyond(limit: float) -> _Broken:
    """Return whether all values lie beyond the limit on the same side."""

    def broken(values: Array) -> bool:
        return bool((values > limit).all() or (values < -limit).all())

    return broken
