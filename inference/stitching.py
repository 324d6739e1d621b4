"""Across the gaps: pieces of track joined where the motion before fits the motion after."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from inference.assignment import Pairs, assign
from inference.likeness import Album
from inference.neighbours import Places, near
from inference.pool import Pool, members

# Of sums of times, so that no pair is left out that is just in reach.
_ROUNDING_S = 1e-6


@dataclass(frozen=True, slots=True)
class StitchSettings:
    """When two pieces of track are one cell.

    Attributes:
        horizon_s: Longest gap of a cell that swims.
        overlap_s: How long two pieces of one cell may go side by side: where the head is not clear,
            the next piece begins at one answer before the last one has ended at another.
        look_s: Length of the ends from which position and velocity are taken.
        still_um_s: Slower than this a cell does not swim.
        still_reach_um: A cell that does not swim is found again within this, after any time.
        place_um: Standard deviation of a place at either end of a gap.
        place_growth: What it grows by, as a share of the way swum to the middle of the gap.
        velocity_um_s: Standard deviation of the difference of two velocities of a cell at rest.
        velocity_share: What each µm/s of speed adds to it.
        unrest_place: What each µm by which the cell strays from its line adds to it,
        unrest_velocity: and to the velocity's, over `look_s`.
        score_spread: Standard deviation of the difference of the mean scores of two pieces,
        size_spread: of the logarithms of their sizes,
        moves_spread: and of their probabilities of self-motion.
        looks_weight: What it costs, for each unit of strangeness, that two pieces look less alike
            than usual: it decides between rivals, for what a cell looks like may change while it
            is not seen, and what looks as before speaks for a join.
        usual_strangeness: How unlike two pieces of one cell usually look.
        most_strangeness: What looks even less alike costs no more.
        looks_s: Looks are taken from so long before the end and after the beginning,
        met_s: but not from so near them, where another cell may lie over it.
        gap_weight: What it costs that a gap is longer than usual, for each usual length more: the
            longer a cell was not seen, the likelier is another one. Shorter gaps speak for a join.
        usual_gap_s: How long gaps usually are.
        edge_um: What ends or begins nearer than this to the picture's edge,
        leaving_um_s: and swims faster than this, may have left, or come in:
        edge_cost: what it costs to join one that may have left to one that may have come in.
        limit: Largest cost of a join, in squared standard deviations.
    """

    horizon_s: float = 1.2
    overlap_s: float = 0.06
    look_s: float = 0.25
    still_um_s: float = 4.0
    still_reach_um: float = 2.0
    place_um: float = 1.0
    place_growth: float = 0.6
    velocity_um_s: float = 10.0
    velocity_share: float = 0.3
    unrest_place: float = 3.5
    unrest_velocity: float = 8.0
    score_spread: float = 0.15
    size_spread: float = 0.25
    moves_spread: float = 0.6
    looks_weight: float = 0.1
    usual_strangeness: float = 4.0
    most_strangeness: float = 8.0
    looks_s: float = 1.0
    met_s: float = 0.2
    gap_weight: float = 1.3
    usual_gap_s: float = 0.2
    edge_um: float = 3.0
    leaving_um_s: float = 15.0
    edge_cost: float = 6.0
    limit: float = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """Begin or end of n pieces.

    Attributes:
        time_s: Time, shape (n,).
        xy_um: Place on the straight line through what is near, shape (n, 2).
        velocity_um_s: Its velocity, shape (n, 2).
        unrest_um: How far the cell strays from that line, root mean square per axis, shape (n,).
    """

    time_s: NDArray[np.float64]
    xy_um: NDArray[np.float64]
    velocity_um_s: NDArray[np.float64]
    unrest_um: NDArray[np.float64]

    def take(self, rows: NDArray[np.intp]) -> "Ends":
        """Return some of them."""
        return Ends(*(getattr(self, one.name)[rows] for one in fields(self)))

    @property
    def speed_um_s(self) -> NDArray[np.float64]:
        """Speeds, shape (n,)."""
        return np.hypot(self.velocity_um_s[:, 0], self.velocity_um_s[:, 1])


def stitch(
    pool: Pool,
    label: NDArray[np.int64],
    inside_um: NDArray[np.float64],
    settings: StitchSettings,
) -> NDArray[np.int64]:
    """Join pieces of track that are one cell, and return the new labels, shape (n,).

    Ends are assigned to beginnings over the whole field at once, so that two cells that met are
    told apart by which pairing fits best.

    Args:
        pool: The detections.
        label: Which piece each belongs to, -1 for none, shape (n,).
        inside_um: How far inside the picture's edge each lies, shape (n,).
        settings: When two pieces are one cell.
    """
    pieces = members(label)
    if len(pieces) < 2:
        return label
    ends, begins = (
        _ends(pool, pieces, settings, last=True),
        _ends(pool, pieces, settings, last=False),
    )
    earlier, later = _in_reach(ends, begins, settings)
    last, first = ([piece[place] for piece in pieces] for place in (-1, 0))
    before, after = ends.take(earlier), begins.take(later)
    cost = _cost(before, after, settings) + _unlikeness(pool, pieces, earlier, later, settings)
    inside_then = np.stack([inside_um[last][earlier], inside_um[first][later]])
    cost += _left_cost(before, after, inside_then, settings)
    fits = cost < settings.limit
    earlier, later = earlier[fits], later[fits]
    strange = _strangeness(pool, pieces, earlier, later, settings)
    joins = assign(Pairs(earlier, later, cost[fits] + strange), settings.limit)
    joined = label.copy()
    follows = dict(zip(joins.column.tolist(), joins.row.tolist(), strict=True))
    # In order of time, so that a piece's forerunner has its final label already.
    for piece in np.argsort(begins.time_s, kind="stable").tolist():
        if piece in follows:
            joined[pieces[piece]] = joined[pieces[follows[piece]][0]]
    return _one_a_frame(pool, joined)


def _one_a_frame(pool: Pool, label: NDArray[np.int64]) -> NDArray[np.int64]:
    """Leave each label its surest detection in a frame, where two of its pieces overlap."""
    order = np.lexsort((-pool.score, pool.row, label))
    again = (np.diff(label[order]) == 0) & (np.diff(pool.row[order]) == 0)
    single = label.copy()
    single[order[1:][again]] = -1
    return single


def _ends(
    pool: Pool, pieces: list[NDArray[np.int64]], settings: StitchSettings, *, last: bool
) -> Ends:
    time_s = pool.time_s[pool.row]
    end_s = time_s[[piece[-1 if last else 0] for piece in pieces]]
    whole = np.concatenate(pieces)
    of = np.repeat(np.arange(len(pieces)), [len(piece) for piece in pieces])
    off_s = time_s[whole] - end_s[of]
    near = np.abs(off_s) <= settings.look_s
    return Ends(end_s, *lines_through(off_s[near], pool.xy_um[whole[near]], of[near]))


def lines_through(
    time_s: NDArray[np.float64], xy_um: NDArray[np.float64], of: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return places at time 0 and velocities of lines (m, 2) through points, and their unrest (m,).

    The velocity of few points is drawn towards 0, as if the cell had been at rest before them.

    Args:
        time_s: Times of the points, shape (n,).
        xy_um: Points, shape (n, 2).
        of: Which line each belongs to, in order and none left out, shape (n,).
    """
    begins = np.flatnonzero(np.diff(of, prepend=-1))
    count = np.bincount(of)
    middle_s = np.add.reduceat(time_s, begins) / count
    middle_um = np.add.reduceat(xy_um, begins) / count[:, None]
    off_s = (time_s - middle_s[of])[:, None]
    spread_s2 = np.add.reduceat(off_s**2, begins) + 1e-3
    velocity = np.add.reduceat(off_s * xy_um, begins) / spread_s2
    strayed_um = xy_um - middle_um[of] - off_s * velocity[of]
    unrest_um2 = np.add.reduceat((strayed_um**2).sum(1), begins) / (2 * count)
    return middle_um - velocity * middle_s[:, None], velocity, np.sqrt(unrest_um2)


