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
from calibration.micrometer import measure
from calibration.optics import MAX_NOMINAL_GAP
from calibration.readings import NotAMicrometerError
from calibration.scale import Scale, ScaleError, entered_scale
from inference.analysis import Analysis, Models, Progress, analyse
from inference.field import FieldResult
from qc.eqa.reading import FieldReading, LeftOut, LeftOutError, VideoReading
from qc.eqa.shots import Shot, Watched

READER_VERSION = 2
"""A change of what is left out, or of anything else here, needs a new number: see `key`."""

REMARKS = ("progressive", "ntsc", "short_video", "scale")
"""Notices of a video that is read, but is not as reference videos are."""

POOR = ("short", "no_cells", "repeat_field")
"""Notices of a field, worst first, with which it is not counted."""


LEAST_RATE_HZ = 45.0
"""Below it the pictures of a video are not the fields of PAL or NTSC."""

NTSC_SIZES = frozenset({(720, 480), (704, 480)})
USUAL_S = 5.0
"""A field of a reference video lasts 5 to 10 s."""


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
            analysis = analyse(watched, scale, self._models, progress=progress)
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
        sorted_out = _SortedOut(info, self._settings.division_um)
        for field in analysis.fields:
            sorted_out.take(field, watched.shot_at(field.first_frame))
        kept = replace(analysis, fields=tuple(sorted_out.kept))
        notices = (*kept.notices, *(one for field in kept.fields for one in field.notices))
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
            notices=(*_remarks(info), *self._gap(opening, info), *notices),
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


class _SortedOut:
    """The fields of a video, those that count and what does not."""

    def __init__(self, info: VideoInfo, division_um: float) -> None:
        self.kept: list[FieldResult] = []
        self.cuts: list[int] = []
        self.left_out: list[LeftOut] = []
        self._info = info
        self._division_um = division_um

    def take(self, field: FieldResult, shot: Shot) -> None:
        """Sort a field in, with the shot that shows it."""
        first = self._info.frame_in_file(field.first_frame)
        other = self._no_field(field, shot)
        if other is None:
            self.cuts.append(first)
        poor = other or _why_poor(field)
        if poor is None:
            self.kept.append(field)
        else:
            self.left_out.append(LeftOut(first, poor, is_field=other is None))

    def _no_field(self, field: FieldResult, shot: Shot) -> str | None:
        """Tell what is shown that is no field; where cells swim, that is one."""
        if field.counted.progressive or shot.picture is None:
            return None
        if shot.is_card:
            return "a title card"
        try:
            measure(shot.picture, self._division_um)
        except NotAMicrometerError:
            return None
        return "a stage micrometer"


def _check_whole(info: VideoInfo) -> None:
    for notice in info.notices:
        if notice.code == "cut_off":
            raise LeftOutError(notice.text)


def _why_poor(field: FieldResult) -> str | None:
    said = {notice.code: notice.text for notice in field.notices}
    return next((said[code] for code in POOR if code in said), None)


def _opening_left_out(opening: Opening | None) -> Sequence[LeftOut]:
    if opening is None:
        return ()
    return (LeftOut(0, "a stage micrometer, and what is shown before it", is_field=False),)


def _field_reading(field: FieldResult, info: VideoInfo) -> FieldReading:
    return FieldReading(info.frame_in_file(field.first_frame), field.duration_s, field.counted)


def _remarks(info: VideoInfo) -> Iterator[Notice]:
    """Tell what is unusual for a reference video from a European DVD."""
    if info.frame_rate_hz < LEAST_RATE_HZ:
        yield Notice(
            "progressive",
            f"{info.field_order.words}: read at {info.frame_rate_hz:.4g} pictures a second, "
            "where interlaced video gives 50",
        )
    if (info.width_px, info.height_px) in NTSC_SIZES:
        yield Notice(
            "ntsc",
            f"{info.width_px}x{info.height_px} at {info.frame_rate_hz:.4g} pictures a second is "
            "NTSC, not PAL: read as it is",
        )
    if info.frames / info.frame_rate_hz < USUAL_S:
        yield Notice(
            "short_video",
            f"it lasts {info.frames / info.frame_rate_hz:.1f} s, less than one field of a "
            f"reference video ({USUAL_S:g} s)",
        )


def _without(text: str, path: Path) -> str:
    """Take the path off the begin of an error's text: the video is named by its ID."""
    return text.removeprefix(str(path)).lstrip(": ")
