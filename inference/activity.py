"""How much the picture around a head changes by itself: the tail's beat, drift taken out.

A dead cell that drifts, or is shaken, keeps its shape: once the head is laid over itself, only
noise is left. A living one changes between two moments, whether it gets anywhere or not.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

# A beat of 10 Hz looks the same after 0.1 s, so two lags are measured and the larger counts.
LAGS_S = (0.04, 0.1)
PERIOD_S = 0.2
HEAD_RADIUS_UM = 3.0
TAIL_RADIUS_UM = 6.0
# A cell that moves further than this between two pictures, besides what all do, is graded by its
# speed.
SEARCH_UM = 2.5
# How far a vibrating stage may take all of them. Of so many heads, so large a share must agree.
COMMON_SEARCH_UM = 8.0
COMMON_HEADS = 16
COMMON_SHARE = 0.4
COMMON_WITHIN_UM = 0.75
# Pictures are smoothed by so much, standard deviation, before they are laid over each other: what
# is finer than a tail is noise, or too sharp to be shifted by a part of a px.
SMOOTH_UM = 0.6
NOISE_FLOOR_GREY = 0.5
_ROUNDING_S = 1e-6
# Two pictures of one dead cell never lie quite over each other: this share of the contrast
# around the head is left. Chosen, like Thresholds.activity, on simulated cells c and d, before
# pictures were smoothed.
MISFIT = 0.15

Grey = NDArray[np.uint8]


class ActivityMeter:
    """Measures activity every PERIOD_S over a field; between, it is NaN.

    So it is for PERIOD_S from its begin and after frames were lost, for then nothing was seen a lag
    before.
    """

    def __init__(self, um_per_px: float) -> None:
        self._um_per_px = um_per_px
        self._past: deque[tuple[float, Grey]] = deque()
        self._step_s = np.inf
        self._due_s = np.inf

    def measure(self, grey: Grey, time_s: float, xy_px: NDArray[np.float64]) -> NDArray[np.float64]:
        """Take in the next picture and return the activity of each head (n,).

        Args:
            grey: Picture at `um_per_px`, (h, w).
            time_s: Its time.
            xy_px: Heads in it, (n, 2).
        """
        activity = np.full(len(xy_px), np.nan)
        self._forget_before_loss(time_s)
        if not self._past:
            self._due_s = time_s + PERIOD_S - _ROUNDING_S
        elif time_s >= self._due_s:
            self._due_s = time_s + PERIOD_S - _ROUNDING_S
            lags = [self._nearest(time_s - lag_s) for lag_s in LAGS_S]
            activity = picture_change(lags, grey, xy_px, self._um_per_px)
        self._past.append((time_s, grey))
        while self._past[0][0] < time_s - 1.5 * max(LAGS_S):
            self._past.popleft()
        return activity

    def _forget_before_loss(self, time_s: float) -> None:
        """Forget the pictures from before frames were lost; that they come slowly is no loss."""
        if self._past:
            since_s = time_s - self._past[-1][0]
            if since_s > max(1.5 * max(LAGS_S), 1.5 * self._step_s):
                self._past.clear()
            self._step_s = min(self._step_s, since_s)

    def _nearest(self, time_s: float) -> Grey:
        return min(self._past, key=lambda past: abs(past[0] - time_s))[1]


def picture_change(
    earlier: Sequence[Grey], now: Grey, xy_px: NDArray[np.float64], um_per_px: float
) -> NDArray[np.float64]:
    """Largest change around each head since earlier pictures, (n,).

    It is a root mean square, in units of what a dead cell would show: the picture's noise and the
    misfit of the overlay. Noise that a codec or the optics hold in place while the field drifts
    shows only between pictures that are laid cell over cell, so it is measured on these, too.

    Pictures are smoothed, and an earlier one is shifted so that the head lies over itself; it is
    looked for about where most heads went, as a stage that shakes takes all of them along. What is
    compared is the ring from HEAD_RADIUS_UM to TAIL_RADIUS_UM, where the own tail begins; a wider
    one would take in the tails of neighbours.
    """
    if not len(xy_px):
        return np.empty(0)
    sigma_px = SMOOTH_UM / um_per_px
    around = _Surroundings(_smoothed(now, sigma_px), xy_px, _Patches.at(um_per_px))
    changes = [around.change(_smoothed(before, sigma_px)) for before in earlier]
    return np.asarray(np.max(changes, axis=0))


@dataclass(frozen=True, slots=True, eq=False)
class _Patches:
    """What is cut out around a head, in px.

    Attributes:
        head: Radius of what is laid over itself.
        search: How far it is looked for,
        far: and how far where a vibrating stage may have taken it.
        within: Shifts that agree differ by no more.
        radius: Radius of what is compared.
        ring: Places in the flattened patch that are compared, shape (k,).
    """

    head: int
    search: int
    far: int
    within: float
    radius: int
    ring: NDArray[np.intp]

    @classmethod
    def at(cls, um_per_px: float) -> "_Patches":
        radius = round(TAIL_RADIUS_UM / um_per_px)
        rows, columns = np.mgrid[-radius : radius + 1, -radius : radius + 1]
        distance = np.hypot(rows, columns)
        ring = np.flatnonzero((distance > HEAD_RADIUS_UM / um_per_px) & (distance <= radius))
        head = max(2, round(HEAD_RADIUS_UM / um_per_px))
        search, far = (
            max(1, round(way_um / um_per_px)) for way_um in (SEARCH_UM, COMMON_SEARCH_UM)
        )
        return cls(head, search, far, COMMON_WITHIN_UM / um_per_px, radius, ring)

    def widened(self, picture: Grey) -> Grey:
        """Return a picture (h, w) with a border, so that patches may reach beyond it."""
        borders = (self.border,) * 4
        return np.asarray(cv2.copyMakeBorder(picture, *borders, cv2.BORDER_REPLICATE), np.uint8)

    @property
    def border(self) -> int:
        return self.radius + self.far + self.search + 2

    def rings(self, wide: Grey, xy: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return the grey values of the ring around each point (n, 2), to sub-pixel, (n, k)."""
        cut = _cut(wide, xy, self.radius, np.float32)
        return cut.reshape(len(xy), (2 * self.radius + 1) ** 2).take(self.ring, axis=1)


