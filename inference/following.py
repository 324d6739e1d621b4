"""From frame to frame: each detection to the cell that was expected there, before and after it."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from inference.assignment import Pairs, assign
from inference.motion import MotionBank, MotionSettings
from inference.neighbours import Places, near
from inference.pool import Pool, members


@dataclass(frozen=True, slots=True)
class FollowSettings:
    """When a detection continues a cell from one frame to the next.

    Attributes:
        sure_score: A track needs one detection at least this sure.
        follow_score: A detection at least this sure may belong to a track.
        gate_sigmas: A detection this many standard deviations off its prediction is another cell.
        floor_um: A detection nearer than this is always in reach.
        reach_um: A detection farther than this never is.
        memory_s: How long a cell is looked for at its predicted place.
        doubt: What a detection's missing score costs, in squared standard deviations.
        newcomer: What it costs to continue a track that is not sure yet, in the same unit.
        least: Pieces of fewer detections,
        least_s: or shorter ones, say nothing of how a cell moves and are left out.
        motion: How cells are expected to move.
    """

    sure_score: float = 0.5
    follow_score: float = 0.15
    gate_sigmas: float = 5.0
    floor_um: float = 3.0
    reach_um: float = 10.0
    memory_s: float = 0.1
    doubt: float = 4.0
    newcomer: float = 12.0
    least: int = 3
    least_s: float = 0.06
    motion: MotionSettings = field(default_factory=MotionSettings)


def follow(pool: Pool, settings: FollowSettings) -> NDArray[np.int64]:
    """Label the detections of each piece of track with its number from 0, shape (n,).

    The cells are followed forward and backward in time, and only steps that both agree on are
    believed. Where cells meet, what was expected from before and from after differs unless it is
    right, so a piece ends there, and which goes on as which is decided by all that is known of
    both; see `stitch`.

    -1 marks detections that belong to no piece.
    """
    onward, back = _follow_both_ways(pool, settings)
    return _without_scraps(pool, _agreed(onward, back), settings)


def _follow_both_ways(pool: Pool, settings: FollowSettings) -> NDArray[np.int64]:
    """Label the detections of each track onward and backward in time, -1 for none, shape (2, n).

    A track may begin with doubtful detections, but until a sure one comes it takes only what the
    sure tracks leave, and if none comes it is dropped; so doubt neither begins a track nor makes
    it begin late.
    """
    ways = _BothWays.of(pool)
    follower = _Follower(ways, settings)
    steps_s = np.diff(ways.time_s, axis=0, prepend=ways.time_s[:1])
    frames = pairwise(ways.bounds.tolist())
    for (begin, end), time_s, step_s in zip(frames, ways.time_s, steps_s, strict=True):
        follower.step(begin, end, time_s, step_s)
    label = np.empty(len(ways.way), np.int64)
    label[ways.order] = follower.sure_labels()
    return np.stack([label[: len(pool)], label[: len(pool) - 1 : -1]])


def _agreed(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """Label pieces that are whole in two labellings (n,); -1 where neither has a track."""
    onward = _next(one)
    step = np.flatnonzero((onward >= 0) & (onward == _next(other)))
    links = coo_array((np.ones(len(step)), (step, onward[step])), shape=(len(one), len(one)))
    _, label = connected_components(links, directed=False)
    return np.where((one >= 0) | (other >= 0), label, -1).astype(np.int64)


def _next(label: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which detection follows each in its track, -1 for none, shape (n,)."""
    order = np.argsort(label, kind="stable")
    same = (label[order[1:]] == label[order[:-1]]) & (label[order[1:]] >= 0)
    following = np.full(len(label), -1, np.int64)
    following[order[:-1][same]] = order[1:][same]
    return following


def _without_scraps(
    pool: Pool, label: NDArray[np.int64], settings: FollowSettings
) -> NDArray[np.int64]:
    kept = label.copy()
    for piece in members(label):
        lasts_s = pool.time_s[pool.row[piece[-1]]] - pool.time_s[pool.row[piece[0]]]
        if len(piece) < settings.least or lasts_s < settings.least_s:
            kept[piece] = -1
    return kept


@dataclass(frozen=True, slots=True, eq=False)
class _BothWays:
    """A recording and the same one played backward, as two fields that are followed at once.

    Attributes:
        xy_um: Centres, shape (2n, 2).
        score: Detection scores, shape (2n,).
        way: 0 for onward, 1 for backward, shape (2n,).
        order: Where each is in the detections onward and then backward, shape (2n,).
        bounds: Where each frame's detections begin, and the end, shape (frames + 1,).
        time_s: Time of each frame either way, shape (frames, 2).
    """

    xy_um: NDArray[np.float64]
    score: NDArray[np.float64]
    way: NDArray[np.int64]
    order: NDArray[np.intp]
    bounds: NDArray[np.int64]
    time_s: NDArray[np.float64]

    @classmethod
    def of(cls, pool: Pool) -> "_BothWays":
        back = pool.reversed()
        order = np.argsort(np.concatenate([pool.row, back.row]), kind="stable")
        return cls(
            np.concatenate([pool.xy_um, back.xy_um])[order],
            np.concatenate([pool.score, back.score])[order],
            np.repeat([0, 1], len(pool))[order],
            order,
            pool.frame_bounds() + back.frame_bounds(),
            np.stack([pool.time_s, back.time_s], axis=1),
        )


