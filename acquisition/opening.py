"""The stage micrometer that a reference video shows before its specimen."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from acquisition.cuts import CutWatch
from acquisition.frame import Frame
from acquisition.notice import Notice
from acquisition.rest import Rest
from acquisition.video_info import MIN_FRAMES, Video, VideoError, VideoInfo
from calibration.micrometer import measure
from calibration.optics import MAX_NOMINAL_GAP
from calibration.profiles import Origin
from calibration.readings import (
    FILE_ASPECT_U_REL,
    SQUARE_U_REL,
    MicrometerReading,
    NotAMicrometerError,
    reading_of_frames,
    scale_from_readings,
)
from calibration.scale import Scale, ScaleError

Grey = NDArray[np.uint8]

LOOK_S = 10.0
"""A micrometer that is not in sight by then does not open the video; a title may come first."""

GLANCE_S = 0.25
"""Time for a look at a video whose scale is known, so that a micrometer is not graded."""

STEP_S, LEAST_STEPS = 0.5, 9
"""A picture is measured so often, and in a short clip so many times."""

OUT_OF_SIGHT_S = 2.0
"""While the slide is moved or focused its rulings are out of sight for less than this."""

LEAST_READINGS = 2

MIXED = 2
"""Fields are filled in from their neighbours in time: so many after a cut hold rows of the old."""

BLEND_S = 0.5
"""Where no cut was seen, the last of the rulings fades for so long after they were last read."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The shot of a micrometer with which a video begins.

    Attributes:
        video: The video.
        readings: What its pictures say, one each, up to the first cut after the rulings came.
        hashes: SHA-256 of each of these pictures, by its values row by row.
        picture: One of them, shape (height, width).
        end: Index of the first frame that belongs to the specimen, None where there is none.
    """

    video: VideoInfo
    readings: tuple[MicrometerReading, ...]
    hashes: tuple[str, ...]
    picture: Grey
    end: int | None

    @property
    def reading(self) -> MicrometerReading:
        """What the pictures say together.

        Raises:
            ScaleError: If the pitch changes from picture to picture.
        """
        return reading_of_frames(self.readings)

    def scale(self) -> Scale:
        """Return the scale of the video; the shape of its pixels is what the file says, or square.

        Raises:
            ScaleError: If the pitch changes from picture to picture.
        """
        aspect = self.video.pixel_aspect
        shape = "taken as square" if aspect is None else f"{aspect.numerator}:{aspect.denominator}"
        one = self.reading
        return scale_from_readings(
            [one],
            pixel_aspect=1.0 if aspect is None else float(aspect),
            aspect_u_rel=SQUARE_U_REL if aspect is None else FILE_ASPECT_U_REL,
            source=f"{Origin.VIDEO.value}: {len(self.readings)} pictures, {one.divisions} "
            f"divisions of {one.division_um:g} µm, pixels {shape}",
        )


def find_opening(video: Video, division_um: float, look_s: float = LOOK_S) -> Opening:
    """Measure the micrometer with which a video begins, and tell where its specimen begins.

    Args:
        video: The recording.
        division_um: Length of the finest division on the slide.
        look_s: Time within which the rulings must come into sight.

    Raises:
        NotAMicrometerError: If it does not begin with a micrometer that can be measured.
        VideoError: If a frame cannot be decoded.
    """
    rate_hz = video.info.frame_rate_hz
    step = max(1, round(min(STEP_S * rate_hz, video.info.frames / LEAST_STEPS)))
    sight = _Sight(division_um)
    for place, frame in enumerate(video.frames()):
        sight.watch(frame)
        if place % step == 0:
            sight.look(frame)
        unseen_s = (frame.index - (sight.last or 0)) / rate_hz
        if unseen_s >= (look_s if sight.last is None else OUT_OF_SIGHT_S):
            break
    return sight.opening(video.info)


def without_opening(video: Video, opening: Opening, scale: Scale) -> Rest:
    """Return the rest of a recording, which tells what was left out of it.

    Where the scale is not the opening's own and contradicts it, that is told as well.

    Raises:
        VideoError: If nothing follows the micrometer.
    """
    path, end = video.info.path, opening.end
    if end is None or end > video.info.frames - MIN_FRAMES:
        raise VideoError(
            f"{path} shows a stage micrometer and no specimen; motiscope calibrate measures it"
        )
    left_out = Notice(
        "micrometer",
        f"the first {end / video.info.frame_rate_hz:.1f} s show a stage micrometer; they were left "
        "out",
    )
    return Rest(video, end, (left_out, *_contradiction(opening, scale)))


def _contradiction(opening: Opening, scale: Scale) -> Iterator[Notice]:
    try:
        own = opening.scale()
    except ScaleError:
        return
    gaps = scale.um_per_px_x / own.um_per_px_x - 1, scale.um_per_px_y / own.um_per_px_y - 1
    if max(map(abs, gaps)) > MAX_NOMINAL_GAP:
        yield Notice(
            "scale",
            f"the scale lies {100 * gaps[0]:+.1f} % in x and {100 * gaps[1]:+.1f} % in y from that "
            "of the micrometer in the video; the scale was used",
        )


class _Sight:
    """What was seen of a micrometer so far.

    Attributes:
        last: Index of the last frame in which it was measured, None before the first.
    """

    def __init__(self, division_um: float) -> None:
        self.last: int | None = None
        self._division_um = division_um
        self._cuts = CutWatch()
        self._readings: list[MicrometerReading] = []
        self._hashes: list[str] = []
        self._refusals: list[NotAMicrometerError] = []
        self._picture: Grey | None = None
        self._another = False
        # The first frames after the last reading that begin another shot, and that show no rulings.
        self._cut: int | None = None
        self._lost: int | None = None

    def watch(self, frame: Frame) -> None:
        """Take in every frame, for the cut after the micrometer."""
        if self._cuts.begins_field(frame.pixels) and self.last is not None and self._cut is None:
            self._cut = frame.index

    def look(self, frame: Frame) -> None:
        """Measure a frame."""
        try:
            reading = measure(frame.pixels, self._division_um)
        except NotAMicrometerError as refusal:
            self._refusals.append(refusal)
            self._lost = frame.index if self._lost is None else self._lost
            return
        self._another |= self._cut is not None
        if not self._another:
            self._readings.append(reading)
            self._hashes.append(sha256(frame.pixels.tobytes()).hexdigest())
        self._picture = frame.pixels if self._picture is None else self._picture
        self.last, self._cut, self._lost = frame.index, None, None

    def opening(self, video: VideoInfo) -> Opening:
        """Return what was seen, or raise why that is no micrometer."""
        if self._picture is None or len(self._readings) < LEAST_READINGS:
            raise self._refusals[0]
        readings, hashes = tuple(self._readings), tuple(self._hashes)
        return Opening(video, readings, hashes, self._picture, self._end(video))

    def _end(self, video: VideoInfo) -> int | None:
        if self._cut is not None:
            return self._cut + MIXED
        if self._lost is not None:
            return self._lost + round(BLEND_S * video.frame_rate_hz)
        return None
