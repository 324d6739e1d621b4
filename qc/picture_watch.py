"""Looking at the live picture, beside recordings and while the bench waits."""

import logging
import math
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

import cv2
import numpy as np

from acquisition.frame import Frame
from acquisition.image_quality import Grey, assess, measure_shift
from acquisition.latest import Latest
from calibration.scale import Scale
from qc.bench import VisibleCounter
from qc.picture import Picture

_log = logging.getLogger(__name__)

EVERY_S = 1.0
_POLL_S = 0.2
# Unrelated pictures reached 0.09, real ones of fast swimmers a second apart 0.10 to 0.20.
_LEAST_CERTAINTY = 0.12
# Pictures further apart than this are of two places or two streams.
_LONGEST_STEP_S = 3.0
_READINGS = 3
# A movement is read as well from a smaller picture, in less time.
_WIDEST_PX = 640


class DriftMeter:
    """Reads the movement of the whole picture from one look to the next.

    Args:
        scale: What a pixel is worth.
    """

    def __init__(self, scale: Scale) -> None:
        self._scale = scale
        self._before: Frame | None = None
        self._speeds_um_s: deque[float] = deque(maxlen=_READINGS)

    def look(self, frame: Frame) -> float | None:
        """Take the next picture; return the median of the newest three speeds in µm/s.

        None until there are three: one alone may be chance, or the end of a move of the stage.
        """
        before, self._before = self._before, frame
        step_s = 0.0 if before is None else _step_s(before, frame)
        if before is None or not 0 < step_s <= _LONGEST_STEP_S or frame.index <= before.index:
            self._speeds_um_s.clear()
            return None
        speed_um_s = self._speed_um_s(before.pixels, frame.pixels, step_s)
        if speed_um_s is not None:
            self._speeds_um_s.append(speed_um_s)
        full = len(self._speeds_um_s) == _READINGS
        return median(self._speeds_um_s) if full else None

    def _speed_um_s(self, before: Grey, after: Grey, step_s: float) -> float | None:
        shift = measure_shift(_smaller(before), _smaller(after))
        if shift.certainty < _LEAST_CERTAINTY:
            return None
        larger = _times_smaller(before)
        x_um = shift.x_px * larger * self._scale.um_per_px_x
        y_um = shift.y_px * larger * self._scale.um_per_px_y
        return math.hypot(x_um, y_um) / step_s


class PictureWatch(Latest):
    """Takes frames on their way to a live view, and looks at the newest now and then.

    Args:
        beyond: The live view's own place for the newest frame.
        scale: What a pixel is worth.
        count: Counts the cells of one frame; None counts none.
        every_s: Least time between two looks.
    """

    def __init__(
        self,
        beyond: Latest,
        scale: Scale,
        count: VisibleCounter | None = None,
        every_s: float = EVERY_S,
    ) -> None:
        super().__init__()
        self._beyond = beyond
        self._scale = scale
        self._count = count
        self._every_s = every_s

    def offer(self, frame: Frame) -> None:
        """Pass a frame on, and keep it to be looked at."""
        self._beyond.offer(frame)
        super().offer(frame)

    @contextmanager
    def watching(self, tell: Callable[[Picture], None]) -> Iterator[None]:
        """Look on a thread of its own until the context is left.

        Args:
            tell: Called with what every look shows, on that thread.
        """
        leaving = threading.Event()

        def work() -> None:
            try:
                self._watch(tell, leaving)
            except Exception:  # noqa: BLE001 - it must not fail the examination
                # The examination does without; a trace over the screen would help nobody.
                _log.exception("the live picture is no longer looked at")

        thread = threading.Thread(target=work, name="picture watch", daemon=True)
        thread.start()
        try:
            yield
        finally:
            leaving.set()
            thread.join()

    def _watch(self, tell: Callable[[Picture], None], leaving: threading.Event) -> None:
        drift = DriftMeter(self._scale)
        while not leaving.is_set():
            frame = self.take(_POLL_S)
            if frame is not None:
                tell(self._look(frame, drift))
                leaving.wait(self._every_s)

    def _look(self, frame: Frame, drift: DriftMeter) -> Picture:
        visible = None if self._count is None else self._count(frame, self._scale)
        return Picture(assess(frame.pixels), drift.look(frame), visible)


def _step_s(before: Frame, after: Frame) -> float:
    """Return the time between two frames: the camera's own, for a replay need not keep its pace."""
    if before.time_us is not None and after.time_us is not None:
        return (after.time_us - before.time_us) / 1e6
    return (after.host_time_ns - before.host_time_ns) / 1e9


def _times_smaller(pixels: Grey) -> int:
    return -(-int(max(pixels.shape)) // _WIDEST_PX)


def _smaller(pixels: Grey) -> Grey:
    times = _times_smaller(pixels)
    if times == 1:
        return pixels
    height, width = (size // times for size in pixels.shape)
    cut = pixels[: height * times, : width * times]
    return np.asarray(cv2.resize(cut, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
