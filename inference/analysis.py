"""From a recording to graded fields: the one entrance for bench, archive and EQA."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import add

from acquisition.prefetch import read_ahead
from acquisition.video import Video, VideoInfo
from calibration.scale import Scale
from inference.counting import GradeCounts
from inference.detector import Detector
from inference.field import FieldResult, Notice, analyse_field
from inference.grading import Thresholds
from inference.model import ModelIdentity
from inference.tracks import Detections

Progress = Callable[[int, int], None]
"""Called with the frames done and the frames in all."""


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


def analyse(
    video: Video,
    scale: Scale,
    detector: Detector,
    thresholds: Thresholds | None = None,
    progress: Progress | None = None,
) -> Analysis:
    """Find, follow, grade and count the cells of a recording of one field.

    The same recording, scale, model and thresholds always give the same result.

    Args:
        video: The recording.
        scale: What one of its pixels is worth.
        detector: Finds the heads.
        thresholds: Limits between the grades; WHO 2021 if None.
        progress: Told after every frame.

    Raises:
        VideoError: If a frame cannot be decoded.
    """
    thresholds = thresholds or Thresholds()
    found = detector.detect(read_ahead(video.frames()), scale, video.info.frame_rate_hz)
    detections = list(_telling(found, video.info, progress))
    size_px = (video.info.width_px, video.info.height_px)
    field = analyse_field(detections, scale, size_px, thresholds)
    return Analysis(video.info, detector.identity, scale, thresholds, (field,))


def _telling(
    detections: Iterable[Detections], video: VideoInfo, progress: Progress | None
) -> Iterator[Detections]:
    for done, found in enumerate(detections, start=1):
        if progress is not None:
            progress(done, video.frames)
        yield found
