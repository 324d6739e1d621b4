"""motiscope as a reader: one reference video to a reading, by the one analysis."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

from acquisition.notice import Notice
from acquisition.opening import Opening, find_opening, without_opening
from acquisition.sidecar import software
from acquisition.video import Video, VideoError, VideoInfo, open_video
from acquisition.video_file import sha256_of
from calibration.optics import MAX_NOMINAL_GAP
from calibration.readings import NotAMicrometerError
from calibration.scale import Scale, ScaleError, entered_scale
from inference.analysis import Analysis, Models, Progress, analyse
from inference.field import FieldResult, FieldSettings
from inference.field_notices import field_notices
from qc.eqa.reading import FieldReading, LeftOut, LeftOutError, VideoReading
from qc.eqa.remarks import remarks
from qc.eqa.shots import Watched
from qc.eqa.sorting import SortedOut

READER_VERSION = 18
"""A change of what is left out, or of anything else here, needs a new number: see `key`."""


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """How reference videos are read.

    Attributes:
        um_per_px: x, or x and y, for videos without a micrometer; None where there is none.
        division_um: Length of the finest division of the filmed micrometers.
    """

    um_per_px: tuple[float, ...] | None = None
    division_um: float = 10.0


class VideoReader:
    """Reads videos with one set of models and settings.

    Args:
        models: The networks that are asked.
        settings: How videos are read.
    """

    def __init__(self, models: Models, settings: ReaderSettings) -> None:
        self._models = models
        self._settings = settings

    def key(self, video: Path) -> str:
        """Return what a reading hangs on, as a hash: video, models, settings, software.

        Raises:
            OSError: If the video cannot be read.
        """
        grader = self._models.grader
        parts = {
            "video": sha256_of(video),
            "heads": self._models.detector.identity.sha256,
            "grades": None if grader is None else grader.identity.sha256,
            "settings": asdict(self._settings),
            "analysis": asdict(FieldSettings()),
            "software": [software(), READER_VERSION],
        }
        return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def read(self, path: Path, progress: Progress | None = None) -> VideoReading:
        """Read a video: its scale from its micrometer, every field between its cuts, one count.

        Args:
            path: The video.
            progress: Told after every frame.

        Raises:
            LeftOutError: If it cannot be read, is cut off, or has no scale.
            OSError: If the file is out of reach.
        """
        try:
            recording = open_video(path)
            _check_whole(recording.info)
            specimen, scale, opening = self._with_scale(recording)
            watched = Watched(specimen)
            number = recording.info.frame_in_file
            analysis = analyse(watched, scale, self._models, progress=progress, number=number)
        except (VideoError, ScaleError) as error:
            raise LeftOutError(_without(str(error), path)) from error
        return self._reading(analysis, watched, opening)

    def _with_scale(self, recording: Video) -> tuple[Video, Scale, Opening | None]:
        """Return the specimen, its scale, and the micrometer before it, if there is one."""
        try:
            opening = find_opening(recording, self._settings.division_um)
        except NotAMicrometerError as refusal:
            return recording, self._given(recording.info, str(refusal)), None
        try:
            scale = opening.scale()
        except ScaleError as error:
            scale = self._given(recording.info, str(error))
        return without_opening(recording, opening, scale), scale, opening

    def _given(self, video: VideoInfo, why: str) -> Scale:
        if self._settings.um_per_px is None:
            raise LeftOutError(
                f"it does not begin with a micrometer that gives a scale ({why}); give "
                "--um-per-px X [Y] for such videos"
            )
        return entered_scale(self._settings.um_per_px, video.pixel_aspect, "given for the set")

    def _reading(
        self, analysis: Analysis, watched: Watched, opening: Opening | None
    ) -> VideoReading:
        info = analysis.video
        sorted_out = SortedOut(info, self._settings.division_um)
        for field in analysis.fields:
            # The two may see a cut a frame apart; in the middle they agree.
            sorted_out.take(field, watched.shot_at(field.first_frame + field.frames // 2))
        kept = replace(analysis, fields=tuple(sorted_out.kept))
        notices = (*kept.notices, *field_notices(kept.fields, info.frame_in_file))
        return VideoReading(
            sha256=info.sha256,
            model=kept.model,
            grader=kept.grader,
            edition=kept.thresholds.edition,
            scale=kept.scale,
            duration_s=info.frames / info.frame_rate_hz,
            cuts=tuple(sorted_out.cuts),
            fields=tuple(_field_reading(field, info) for field in kept.fields),
            shares=kept.shares,
            left_out=(*_opening_left_out(opening), *sorted_out.left_out),
            notices=(*remarks(info), *self._gap(opening, info), *notices),
        )

    def _gap(self, opening: Opening | None, info: VideoInfo) -> Iterator[Notice]:
        """Tell where the micrometer and the scale that was given contradict each other."""
        if opening is None or self._settings.um_per_px is None:
            return
        given = entered_scale(self._settings.um_per_px, info.pixel_aspect, "given")
        try:
            gap = given.um_per_px_x / opening.scale().um_per_px_x - 1
        except ScaleError:
            return
        if abs(gap) > MAX_NOMINAL_GAP:
            yield Notice(
                "scale",
                f"the given scale lies {100 * gap:+.1f} % from that of the video's own "
                "micrometer, which was used",
            )


def _check_whole(info: VideoInfo) -> None:
    for notice in info.notices:
        if notice.code == "cut_off":
            raise LeftOutError(notice.text)


def _opening_left_out(opening: Opening | None) -> Sequence[LeftOut]:
    if opening is None:
        return ()
    return (LeftOut(0, "a stage micrometer, and what is shown before it", is_field=False),)


def _field_reading(field: FieldResult, info: VideoInfo) -> FieldReading:
    return FieldReading(info.frame_in_file(field.first_frame), field.duration_s, field.counted)


def _without(text: str, path: Path) -> str:
    """Take the path off the begin of an error's text: the video is named by its ID."""
    return text.removeprefix(str(path)).lstrip(": ")
