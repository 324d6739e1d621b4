"""Assigned values from the readers themselves."""

from collections.abc import Mapping

from qc.eqa.scores.performance import Assigned
from qc.eqa.scores.reading import GRADES, GradeReading, Parameter
from qc.eqa.scores.robust import algorithm_a


def consensus(values: Mapping[str, float], without: str | None = None) -> Assigned:
    """Return the robust mean of the readers' values and its standard uncertainty.

    Source: ISO 13528:2022, 7.7 (consensus of participants).

    Args:
        values: One value for each reader, in percentage points.
        without: The reader that is scored against it: its own value is left out, so that no reader
            is held against a mean that it has pulled its way.

    Raises:
        ValueError: If fewer than three others are left, or a value is no number.
    """
    robust = algorithm_a([value for reader, value in values.items() if reader != without])
    return Assigned(robust.mean, robust.standard_uncertainty)


def consensus_reading(
    readings: Mapping[str, GradeReading], without: str | None = None
) -> dict[Parameter, Assigned]:
    """Return the consensus of every parameter; see `consensus`."""
    return {
        parameter: consensus({r: one.value(parameter) for r, one in readings.items()}, without)
        for parameter in Parameter
    }


def consensus_grades(
    readings: Mapping[str, GradeReading], without: str | None = None
) -> tuple[GradeReading, dict[Parameter, float]]:
    """Return the consensus as a reading, and the standard uncertainty of each parameter in points.

    The robust means of the four grades, each by itself, need not sum to 100; they are scaled to.

    Raises:
        ValueError: If fewer than three others are left.
    """
    found = consensus_reading(readings, without)
    means = [found[grade].value for grade in GRADES]
    reading = GradeReading(*(100 * mean / sum(means) for mean in means))
    return reading, {parameter: one.standard_uncertainty for parameter, one in found.items()}
