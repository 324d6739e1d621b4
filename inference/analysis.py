"""From a recording to graded fields: the one entrance for bench, archive and EQA."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import groupby
from operator import add, attrgetter
from pathlib import Path

from acquisition.notice import Notice
from acquisition.prefetch import read_ahead
from acquisition.rest import without_stray_start
from acquisition.standing import Standing
from acquisition.video import Video, VideoInfo
from acquisition.video_info import FrameNumber, VideoError, as_read
from calibration.scale import Scale
from inference.counting import GradeCounts, GradingVariance, Share, shares
from inference.detector import Detector, HeadDetector
from inference.field import FieldError, FieldResult, analyse_field
from inference.grader import PathGrader
from inference.grading import Grader, Thresholds
from inference.identity import ModelIdentity
from inference.model import (
    SHIPPED_CELLS,
    SHIPPED_DARK_HEADS,
    SHIPPED_GRADES,
    SHIPPED_HEADS,
    read_card,
    read_heads_card,
)
from inference.sorter import Sorter
from inference.tracks import Detections

# Scales that were measured agree with the shape of the pixels within this; 12:11 is no 16:15.
ASPECT_TOLERANCE = 0.015
# NTSC's 23.98 is a 24, and a camera's 151 a 150.
CHECKED_RATES_HZ = (23.9, 151.0)

# A head is 5 µm long; what shows less than this is no field, or its scale is wrong.
LEAST_SIDE_UM = 10.0

Progress = Callable[[int, int], None]
"""Called with the frames done and the frames in all."""


@dataclass(frozen=True, slots=True)
class Models:
    """The networks that an analysis asks.

    Attributes:
        detector: Finds the heads.
        grader: Weighs the grades of each cell; without one the threshold rule decides.
    """

    detector: Detector
    grader: Grader | None = None


def load_models(
    threads: int,
    heads: Path = SHIPPED_HEADS,
    grades: Path = SHIPPED_GRADES,
    cells: Path = SHIPPED_CELLS,
) -> Models:
    """Load the networks of the cards, the shipped ones by default.

    Another detector than the shipped one finds dark heads, too.

    Raises:
        ModelError: If a model is missing, altered or no model of its kind.
    """
    sorter = Sorter(read_card(cells))
    dark = read_heads_card(SHIPPED_DARK_HEADS if heads == SHIPPED_HEADS else heads)
    detector = HeadDetector(read_heads_card(heads), sorter, threads, dark)
    return Models(detector, PathGrader(read_card(grades)))


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one recording says, with everything that the numbers came from.

    `notices` are of the recording as a whole; `field_notices` gives those of its fields.
    """

    video: VideoInfo
    model: ModelIdentity
    scale: Scale
    thresholds: Thresholds
    fields: tuple[FieldResult, ...]
    notices: tuple[Notice, ...] = ()
    grader: ModelIdentity | None = None

    @property
    def counted(self) -> GradeCounts:
        """Cells counted over all fields, by grade."""
        return reduce(add, (field.counted for field in self.fields), GradeCounts())

    @property
    def shares(self) -> dict[str, Share]:
        """Share of each grade over all fields, with its 95 % interval."""
        grading = reduce(add, (field.grading for field in self.fields), GradingVariance())
        return shares([field.counted for field in self.fields], grading)


