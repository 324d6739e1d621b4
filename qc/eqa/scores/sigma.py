"""The standard deviation for proficiency that a round works with where its organiser gives none."""

import math

from qc.eqa.scores.reading import Parameter

FLOOR = 3.0
"""Percentage points that sigma never falls below."""
ROUNDING = 1e-6
"""Percentage points by which the grades of a reading may add up to more than 100."""
_READERS = 5.0
_COUNTED = 200

_RELATIVE = {
    Parameter.RAPID: 0.37,
    Parameter.PROGRESSIVE: 0.15,
    Parameter.TOTAL_MOTILE: 0.14,
}


def working_sigma(parameter: Parameter, assigned: float) -> float:
    """Return the project's own choice of sigma in percentage points; it is nobody's standard.

    From the median coefficients of variation between Belgian laboratories, 37.1 % rapid, 15.1 %
    progressive and 13.8 % total motile (Punjabi et al. 2016), never below 3 points; immotile from
    what is motile. For slow and non-progressive, which have no such figure, the error of counting
    200 cells and 5 points between readers add in squares.

    Args:
        parameter: What is scored.
        assigned: The assigned value in percent, 0 to 100.

    Raises:
        ValueError: If the assigned value is no percentage.
    """
    if not 0 <= assigned <= 100 + ROUNDING:
        raise ValueError(f"an assigned value of {assigned:g} % is no percentage")
    assigned = min(assigned, 100.0)
    if parameter is Parameter.IMMOTILE:
        return max(_RELATIVE[Parameter.TOTAL_MOTILE] * (100 - assigned), FLOOR)
    if parameter in _RELATIVE:
        return max(_RELATIVE[parameter] * assigned, FLOOR)
    return math.hypot(math.sqrt(assigned * (100 - assigned) / _COUNTED), _READERS)
