"""From a recording to graded fields: the one entrance for bench, archive and EQA."""

from dataclasses import dataclass
from functools import reduce
from operator import add

from acquisition.video import VideoInfo
from calibration.scale import Scale
from inference.counting import GradeCounts
from inference.field import FieldResult, Notice
from inference.grading import Thresholds
from inference.model import ModelIdentity


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one recording says, with everything that the numbers came from."""

    video: VideoInfo
    model: ModelIdentity
    scale: Scale
    thresholds: Thresholds
    fields: tuple[FieldResult, ...]
    notices: tuple[Notice, ...] = ()

    @property
    def counted(self) -> GradeCounts:
        """Cells counted over all fields, by grade."""
        return reduce(add, (field.counted for field in self.fields), GradeCounts())
