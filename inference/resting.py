"""A cell that lies still keeps its track where a swimmer passes over it.

For a moment the two give one answer, and what is found of the swimmer afterwards may go on with
the track of the cell that lay there, which is then found again as if it were new.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.pool import Pool, members

# For so large a share of the time.
MOSTLY = 0.8


@dataclass(frozen=True, slots=True)
class RestSettings:
    """When a track is taken for that of a cell which lay where a new one begins.

    Attributes:
        still_s: It lay there for so long, as does the new one.
        still_um: What lies still mostly strays no further from its place.
        same_um: The old one mostly lay no further from the new one's place.
        gap_s: The new one is found so soon after the place was left.
        left_um: What goes on with the old track has gone so far,
        leaving_s: so soon after the new one is found.
    """

    still_s: float = 1.0
    still_um: float = 1.5
    same_um: float = 2.5
    gap_s: float = 0.6
    left_um: float = 4.0
    leaving_s: float = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """A track's detections in order of time.

    Attributes:
        at: Which they are, shape (n,).
        time_s: When, shape (n,).
        xy_um: Where, shape (n, 2).
    """

    at: NDArray[np.int64]
    time_s: NDArray[np.float64]
    xy_um: NDArray[np.float64]


def keep_resting(pool: Pool, label: NDArray[np.int64], settings: RestSettings) -> NDArray[np.int64]:
    """Return the labels, shape (n,), with tracks given back to the cells that lay still.

    Args:
        pool: The detections, without the field's drift.
        label: Which track each belongs to, -1 for none, shape (n,).
        settings: When a cell lay where a new one begins.
    """
    onwards = _give_back(pool, label, settings)
    return _give_back(pool.reversed(), onwards[::-1], settings)[::-1]


def _give_back(pool: Pool, label: NDArray[np.int64], settings: RestSettings) -> NDArray[np.int64]:
    """Give a track, up to where it left a place, to the one that begins to lie there again."""
    every = (_Piece(at, *pool.path(at)) for at in members(label))
    # Shorter ones neither lay there nor lie there long enough.
    pieces = [one for one in every if one.time_s[-1] - one.time_s[0] >= settings.still_s]
    given, parted = label.copy(), np.zeros(len(pieces), bool)
    earlier = _earlier(pieces, settings)
    # The last one first: where several swimmers pass, each part goes on to what follows it.
    for row_of_new in np.argsort([-piece.time_s[0] for piece in pieces], kind="stable").tolist():
        new = pieces[row_of_new]
        rows = np.flatnonzero(earlier[row_of_new] & ~parted).tolist()
        place_um = _resting_place(new, settings) if rows else None
        if place_um is None:
            continue
        begin_s = float(new.time_s[0])
        lain = [_lain_there(pieces[row], place_um, begin_s, settings) for row in rows]
        if any(lain):
            row, count = next(pair for pair in zip(rows, lain, strict=True) if pair[1])
            given[pieces[row].at[:count]] = given[new.at[0]]
            parted[row] = True
    return given


def _earlier(pieces: Sequence[_Piece], settings: RestSettings) -> NDArray[np.bool_]:
    """Return which pieces (columns) passed where others (rows) began, and long before, (n, n)."""
    if not pieces:
        return np.empty((0, 0), np.bool_)
    first_s, last_s = (np.array([piece.time_s[end] for piece in pieces]) for end in (0, -1))
    begin_um = np.array([piece.xy_um[0] for piece in pieces])[:, None]
    every_um = np.concatenate([piece.xy_um for piece in pieces])
    begins = np.cumsum([0, *(len(piece.at) for piece in pieces[:-1])])
    reach_um = settings.same_um + settings.still_um
    low_um = np.minimum.reduceat(every_um, begins) - reach_um
    high_um = np.maximum.reduceat(every_um, begins) + reach_um
    passed = ((low_um <= begin_um) & (begin_um <= high_um)).all(axis=-1)
    long_before = first_s + settings.still_s < first_s[:, None]
    return np.asarray(passed & long_before & (last_s > first_s[:, None]), np.bool_)


def _resting_place(new: _Piece, settings: RestSettings) -> NDArray[np.float64] | None:
    """Return where a piece lies still when it begins, None where it does not."""
    since_s = new.time_s - new.time_s[0]
    if since_s[-1] < settings.still_s:
        return None
    first = new.xy_um[since_s <= settings.still_s]
    place_um = np.median(first, axis=0)
    stray_um = np.hypot(*(first - place_um).T)
    return place_um if np.quantile(stray_um, MOSTLY) <= settings.still_um else None


def _lain_there(
    old: _Piece, place_um: NDArray[np.float64], begin_s: float, settings: RestSettings
) -> int:
    """Return how many detections of a piece lie before it left a place, 0 if it never lay there."""
    off_um = np.hypot(*(old.xy_um - place_um).T)
    here = np.flatnonzero((off_um <= settings.same_um) & (old.time_s < begin_s))
    if not len(here):
        return 0
    left_s = old.time_s[here[-1]]
    lying = (old.time_s <= left_s) & (old.time_s >= left_s - settings.still_s)
    leaving = (old.time_s >= begin_s) & (old.time_s <= begin_s + settings.leaving_s)
    lay_still = left_s - old.time_s[0] >= settings.still_s
    lay_here = np.quantile(off_um[lying], MOSTLY) <= settings.same_um
    is_gone = off_um[leaving].max(initial=0.0) >= settings.left_um
    found_again = begin_s - left_s <= settings.gap_s
    return int(here[-1]) + 1 if lay_still and lay_here and is_gone and found_again else 0