def _in_reach(
    ends: Ends, begins: Ends, settings: StitchSettings
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pairs (k,) of pieces, earlier and later ones, that may be joined at all.

    Those that follow each other within the horizon, and those that lie still in one place: few of
    all pairs, so that a long recording takes no more memory for each of its pieces.
    """
    pairs = [_soon_after(ends, begins, settings), _in_one_place(ends, begins, settings)]
    pieces = len(ends.time_s)
    numbered = [earlier * pieces + later for earlier, later in pairs]
    earlier, later = np.divmod(np.unique(np.concatenate(numbered)), pieces)
    # Neither piece may lie within the other.
    begin_s, end_s = begins.time_s, ends.time_s
    in_turn = (begin_s[earlier] < begin_s[later]) & (end_s[earlier] < end_s[later])
    return earlier[in_turn], later[in_turn]


def _soon_after(
    ends: Ends, begins: Ends, settings: StitchSettings
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return which ends (k,) are followed by which beginnings (k,) within the horizon."""
    by_time = np.argsort(begins.time_s, kind="stable")
    line_s = begins.time_s[by_time]
    low = np.searchsorted(line_s, ends.time_s - settings.overlap_s - _ROUNDING_S)
    count = np.searchsorted(line_s, ends.time_s + settings.horizon_s + _ROUNDING_S) - low
    place = np.arange(count.sum()) + np.repeat(low - np.cumsum(count) + count, count)
    return np.repeat(np.arange(len(low)), count), by_time[place]


def _in_one_place(
    ends: Ends, begins: Ends, settings: StitchSettings
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return which ends (k,) and beginnings (k,) of cells that lie still are in one place."""
    lies = [np.flatnonzero(one.speed_um_s <= settings.still_um_s) for one in (ends, begins)]
    there, again = (
        Places(one.xy_um[still], np.zeros(len(still), np.int64))
        for one, still in zip((ends, begins), lies, strict=True)
    )
    found = near(there, again, settings.still_reach_um)
    return lies[0][found.first], lies[1][found.second]


def _cost(ends: Ends, begins: Ends, settings: StitchSettings) -> NDArray[np.float64]:
    """Return the cost of joining each end to the beginning beside it, shape (k,)."""
    gap_s = begins.time_s - ends.time_s
    swims = (gap_s >= -settings.overlap_s) & (gap_s <= settings.horizon_s)
    lies = (
        (gap_s > 0)
        & (ends.speed_um_s <= settings.still_um_s)
        & (begins.speed_um_s <= settings.still_um_s)
    )
    swum = np.where(swims, swim_cost(ends, begins, settings), np.inf)
    return np.where(lies, np.minimum(swum, _still_cost(ends, begins, settings)), swum)


def _left_cost(
    ends: Ends, begins: Ends, inside_um: NDArray[np.float64], settings: StitchSettings
) -> NDArray[np.float64]:
    """Return what it costs, (k,), that a cell may have left and another one have come in.

    What is lost in mid-field must still be there; what swims off at the edge hardly comes back.

    Args:
        ends: Where cells were lost.
        begins: Where those beside them were found.
        inside_um: How far inside the picture's edge the two lie, shape (2, k).
        settings: When a cell may have left.
    """
    speed_um_s = np.maximum(ends.speed_um_s, begins.speed_um_s)
    may_leave = (inside_um < settings.edge_um).all(axis=0) & (speed_um_s > settings.leaving_um_s)
    return np.where(may_leave, settings.edge_cost, 0.0)


def _unlikeness(
    pool: Pool,
    pieces: list[NDArray[np.int64]],
    earlier: NDArray[np.intp],
    later: NDArray[np.intp],
    settings: StitchSettings,
) -> NDArray[np.float64]:
    """Return what it costs that two pieces do not look alike, (k,) each.

    A cell is about as sure, as large and as lively after a gap as before it, so neither debris nor
    a cell that lies still takes a swimmer's track over. What is not known costs nothing.
    """
    whole = np.concatenate(pieces)
    first = np.cumsum([0, *(len(piece) for piece in pieces[:-1])])
    cost = np.zeros(len(earlier))
    for looks, spread in (
        (pool.score, settings.score_spread),
        (np.log(pool.size_um.mean(axis=1)), settings.size_spread),
        (pool.moves, settings.moves_spread),
    ):
        known = np.isfinite(looks[whole])
        count = np.add.reduceat(known, first)
        total = np.add.reduceat(np.where(known, looks[whole], 0.0), first)
        mean = np.divide(total, count, out=np.full(len(pieces), np.nan), where=count > 0)
        cost += np.nan_to_num((mean[earlier] - mean[later]) / spread) ** 2
    return cost


def _strangeness(
    pool: Pool,
    pieces: list[NDArray[np.int64]],
    earlier: NDArray[np.intp],
    later: NDArray[np.intp],
    settings: StitchSettings,
) -> NDArray[np.float64]:
    """Return what it costs that pieces look unlike where one goes on as another, (k,) each."""
    album = Album(pool, pieces)
    each = np.arange(len(pieces))
    # The most there is of a piece that is too short.
    skipped_s = np.where(album.last_s - album.first_s > 2 * settings.met_s, settings.met_s, 0.0)
    first_s, last_s = album.first_s + skipped_s, album.last_s - skipped_s
    begins = album.looks(*album.stretch(each, first_s, album.first_s + settings.looks_s))
    ends = album.looks(*album.stretch(each, album.last_s - settings.looks_s, last_s))
    strange = album.strangeness(ends.take(earlier), begins.take(later))
    than_usual = np.minimum(strange, settings.most_strangeness) - settings.usual_strangeness
    return settings.looks_weight * than_usual


def swim_cost(ends: Ends, begins: Ends, settings: StitchSettings) -> NDArray[np.float64]:
    """Return what it costs that a swimmer's end goes on as a beginning, shape (n,).

    Both are drawn out to the middle of the gap, where they should meet, at one speed.
    """
    gap_s = begins.time_s - ends.time_s
    half_s = gap_s[:, None] / 2
    forward = ends.xy_um + half_s * ends.velocity_um_s
    backward = begins.xy_um - half_s * begins.velocity_um_s
    apart_um2 = ((forward - backward) ** 2).sum(1)
    turn_um2_s2 = ((ends.velocity_um_s - begins.velocity_um_s) ** 2).sum(1)
    speed = np.maximum(ends.speed_um_s, begins.speed_um_s)
    unrest_um2 = ends.unrest_um**2 + begins.unrest_um**2
    place = settings.place_um + settings.place_growth * speed * np.abs(half_s[:, 0])
    change = settings.velocity_um_s + settings.velocity_share * speed
    place_um2 = place**2 + settings.unrest_place**2 * unrest_um2
    swerve_s2 = (settings.unrest_velocity / settings.look_s) ** 2
    change_um2_s2 = change**2 + swerve_s2 * unrest_um2
    misfit: NDArray[np.float64] = apart_um2 / place_um2 + turn_um2_s2 / change_um2_s2
    return misfit + settings.gap_weight * (np.abs(gap_s) / settings.usual_gap_s - 1)


def _still_cost(ends: Ends, begins: Ends, settings: StitchSettings) -> NDArray[np.float64]:
    """A cell that lies still is found again in its place, however long it was not seen."""
    apart_um2 = ((ends.xy_um - begins.xy_um) ** 2).sum(1)
    cost: NDArray[np.float64] = settings.limit * apart_um2 / settings.still_reach_um**2
    return cost
