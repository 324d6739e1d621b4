"""The pictures of a video, kept small in memory, so that they can be shown in any order."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.frame import Frame
from acquisition.opening import MIXED
from acquisition.video import Video, VideoError
from calibration.scale import Scale
from qc.eqa.shots import LEAST_LOOKS, Shot, Watched

Grey = NDArray[np.uint8]

SHOWN_PX = 400
"""A wider picture is made smaller by a whole factor: a terminal shows no more of it."""

STEP_S = 0.04
"""Pictures that follow each other sooner are left out; of interlaced videos half of them are."""

_ROUNDING_S = 0.01
_QUALITY = (cv2.IMWRITE_JPEG_QUALITY, 90)


class Film:
    """Filled by one thread while another shows what is there.

    Title cards are left out: they may name the sample, which its reader is not to know.

    Args:
        video: The recording.
        scale: What one of its pixels is worth; None where that is not known.
    """

    def __init__(self, video: Video, scale: Scale | None) -> None:
        self._video = video
        self._scale = scale
        self._factor = -(-video.info.width_px // SHOWN_PX)
        self._times_s: list[float] = []
        self._pictures: list[Grey] = []
        self._shot: Shot | None = None
        self._left_out_s = 0.0
        self._ended = False

    @property
    def scale(self) -> Scale | None:
        """What a pixel of the kept pictures is worth."""
        if self._scale is None:
            return None
        info, (wide, high) = self._video.info, self._size()
        return replace(
            self._scale,
            um_per_px_x=self._scale.um_per_px_x * info.width_px / wide,
            um_per_px_y=self._scale.um_per_px_y * info.height_px / high,
        )

    @property
    def ended(self) -> bool:
        """Whether no more pictures come."""
        return self._ended

    @property
    def length_s(self) -> float:
        """How much is there so far."""
        return self._times_s[-1] if self._times_s else 0.0

    def number_at(self, time_s: float) -> int | None:
        """Return the number of the picture that is seen at a time, None before there is any."""
        if not self._times_s:
            return None
        return max(bisect_right(self._times_s, time_s) - 1, 0)

    def picture(self, number: int) -> Grey:
        """Return a picture, shape (height, width)."""
        return np.asarray(cv2.imdecode(self._pictures[number], cv2.IMREAD_GRAYSCALE), np.uint8)

    def fill(self, unwanted: Callable[[], bool]) -> None:
        """Read the video to its end.

        Args:
            unwanted: Asked at every frame whether to stop.

        Raises:
            VideoError: If a frame cannot be decoded, or nothing but title cards is shown.
        """
        try:
            self._read(unwanted)
        finally:
            self._ended = True
        if not self._times_s and not unwanted():
            raise VideoError("it shows nothing but a title")

    def _read(self, unwanted: Callable[[], bool]) -> None:
        watched = Watched(self._video)
        held: list[Frame] = []
        shot: Shot | None = None
        for frame in watched.frames():
            if unwanted():
                return
            if watched.shots[-1] is not shot:
                self._keep(held, shot)
                held, shot = [], watched.shots[-1]
            held.append(frame)
            if shot.looks > LEAST_LOOKS:
                # By now it is known what the shot shows.
                self._keep(held, shot)
                held = []
        self._keep(held, shot)

    def _keep(self, frames: list[Frame], shot: Shot | None) -> None:
        if shot is None or shot.is_card:
            return
        # Rows of what was shown before a cut may be left in the first pictures after it.
        after_cut = bool(self._times_s) and shot is not self._shot
        for frame in frames:
            if not after_cut or frame.index >= shot.first + MIXED:
                self._add(frame, shot)

    def _add(self, frame: Frame, shot: Shot) -> None:
        """Add a frame at its distance from the one before; shots follow after one step."""
        taken_s = (frame.time_us or 0) / 1e6
        if shot is not self._shot:
            self._shot = shot
            self._left_out_s = taken_s - (self.length_s + STEP_S if self._times_s else 0.0)
        time_s = taken_s - self._left_out_s
        if self._times_s and time_s - self.length_s < STEP_S - _ROUNDING_S:
            return
        small = cv2.resize(frame.pixels, self._size(), interpolation=cv2.INTER_AREA)
        _, packed = cv2.imencode(".jpg", small, _QUALITY)
        # In this order: who looks up a time finds its picture.
        self._pictures.append(np.asarray(packed, np.uint8))
        self._times_s.append(time_s)

    def _size(self) -> tuple[int, int]:
        info = self._video.info
        return info.width_px // self._factor, info.height_px // self._factor


@dataclass(slots=True)
class Playhead:
    """Where a film stands that is played at its true speed, over and over.

    Attributes:
        position_s: From the film's begin.
        paused: Whether it stands still.
    """

    position_s: float = 0.0
    paused: bool = False
    _seen_s: float | None = None

    def go_on(self, now_s: float, film: Film) -> None:
        """Go on by the time that has passed; wait where the film is still being read."""
        passed_s = 0.0 if self._seen_s is None or self.paused else now_s - self._seen_s
        self._seen_s = now_s
        position_s = self.position_s + passed_s
        if position_s > film.length_s and film.ended:
            position_s = 0.0
        self.position_s = min(position_s, film.length_s)

    def step(self, by_s: float, film: Film) -> None:
        """Go forward or back, not past the ends."""
        self.position_s = min(max(self.position_s + by_s, 0.0), film.length_s)
