"""How whatever lies about moves: sharp points followed for a moment, to know the field's motion."""

import cv2
import numpy as np
from numpy.typing import NDArray

# Long enough that slow drift shows, short enough that a swimmer is not lost on the way.
SPAN_S = 0.3
POINTS = 100
APART_PX = 8
WINDOW_PX = 15
LEVELS = 2
# A point that does not come back to where it began was lost on the way.
RETURN_PX = 0.3
# Sharper than this share of the sharpest point; grain of the picture is no point.
QUALITY = 0.02

Grey = NDArray[np.uint8]


class FlowMeter:
    """Measures velocities of sharp points every SPAN_S over a recording."""

    def __init__(self) -> None:
        self._before: tuple[float, Grey] | None = None

    def measure(self, grey: Grey, time_s: float) -> NDArray[np.float64]:
        """Take in the next picture and return velocities (m, 2) in px/s, empty in between.

        Args:
            grey: Picture, (h, w).
            time_s: Its time.
        """
        if self._before is None:
            self._before = time_s, grey
            return np.empty((0, 2))
        since_s = time_s - self._before[0]
        if since_s < SPAN_S:
            return np.empty((0, 2))
        shift = point_shifts(self._before[1], grey)
        self._before = time_s, grey
        return shift / since_s


def point_shifts(before: Grey, now: Grey) -> NDArray[np.float64]:
    """Return how far sharp points moved from one picture to the next in px, shape (m, 2).

    Lucas and Kanade's tracker in a pyramid (Bouguet 2001), forward and back: only points that
    return to where they began are believed.
    """
    points = _sharp_points(before)
    if not len(points):
        return np.empty((0, 2))
    window = (WINDOW_PX, WINDOW_PX)
    there, _, _ = cv2.calcOpticalFlowPyrLK(
        before, now, points, np.empty(0), winSize=window, maxLevel=LEVELS
    )
    back, _, _ = cv2.calcOpticalFlowPyrLK(
        now, before, there, np.empty(0), winSize=window, maxLevel=LEVELS
    )
    begin, end, again = (np.asarray(one, np.float64)[:, 0] for one in (points, there, back))
    returned = np.hypot(*(again - begin).T) < RETURN_PX
    return np.asarray((end - begin)[returned])


def _sharp_points(grey: Grey) -> NDArray[np.float32]:
    """Return corners (m, 1, 2) in px, looked for at half the size, which is four times as fast."""
    small = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    found = cv2.goodFeaturesToTrack(small, POINTS, QUALITY, APART_PX / 2)
    return np.empty((0, 1, 2), np.float32) if found is None else 2 * found + np.float32(0.5)
