"""Cells that meet: tracks that went on as each other are exchanged back.

Where two heads lie over each other, where they are says little about which is which. What they
look like before and after does, and how they move. Each meeting of two tracks is judged by both.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from inference.likeness import Album
from inference.neighbours import Places, near
from inference.pool import Pool, members
from inference.stitching import Ends, StitchSettings, lines_through, swim_cost

# Tracks are looked at so often, or in every frame: none gets through another's reach meanwhile.
LOOK_S = 0.04
# Less than between any two frames.
_MOMENT_S = 1e-6


@dataclass(frozen=True, slots=True)
class EncounterSettings:
    """When two tracks that met are exchanged.

    The weights are those of a logistic regression on 4888 meetings in simulated fields whose cells
    are known, 68 of them wrong, in units of strangeness. The margin is wider than theirs, 1.2: real
    heads tilt and change their looks in a meeting, simulated ones hardly do.

    Attributes:
        reach_um: Tracks that are nearer than this meet.
        apart_s: Two meetings with less between them are one.
        looks_s: Looks and motion are taken from so long before and after it,
        least: from no fewer detections.
        motion_weight: What a misfit of motion counts, in units of strangeness;
        most_motion: a larger misfit says no more.
        margin: By so much the exchange must fit better.
    """

    reach_um: float = 6.0
    apart_s: float = 0.15
    looks_s: float = 1.0
    least: int = 3
    motion_weight: float = 0.72
    most_motion: float = 20.0
    margin: float = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class _Meetings:
    """Meetings of two tracks each, shape (m,).

    Attributes:
        one: Which track the one is,
        other: and which the other.
        begin_s: When they come into reach,
        nearest_s: are nearest,
        end_s: and are last in reach.
        since_s: When they last met before, or -inf,
        until_s: and when they meet again, or inf.
    """

    one: NDArray[np.int64]
    other: NDArray[np.int64]
    begin_s: NDArray[np.float64]
    nearest_s: NDArray[np.float64]
    end_s: NDArray[np.float64]
    since_s: NDArray[np.float64]
    until_s: NDArray[np.float64]

    def take(self, rows: NDArray[np.intp]) -> "_Meetings":
        return _Meetings(*(getattr(self, part.name)[rows] for part in fields(self)))


def untangle(
    pool: Pool,
    label: NDArray[np.int64],
    settings: EncounterSettings,
    stitching: StitchSettings,
) -> NDArray[np.int64]:
    """Return the labels, shape (n,), with tracks exchanged that met and went on as each other.

    Args:
        pool: The detections.
        label: Which track each belongs to, -1 for none, shape (n,).
        settings: When two are exchanged.
        stitching: How well motion before fits motion after.
    """
    tracks = members(label)
    album = Album(pool, tracks)
    if not album.tells:
        return label
    meetings = _meetings(pool, tracks, settings)
    wrong, meetings = _judge(pool, album, meetings, settings, stitching)
    meetings = meetings.take(np.flatnonzero(wrong))
    goes_as = [int(label[track[0]]) for track in tracks]
    exchanged = label.copy()
    for row in np.argsort(meetings.nearest_s, kind="stable").tolist():
        pair = int(meetings.one[row]), int(meetings.other[row])
        goes_as[pair[0]], goes_as[pair[1]] = goes_as[pair[1]], goes_as[pair[0]]
        for number in pair:
            track = tracks[number]
            after = pool.time_s[pool.row[track]] > meetings.nearest_s[row]
            exchanged[track[after]] = goes_as[number]
    return exchanged


def _meetings(
    pool: Pool, tracks: list[NDArray[np.int64]], settings: EncounterSettings
) -> _Meetings:
    number, places = _bridged(pool, tracks)
    pairs = near(places, places, settings.reach_um)
    once = number[pairs.first] < number[pairs.second]
    first, second, off2 = pairs.first[once], pairs.second[once], pairs.off2[once]
    time_s = pool.time_s[places.group[first]]
    order = np.lexsort((time_s, number[second], number[first]))
    one, other = number[first[order]], number[second[order]]
    time_s, off2 = time_s[order], off2[order]
    same_pair = (np.diff(one) == 0) & (np.diff(other) == 0)
    begins = np.ones(len(one), bool)
    begins[1:] = ~same_pair | (np.diff(time_s) > settings.apart_s)
    at, meeting = np.flatnonzero(begins), np.cumsum(begins) - 1
    last = np.append(at[1:], len(one))[: len(at)] - 1
    nearest = np.lexsort((off2, meeting))[at]
    again = (np.diff(one[at]) == 0) & (np.diff(other[at]) == 0)
    since_s, until_s = np.full(len(at), -np.inf), np.full(len(at), np.inf)
    since_s[1:][again] = time_s[last][:-1][again]
    until_s[:-1][again] = time_s[at][1:][again]
    return _Meetings(
        one[at], other[at], time_s[at], time_s[nearest], time_s[last], since_s, until_s
    )


def _bridged(pool: Pool, tracks: list[NDArray[np.int64]]) -> tuple[NDArray[np.int64], Places]:
    """Return tracks' numbers (k,) and places where they are looked at, gaps on straight lines."""
    at = np.concatenate([np.empty(0, np.int64), *tracks])
    number = np.repeat(np.arange(len(tracks)), [len(track) for track in tracks])
    row, xy_um, time_s = pool.row[at], pool.xy_um[at], pool.time_s[pool.row[at]]
    following = np.minimum(np.arange(len(at)) + 1, len(at) - 1)
    goes_on = number[following] == number
    steps = np.where(goes_on, np.maximum(row[following] - row, 1), 1)
    of = np.repeat(np.arange(len(at)), steps)
    rows = row[of] + np.arange(len(of)) - np.repeat(np.cumsum(steps) - steps, steps)
    gap_s = np.where(goes_on, time_s[following] - time_s, 0.0)[of]
    since_s = pool.time_s[rows] - time_s[of]
    share = np.divide(since_s, gap_s, out=np.zeros(len(of)), where=gap_s > 0)
    places_um = xy_um[of] + share[:, None] * (xy_um[following] - xy_um)[of]
    # Frame by frame, in which neighbours are found sooner.
    looked = np.flatnonzero(_looked_at(pool.time_s)[rows])
    order = looked[np.argsort(rows[looked], kind="stable")]
    return number[of[order]], Places(places_um[order], rows[order])


