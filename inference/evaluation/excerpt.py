"""The beginning of a recording, and a detector whose answers are kept."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from acquisition.frame import Frame
from acquisition.video import Video, VideoInfo
from calibration.scale import Scale
from inference.detector import Detector
from inference.identity import ModelIdentity
from inference.tracks import Detections


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The first frames of a recording, itself a `Video`; all of them if it has no more."""

    whole: Video
    length: int

    @property
    def info(self) -> VideoInfo:
        """What is known before reading; path and hash are those of the whole."""
        whole = self.whole.info
        return replace(whole, frames=min(self.length, whole.frames))

    def frames(self) -> Iterator[Frame]:
        """Yield the frames in order."""
        return islice(self.whole.frames(), self.length)


@dataclass(frozen=True, slots=True)
class Remembering:
    """A `Detector` that keeps what another one found, beside handing it on.

    Attributes:
        asked: The detector that does the work.
        found: What it found in each frame of the last recording.
    """

    asked: Detector
    found: list[Detections] = field(default_factory=list)

    @property
    def identity(self) -> ModelIdentity:
        """Which model the other one is."""
        return self.asked.identity

    def detect(
        self, frames: Iterable[Frame], scale: Scale, frame_rate_hz: float
    ) -> Iterator[Detections]:
        """Yield what the other one finds; see `Detector.detect`."""
        self.found.clear()
        for found in self.asked.detect(frames, scale, frame_rate_hz):
            self.found.append(found)
            yield found