class _Surroundings:
    """What a picture shows around each of its heads, to be held against earlier pictures."""

    def __init__(self, picture: Grey, xy_px: NDArray[np.float64], patches: _Patches) -> None:
        self._picture = picture
        self._patches = patches
        self._xy = xy_px + patches.border
        wide = patches.widened(picture)
        self._heads = _cut(wide, self._xy, patches.head, np.uint8)
        self._rings = patches.rings(wide, self._xy)

    def change(self, before: Grey) -> NDArray[np.float64]:
        """Return the root mean square change in units of what a dead cell would show, (n,)."""
        wide = self._patches.widened(before)
        shifts = self._shifts(wide)
        off = self._rings - self._patches.rings(wide, self._xy + shifts)
        change = np.sqrt((off**2).mean(axis=1), dtype=np.float64)
        moved = _moved(before, np.median(shifts, axis=0))
        noise = max(_noise_grey(before, self._picture), _noise_grey(moved, self._picture))
        return np.asarray(change / np.hypot(noise, MISFIT * self._rings.std(axis=1)))

    def _shifts(self, wide: Grey) -> NDArray[np.float64]:
        """Return how far off each head was in an earlier picture, (n, 2)."""
        some = np.linspace(0, len(self._xy) - 1, min(COMMON_HEADS, len(self._xy))).astype(np.intp)
        far = self._found(wide, self._xy[some], self._heads[some], self._patches.far)
        common = _agreed(far, self._patches.within)
        return common + self._found(wide, self._xy + common, self._heads, self._patches.search)

    def _found(
        self,
        wide: Grey,
        xy: NDArray[np.float64],
        heads: NDArray[np.uint8],
        search: int,
    ) -> NDArray[np.float64]:
        """Return how far off places (n, 2) heads (n, h, h) lie in a picture, (n, 2)."""
        areas = _cut(wide, xy, self._patches.head + search, np.uint8)
        costs = np.empty((len(areas), 2 * search + 1, 2 * search + 1), np.float32)
        for area, head, cost in zip(areas, heads, costs, strict=True):
            cv2.matchTemplate(area, head, cv2.TM_SQDIFF, cost)
        return _best_shifts(costs)


def _agreed(shifts: NDArray[np.float64], within: float) -> NDArray[np.float64]:
    """Return the shift (2,), in whole px, that most of several (n, 2) agree in, else none."""
    apart = np.hypot(*np.moveaxis(shifts[:, None] - shifts[None], -1, 0))
    agree = apart <= within
    best = int(agree.sum(1).argmax())
    if agree[best].sum() < max(3, COMMON_SHARE * len(shifts)):
        return np.zeros(2)
    return np.asarray(shifts[agree[best]].mean(0).round())


def _cut(
    picture: Grey, xy: NDArray[np.float64], radius: int, kind: type[np.uint8 | np.float32]
) -> NDArray[Any]:
    """Return squares of a picture around points (n, 2), to sub-pixel, (n, side, side)."""
    side = 2 * radius + 1
    squares = np.empty((len(xy), side, side), kind)
    depth = cv2.CV_8U if kind is np.uint8 else cv2.CV_32F
    for centre, square in zip(xy.tolist(), squares, strict=True):
        cv2.getRectSubPix(picture, (side, side), centre, square, depth)
    return squares


def _best_shifts(costs: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the shift of the least of each cost (n, side, side) from the middle, x and y, (n, 2).

    To sub-pixel, by a parabola through the neighbours.
    """
    side = costs.shape[1]
    row, column = np.divmod(costs.reshape(len(costs), side**2).argmin(axis=1), side)
    each = np.arange(len(costs))
    x = column + _vertices(costs[each, row], column)
    y = row + _vertices(costs[each, :, column], row)
    return np.asarray(np.stack([x, y], axis=1) - side // 2)


def _vertices(lines: NDArray[np.float32], at: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return how far from its least value, at `at`, each line (n, side) is least, (n,)."""
    inner = at.clip(1, lines.shape[1] - 2)
    each = np.arange(len(lines))
    left, centre, right = (lines[each, inner + step].astype(np.float64) for step in (-1, 0, 1))
    bend = left - 2 * centre + right
    found = (at == inner) & (bend > 0)
    return np.asarray(np.divide(0.5 * (left - right), bend, out=np.zeros(len(at)), where=found))


def _smoothed(picture: Grey, sigma_px: float) -> Grey:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma_px), np.uint8)


def _moved(picture: Grey, shift: NDArray[np.float64]) -> Grey:
    """Return a picture (h, w) as it would be if all of it had moved by -`shift`, x and y."""
    place = np.array([[1.0, 0.0, shift[0]], [0.0, 1.0, shift[1]]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (picture.shape[1], picture.shape[0])
    return np.asarray(
        cv2.warpAffine(picture, place, size, flags=flags, borderMode=cv2.BORDER_REPLICATE),
        np.uint8,
    )


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
