"""How a sample came under the lens: when it was collected, and whether its slide was warm."""

from dataclasses import dataclass
from datetime import datetime

# WHO 2021: motility is assessed once the sample is liquid, at 30 minutes, and by 60 at the latest.
SOONEST_MIN = 30.0
LATEST_MIN = 60.0


@dataclass(frozen=True, slots=True)
class Preparation:
    """What the technician says of the sample and its slide.

    Attributes:
        collected_utc: When the sample was collected, None where that was not said.
        preheated_by: Who confirmed that the slide was pre-heated, None where nobody did.
        preheated_utc: When that was.
    """

    collected_utc: datetime | None = None
    preheated_by: str | None = None
    preheated_utc: datetime | None = None

    def minutes_at(self, moment: datetime) -> float | None:
        """Return how long after its collection a moment is, None where that was not said."""
        if self.collected_utc is None:
            return None
        return (moment - self.collected_utc).total_seconds() / 60


def in_time(minutes: float) -> bool:
    """Whether motility may be assessed so long after collection."""
    return SOONEST_MIN <= minutes <= LATEST_MIN