class _Follower:
    """Follows cells from frame to frame and labels their detections."""

    def __init__(self, pool: _BothWays, settings: FollowSettings) -> None:
        self._labels = np.full(len(pool.way), -1, np.int64)
        self._pool = pool
        self._settings = settings
        self._bank = MotionBank(settings.motion)
        self._track = np.empty(0, np.int64)
        self._way = np.empty(0, np.int64)
        self._seen_s = np.empty(0)
        self._sure = np.empty(0, bool)
        self._ever_sure: list[NDArray[np.int64]] = []
        self._born = 0
        # Above the cost of any pair within reach, so that as many as can be are made.
        most = 2 * np.log(1 + (settings.reach_um / settings.motion.localisation_um) ** 2)
        doubt = settings.doubt + settings.newcomer
        self._dearest = float(settings.gate_sigmas**2 + doubt + 2 * most)

    def step(
        self, begin: int, end: int, time_s: NDArray[np.float64], step_s: NDArray[np.float64]
    ) -> None:
        """Take in one frame each way, (2,): the detections `begin` to `end` - 1."""
        self._bank.predict(step_s[self._way])
        score = self._pool.score[begin:end]
        left = begin + np.flatnonzero(score >= self._settings.follow_score)
        made = assign(self._pairs(left), self._dearest)
        self._continue(made.row, left[made.column], time_s)
        self._forget(time_s)
        free = np.ones(len(left), bool)
        free[made.column] = False
        self._begin(left[free], time_s)

    def sure_labels(self) -> NDArray[np.int64]:
        """Return the labels, -1 where the track never became sure."""
        sure = np.zeros(self._born + 1, bool)  # the last entry answers for label -1
        sure[np.concatenate([np.empty(0, np.int64), *self._ever_sure])] = True
        return np.where(sure[self._labels], self._labels, -1)

    def _pairs(self, found: NDArray[np.int64]) -> Pairs:
        """Pair cells with the detections in their reach, the likelier and surer the cheaper."""
        s = self._settings
        pairs = near(
            Places(self._bank.xy_um, self._way),
            Places(self._pool.xy_um[found], self._pool.way[found]),
            s.reach_um,
        )
        cell, hit, off_um2 = pairs.first, pairs.second, pairs.off2
        spread_um2 = self._bank.innovation_um2()[cell]
        # Twice the negative logarithm of the likelihood of each pair, up to a constant: a cell
        # whose place is hardly known must not take the detection of one that is well known.
        cost = off_um2 / spread_um2 + 2 * np.log(spread_um2 / s.motion.localisation_um**2)
        cost += s.doubt * (1 - self._pool.score[found[hit]])
        cost += s.newcomer * ~self._sure[cell]
        within = off_um2 <= np.maximum(s.gate_sigmas**2 * spread_um2, s.floor_um**2)
        return Pairs(cell, hit, cost).of(within)

    def _continue(
        self, cells: NDArray[np.intp], hits: NDArray[np.int64], time_s: NDArray[np.float64]
    ) -> None:
        self._bank.update(cells, self._pool.xy_um[hits])
        self._seen_s[cells] = time_s[self._way[cells]]
        self._labels[hits] = self._track[cells]
        self._assure(cells[self._pool.score[hits] >= self._settings.sure_score])

    def _assure(self, cells: NDArray[np.intp]) -> None:
        fresh = cells[~self._sure[cells]]
        if len(fresh):
            self._sure[fresh] = True
            self._ever_sure.append(self._track[fresh])

    def _forget(self, time_s: NDArray[np.float64]) -> None:
        kept = time_s[self._way] - self._seen_s <= self._settings.memory_s
        if not kept.all():
            self._bank.keep(kept)
            self._track, self._way = self._track[kept], self._way[kept]
            self._seen_s, self._sure = self._seen_s[kept], self._sure[kept]

    def _begin(self, hits: NDArray[np.int64], time_s: NDArray[np.float64]) -> None:
        if not len(hits):
            return
        new = self._born + np.arange(len(hits))
        self._born += len(hits)
        self._labels[hits] = new
        self._bank.add(self._pool.xy_um[hits])
        self._track = np.concatenate([self._track, new])
        self._way = np.concatenate([self._way, self._pool.way[hits]])
        self._seen_s = np.concatenate([self._seen_s, time_s[self._pool.way[hits]]])
        self._sure = np.concatenate([self._sure, np.zeros(len(hits), bool)])
        sure = self._pool.score[hits] >= self._settings.sure_score
        self._assure(len(self._sure) - len(hits) + np.flatnonzero(sure))