def _looked_at(time_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which frames, of all their times, are the first of their stretch of LOOK_S."""
    stretch = ((time_s - time_s[0]) // LOOK_S).astype(np.int64)
    return np.asarray(np.diff(stretch, prepend=-1) > 0)


def _judge(
    pool: Pool,
    album: Album,
    meetings: _Meetings,
    settings: EncounterSettings,
    stitching: StitchSettings,
) -> tuple[NDArray[np.bool_], _Meetings]:
    """Return which meetings ended in an exchange, of those that can be judged, and these."""
    from_s = np.maximum(meetings.since_s + _MOMENT_S, meetings.begin_s - settings.looks_s)
    to_s = np.minimum(meetings.until_s - _MOMENT_S, meetings.end_s + settings.looks_s)
    before = from_s, meetings.begin_s - _MOMENT_S
    after = meetings.end_s + _MOMENT_S, to_s
    pair = meetings.one, meetings.other
    stretches = [album.stretch(track, *span) for span in (before, after) for track in pair]
    enough = np.min([end - begin for begin, end in stretches], axis=0) >= settings.least
    judged = np.flatnonzero(enough)
    stretches = [(begin[judged], end[judged]) for begin, end in stretches]
    looks = [album.looks(*stretch) for stretch in stretches]
    ends = [
        _ends(pool, album, *stretch, stitching.look_s, last=place < len(pair))
        for place, stretch in enumerate(stretches)
    ]
    kept, exchanged = (
        sum(album.strangeness(looks[one], looks[other]) for one, other in ways)
        + settings.motion_weight
        * np.minimum(
            sum(swim_cost(ends[one], ends[other], stitching) for one, other in ways),
            settings.most_motion,
        )
        for ways in (((0, 2), (1, 3)), ((0, 3), (1, 2)))
    )
    return kept - exchanged > settings.margin, meetings.take(judged)


def _ends(
    pool: Pool,
    album: Album,
    begin: NDArray[np.intp],
    end: NDArray[np.intp],
    look_s: float,
    *,
    last: bool,
) -> Ends:
    """Return how stretches of tracks end, or begin, (m,)."""
    count = end - begin
    of = np.repeat(np.arange(len(begin)), count)
    place = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count) + begin[of]
    end_s = album.time_s[end - 1 if last else begin]
    off_s = album.time_s[place] - end_s[of]
    looked = np.abs(off_s) <= look_s
    xy_um = pool.xy_um[album.at[place[looked]]]
    return Ends(end_s, *lines_through(off_s[looked], xy_um, of[looked]))
