"""What a reader says of one reference video, and what was left out of it."""

from dataclasses import dataclass
from functools import reduce
from operator import add

from acquisition.notice import Notice
from calibration.scale import Scale
from inference.counting import GradeCounts, Share
from inference.identity import ModelIdentity
from qc.eqa.remarks import USUAL
from qc.eqa.scores.reading import GradeReading


class LeftOutError(Exception):
    """A video that cannot be read at all; the text says why, without naming it."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A stretch of a video that was not counted.

    Attributes:
        first_frame: Its first frame, as the file counts them from 0.
        reason: Why, in words.
        is_field: Whether it is a field; a micrometer and a title card are none.
    """

    first_frame: int
    reason: str
    is_field: bool = True


@dataclass(frozen=True, slots=True)
class FieldReading:
    """One field of a video that was counted.

    Attributes:
        first_frame: Its first frame, as the file counts them from 0.
        duration_s: How long it was seen.
        counted: Cells present at its first instant, by grade.
    """

    first_frame: int
    duration_s: float
    counted: GradeCounts


@dataclass(frozen=True, slots=True)
class VideoReading:
    """What was read of one video.

    Attributes:
        sha256: Hash of the video.
        model: The detector.
        grader: The grader, None where the threshold rule decided.
        edition: The thresholds.
        scale: What a pixel is worth, and where that comes from.
        duration_s: How long the video lasts.
        cuts: First frame of every field, as the file counts them, of those left out too.
        fields: The fields that were counted.
        shares: Share of a, b, c, d and "progressive" over these fields.
        left_out: The micrometer, title cards, and fields too short or too poor.
        notices: What a reader of the result must know.
    """

    sha256: str
    model: ModelIdentity
    grader: ModelIdentity | None
    edition: str
    scale: Scale
    duration_s: float
    cuts: tuple[int, ...]
    fields: tuple[FieldReading, ...]
    shares: dict[str, Share]
    left_out: tuple[LeftOut, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def counted(self) -> int:
        """Cells counted over all fields."""
        return sum(field.counted.total for field in self.fields)

    @property
    def told(self) -> tuple[str, ...]:
        """What people must know beside the count, in lines: the fields left out, the notices."""
        left_out = (
            f"the field from frame {part.first_frame} was left out: {part.reason}"
            for part in self.left_out
            if part.is_field
        )
        return (*left_out, *(one.text for one in self.notices if one.code not in USUAL))

    @property
    def grades(self) -> GradeReading | None:
        """Percent of each grade over all fields; None where nothing was counted."""
        pooled = reduce(add, (field.counted for field in self.fields), GradeCounts())
        return GradeReading.of(pooled) if pooled.total else None