def analyse(
    video: Video,
    scale: Scale,
    models: Models,
    thresholds: Thresholds | None = None,
    progress: Progress | None = None,
    number: FrameNumber = as_read,
) -> Analysis:
    """Find, follow, grade and count the cells of a recording.

    A recording usually shows one field. Where the picture changes at once, as at the cuts of a
    montage, another begins, and with it other cells: no track goes on across a cut. First pictures
    that show another instant than what follows are left out, and so are titles: what stands still
    from one cut to the next.

    The same recording, scale, model and thresholds always give the same result.

    Args:
        video: The recording.
        scale: What one of its pixels is worth.
        models: The networks that are asked.
        thresholds: Limits between the grades; WHO 2021 if None.
        progress: Told after every frame.
        number: How frames are numbered in the notices.

    Raises:
        VideoError: If a frame cannot be decoded, or is too small to show a cell.
        FieldError: If there are no frames.
    """
    _check_size(video.info, scale)
    thresholds = thresholds or Thresholds()
    video = without_stray_start(video)
    rate_hz = video.info.frame_rate_hz
    standing = Standing(rate_hz)
    frames = read_ahead(standing.watched(video.frames()))
    found = models.detector.detect(frames, scale, rate_hz)
    detections = list(_telling(found, video.info, progress))
    size_px = (video.info.width_px, video.info.height_px)
    if not detections:
        raise FieldError(f"{video.info.path} has no frames: nothing can be read from it")
    shown = [list(field) for _, field in groupby(detections, attrgetter("field"))]
    titles = _titles([(one[0].frame, one[-1].frame) for one in shown], standing)
    fields = [
        analyse_field(field, scale, size_px, thresholds, grader=models.grader)
        for field in shown
        if (field[0].frame, field[-1].frame) not in titles
    ]
    return Analysis(
        video.info,
        models.detector.identity,
        scale,
        thresholds,
        tuple(_numbered(fields)),
        (
            *video.info.notices,
            *_unchecked_rate(rate_hz),
            *standing.notices(titles, number),
            *_oblong(video.info, scale),
        ),
        grader=None if models.grader is None else models.grader.identity,
    )


def _check_size(video: VideoInfo, scale: Scale) -> None:
    width_um, height_um = video.width_px * scale.um_per_px_x, video.height_px * scale.um_per_px_y
    if min(width_um, height_um) < LEAST_SIDE_UM:
        raise VideoError(
            f"{video.path} is {video.width_px}x{video.height_px} px, by the scale {width_um:.3g} x "
            f"{height_um:.3g} µm: too small to show a cell; give another recording or another scale"
        )


def _titles(shown: Sequence[tuple[int, int]], standing: Standing) -> list[tuple[int, int]]:
    """Return first and last frame of fields that stand still, if others do not."""
    titles = [(first, last) for first, last in shown if standing.covers(first, last)]
    return titles if len(titles) < len(shown) else []


def _unchecked_rate(rate_hz: float) -> Iterator[Notice]:
    """Tell a frame rate at which following and grading were never checked."""
    low_hz, high_hz = CHECKED_RATES_HZ
    if not low_hz <= rate_hz <= high_hz:
        why = "fast cells are lost between two frames" if rate_hz < low_hz else "cells hardly move"
        yield Notice(
            "unchecked_rate",
            f"motiscope was checked at 25 to 150 frames/s; at {rate_hz:.4g} {why}: do not rely on "
            "these grades",
        )


def _oblong(video: VideoInfo, scale: Scale) -> Iterator[Notice]:
    """Hold the scale against the shape that the file says its pixels have."""
    if video.pixel_aspect is None:
        return
    stated, used = float(video.pixel_aspect), scale.um_per_px_x / scale.um_per_px_y
    if abs(used / stated - 1) > ASPECT_TOLERANCE:
        yield Notice(
            "pixel_aspect",
            f"the file says its pixels are {stated:.3f} times as wide as they are high, by the "
            f"scale they are {used:.3f} times; the scale was used",
        )


def _numbered(fields: Iterable[FieldResult]) -> Iterator[FieldResult]:
    """Number the tracks through all fields, so that a number means one cell."""
    before = 0
    for field in fields:
        cells = tuple(
            replace(cell, track=replace(cell.track, track_id=cell.track.track_id + before))
            for cell in field.cells
        )
        before += len(cells)
        yield replace(field, cells=cells)


def _telling(
    detections: Iterable[Detections], video: VideoInfo, progress: Progress | None
) -> Iterator[Detections]:
    for done, found in enumerate(detections, start=1):
        if progress is not None:
            progress(done, video.frames)
        yield found
