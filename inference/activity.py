"""How much the picture around a head changes by itself: the tail's beat, drift taken out.

A dead cell that drifts, or is shaken, keeps its shape: once the head is laid over itself, only
noise is left. A living one changes between two moments, whether it gets anywhere or not.
"""

from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

# A beat of 10 Hz looks the same after 0.1 s, so two lags are measured and the larger counts.
LAGS_S = (0.04, 0.1)
PERIOD_S = 0.2
HEAD_RADIUS_UM = 3.0
TAIL_RADIUS_UM = 6.0
# A cell that moves further than this between two pictures is graded by its speed.
SEARCH_UM = 2.5
NOISE_FLOOR_GREY = 0.5
# Two pictures of one dead cell never lie quite over each other: this share of the contrast
# around the head is left. Chosen, like Thresholds.activity, on simulated cells c and d.
MISFIT = 0.15

Grey = NDArray[np.uint8]


class ActivityMeter:
    """Measures activity every PERIOD_S over a recording; between, it is NaN."""

    def __init__(self, um_per_px: float) -> None:
        self._um_per_px = um_per_px
        self._past: deque[tuple[float, Grey]] = deque()
        self._due_s = PERIOD_S

    def measure(self, grey: Grey, time_s: float, xy_px: NDArray[np.float64]) -> NDArray[np.float64]:
        """Take in the next picture and return the activity of each head (n,).

        Args:
            grey: Picture at `um_per_px`, (h, w).
            time_s: Its time.
            xy_px: Heads in it, (n, 2).
        """
        activity = np.full(len(xy_px), np.nan)
        if self._past and time_s >= self._due_s:
            self._due_s = time_s + PERIOD_S - 1e-6
            lags = [self._nearest(time_s - lag_s) for lag_s in LAGS_S]
            activity = np.max(
                [picture_change(before, grey, xy_px, self._um_per_px) for before in lags], axis=0
            )
        self._past.append((time_s, grey))
        while self._past[0][0] < time_s - 1.5 * max(LAGS_S):
            self._past.popleft()
        return activity

    def _nearest(self, time_s: float) -> Grey:
        return min(self._past, key=lambda past: abs(past[0] - time_s))[1]


def picture_change(
    before: Grey, now: Grey, xy_px: NDArray[np.float64], um_per_px: float
) -> NDArray[np.float64]:
    """Root mean square change around each head, in units of what a dead cell would show, (n,).

    The earlier picture is shifted so that the head lies over itself; what is compared is the
    ring from HEAD_RADIUS_UM to TAIL_RADIUS_UM, where the own tail begins; a wider one would take in
    the tails of neighbours. A dead cell shows the picture's noise and the misfit of the overlay.
    """
    patches = _Patches.at(um_per_px)
    noise = _noise_grey(before, now)
    wide = [_widened(picture, patches.border) for picture in (before, now)]
    changes = [
        patches.change(wide[0], wide[1], float(x), float(y)) for x, y in xy_px + patches.border
    ]
    change, contrast = np.array(changes, np.float64).reshape(-1, 2).T
    return np.asarray(change / np.hypot(noise, MISFIT * contrast))


def _widened(picture: Grey, by_px: int) -> Grey:
    wide = cv2.copyMakeBorder(picture, by_px, by_px, by_px, by_px, cv2.BORDER_REPLICATE)
    return np.asarray(wide, np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class _Patches:
    """What is cut out around a head, in px.

    Attributes:
        head: Radius of what is laid over itself.
        search: How far it is looked for.
        radius: Radius of what is compared.
        ring: Places in the flattened patch that are compared, shape (k,).
    """

    head: int
    search: int
    radius: int
    ring: NDArray[np.intp]

    @classmethod
    def at(cls, um_per_px: float) -> "_Patches":
        radius = round(TAIL_RADIUS_UM / um_per_px)
        rows, columns = np.mgrid[-radius : radius + 1, -radius : radius + 1]
        distance = np.hypot(rows, columns)
        ring = np.flatnonzero((distance > HEAD_RADIUS_UM / um_per_px) & (distance <= radius))
        head = max(2, round(HEAD_RADIUS_UM / um_per_px))
        return cls(head, max(1, round(SEARCH_UM / um_per_px)), radius, ring)

    @property
    def border(self) -> int:
        return self.radius + self.search + 2

    def change(self, before: Grey, now: Grey, x: float, y: float) -> tuple[float, float]:
        """Root mean square change and standard deviation of the grey values around one head."""
        side = 2 * self.radius + 1
        template = cv2.getRectSubPix(now, (2 * self.head + 1,) * 2, (x, y))
        area = cv2.getRectSubPix(before, (2 * (self.head + self.search) + 1,) * 2, (x, y))
        cost = cv2.matchTemplate(area, template, cv2.TM_SQDIFF)
        shift = _best_shift(np.asarray(cost, np.float32))
        there = x + shift[0], y + shift[1]
        patch_now = cv2.getRectSubPix(now, (side, side), (x, y), patchType=cv2.CV_32F)
        patch_then = cv2.getRectSubPix(before, (side, side), there, patchType=cv2.CV_32F)
        seen = patch_now.ravel()[self.ring]
        off = seen - patch_then.ravel()[self.ring]
        middle = float(seen.mean())
        return (
            float(np.sqrt(off @ off / len(off))),
            float(np.sqrt(max(0.0, float(seen @ seen) / len(seen) - middle**2))),
        )


def _best_shift(cost: NDArray[np.float32]) -> tuple[float, float]:
    """Shift of the least cost from the middle, to sub-pixel by a parabola through neighbours."""
    row, column = np.unravel_index(int(np.argmin(cost)), cost.shape)
    middle = cost.shape[0] // 2
    return (
        float(column) - middle + _vertex(cost[row, :], int(column)),
        float(row) - middle + _vertex(cost[:, column], int(row)),
    )


def _vertex(line: NDArray[np.float32], at: int) -> float:
    if not 0 < at < len(line) - 1:
        return 0.0
    left, centre, right = (float(value) for value in line[at - 1 : at + 2])
    bend = left - 2 * centre + right
    return 0.5 * (left - right) / bend if bend > 0 else 0.0


def _noise_grey(before: Grey, now: Grey) -> float:
    """Noise of the difference of two pictures in grey values, from its median deviation."""
    difference = cv2.absdiff(before[::3, ::3], now[::3, ::3])
    values = np.bincount(difference.ravel(), minlength=256).cumsum()
    # The median of |d| interpolated within its grey value: 8-bit differences are coarse.
    half = 0.5 * values[-1]
    at = int(np.searchsorted(values, half))
    below = float(values[at - 1]) if at else 0.0
    median = at - 0.5 + (half - below) / max(float(values[at]) - below, 1.0)
    return max(float(median) / 0.6745, NOISE_FLOOR_GREY)
