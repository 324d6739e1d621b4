"""One field: from its detections to graded cells and the count."""

from dataclasses import dataclass

from inference.counting import GradeCounts
from inference.grading import Grade
from inference.tracks import Track


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a reader of the result must know.

    Attributes:
        code: Stable name for machines, such as "drift".
        text: One sentence for people, with the figures.
    """

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Drift:
    """Velocity of the whole field in µm/s, measured from the cells that do not swim."""

    x_um_s: float
    y_um_s: float


@dataclass(frozen=True, slots=True)
class GradedTrack:
    """A track with its grade.

    Attributes:
        track: The cell through time.
        grade: Its grade.
        present_at_start: Whether it belongs to the field's count (present at the first instant).
    """

    track: Track
    grade: Grade
    present_at_start: bool


@dataclass(frozen=True, slots=True)
class FieldResult:
    """What one field says.

    Attributes:
        first_frame: Index of the field's first frame in the recording.
        frames: Frames of the field, lost ones included.
        lost_frames: Frames that the camera lost.
        duration_s: Time from the first to the last frame in s.
        counted: Cells present at the first instant, by grade.
        time_weighted_percent: Share of each grade in the time that cells were seen, in percent,
            by grade; empty where no cell was seen.
        drift: Drift that was measured and taken off.
        cells: Every track with its grade.
        notices: What a reader must know.
    """

    first_frame: int
    frames: int
    lost_frames: int
    duration_s: float
    counted: GradeCounts
    time_weighted_percent: dict[Grade, float]
    drift: Drift
    cells: tuple[GradedTrack, ...]
    notices: tuple[Notice, ...] = ()
