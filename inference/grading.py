"""The WHO grades and the thresholds that divide them."""

from dataclasses import dataclass
from enum import StrEnum


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
    """

    edition: str = "WHO 2021"
    rapid_um_s: float = 25.0
    progressive_um_s: float = 5.0
    activity: float = 1.6
