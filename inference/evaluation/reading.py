"""A recording read from file to grades, timed, with what the detector said on the way."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from acquisition.video import Deinterlace, Video, open_video
from calibration.scale import Scale
from inference.analysis import Analysis, Models, Progress, analyse
from inference.evaluation.excerpt import Excerpt, Remembering
from inference.evaluation.points import TrackPoints
from inference.field import FieldResult, GradedTrack, PixelTracks, tracks_in_px
from inference.tracks import Detections


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What motiscope made of a recording.

    Attributes:
        video: The recording, or as much of it as was read.
        analysis: The result.
        found: What the detector found in each frame.
        seconds: Time from opening the file to the result.
    """

    video: Video
    analysis: Analysis
    found: tuple[Detections, ...]
    seconds: float

    @property
    def field(self) -> FieldResult:
        """The recording's first field; most have but one."""
        return self.analysis.fields[0]

    @property
    def cells(self) -> tuple[GradedTrack, ...]:
        """The graded tracks of all its fields."""
        return tuple(cell for field in self.analysis.fields for cell in field.cells)

    @property
    def tracks(self) -> PixelTracks:
        """The graded tracks in px."""
        return tracks_in_px(self.cells, self.analysis.scale)

    @property
    def points(self) -> TrackPoints:
        """The points of the tracks, bridged ones among them."""
        rows = self.tracks
        return TrackPoints(rows.frame, rows.track_id, rows.xy_px)


def read_recording(
    path: Path,
    frame_rate_hz: float | None,
    scale: Scale,
    models: Models,
    frames: int | None = None,
    progress: Progress | None = None,
    deinterlace: Deinterlace = Deinterlace.AUTO,
) -> Reading:
    """Analyse a recording, or its first `frames` frames, and time it.

    Raises:
        VideoError: If it cannot be read.
    """
    begun = perf_counter()
    video: Video = open_video(path, frame_rate_hz, deinterlace)
    if frames is not None:
        video = Excerpt(video, frames)
    listening = Remembering(models.detector)
    analysis = analyse(video, scale, Models(listening, models.grader), progress=progress)
    return Reading(video, analysis, tuple(listening.found), perf_counter() - begun)


def by_frame(points: TrackPoints) -> dict[int, NDArray[np.float64]]:
    """Return the places (n, 2) in each frame that has any."""
    return dict(_frames(points))


def _frames(points: TrackPoints) -> Iterator[tuple[int, NDArray[np.float64]]]:
    for frame in np.unique(points.frame):
        yield int(frame), points.xy_px[points.frame == frame]
