"""From frame to frame: each detection to the cell that was expected there."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from inference.assignment import Pairs, assign
from inference.motion import MotionBank, MotionSettings
from inference.pool import Pool


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
        motion: How cells are expected to move.
    """

    sure_score: float = 0.5
    follow_score: float = 0.15
    gate_sigmas: float = 5.0
    floor_um: float = 3.0
    reach_um: float = 10.0
    memory_s: float = 0.2
    doubt: float = 4.0
    motion: MotionSettings = field(default_factory=MotionSettings)


def follow(pool: Pool, settings: FollowSettings) -> NDArray[np.int64]:
    """Label the detections of each piece of track with its number from 0, shape (n,).

    -1 marks detections that belong to no track. A track may begin with doubtful detections, but
    until a sure one comes it takes only what the sure tracks leave, and if none comes it is
    dropped; so doubt neither begins a track nor makes it begin late.
    """
    follower = _Follower(pool, settings)
    bounds = pool.frame_bounds()
    steps_s = np.diff(pool.time_s, prepend=pool.time_s[:1])
    for row, (time_s, step_s) in enumerate(zip(pool.time_s, steps_s, strict=True)):
        follower.step(int(bounds[row]), int(bounds[row + 1]), float(time_s), float(step_s))
    return follower.sure_labels()


class _Follower:
    """Follows cells from frame to frame and labels their detections."""

    def __init__(self, pool: Pool, settings: FollowSettings) -> None:
        self._labels = np.full(len(pool), -1, np.int64)
        self._pool = pool
        self._settings = settings
        self._bank = MotionBank(settings.motion)
        self._track = np.empty(0, np.int64)
        self._seen_s = np.empty(0)
        self._sure = np.empty(0, bool)
        self._ever_sure: list[NDArray[np.int64]] = []
        self._born = 0

    def step(self, begin: int, end: int, time_s: float, step_s: float) -> None:
        """Take in one frame: the detections `begin` to `end` - 1."""
        self._bank.predict(step_s)
        score = self._pool.score[begin:end]
        left = begin + np.flatnonzero(score >= self._settings.follow_score)
        for rows in (np.flatnonzero(self._sure), np.flatnonzero(~self._sure)):
            cells, hits = self._match(rows, left)
            self._continue(rows[cells], left[hits], time_s)
            left = np.delete(left, hits)
        self._forget(time_s)
        self._begin(left, time_s)

    def sure_labels(self) -> NDArray[np.int64]:
        """Return the labels, -1 where the track never became sure."""
        sure = np.zeros(self._born + 1, bool)  # the last entry answers for label -1
        sure[np.concatenate([np.empty(0, np.int64), *self._ever_sure])] = True
        return np.where(sure[self._labels], self._labels, -1)

    def _match(self, rows: NDArray[np.intp], found: NDArray[np.int64]) -> Pairs:
        """Pair cells with detections: the likeliest pairs, and among those the surest."""
        if not (len(rows) and len(found)):
            return np.empty(0, np.intp), np.empty(0, np.intp)
        s = self._settings
        spread_um2 = self._bank.innovation_um2()[rows]
        cells_um, found_um = self._bank.xy_um[rows], self._pool.xy_um[found]
        off_um2 = (cells_um[:, :1] - found_um[:, 0]) ** 2
        off_um2 += (cells_um[:, 1:] - found_um[:, 1]) ** 2
        reach_um2 = np.clip(s.gate_sigmas**2 * spread_um2, s.floor_um**2, s.reach_um**2)
        near = np.nonzero(off_um2 <= reach_um2[:, None])
        # Twice the negative logarithm of the likelihood of each pair, up to a constant: a cell
        # whose place is hardly known must not take the detection of one that is well known.
        vague = 2 * np.log(spread_um2 / s.motion.localisation_um**2)
        cost = np.full(off_um2.shape, np.inf)
        cost[near] = off_um2[near] / spread_um2[near[0]] + vague[near[0]]
        cost[near] += s.doubt * (1 - self._pool.score[found[near[1]]])
        return assign(cost, self._dearest())

    def _dearest(self) -> float:
        """Return a cost above that of any pair within reach, so that as many as can be are made."""
        s = self._settings
        most = 2 * np.log(1 + (s.reach_um / s.motion.localisation_um) ** 2)
        return float(s.gate_sigmas**2 + s.doubt + 2 * most)

    def _continue(self, cells: NDArray[np.intp], hits: NDArray[np.int64], time_s: float) -> None:
        self._bank.update(cells, self._pool.xy_um[hits])
        self._seen_s[cells] = time_s
        self._labels[hits] = self._track[cells]
        self._assure(cells[self._pool.score[hits] >= self._settings.sure_score])

    def _assure(self, cells: NDArray[np.intp]) -> None:
        fresh = cells[~self._sure[cells]]
        if len(fresh):
            self._sure[fresh] = True
            self._ever_sure.append(self._track[fresh])

    def _forget(self, time_s: float) -> None:
        kept = time_s - self._seen_s <= self._settings.memory_s
        if not kept.all():
            self._bank.keep(kept)
            self._track, self._seen_s = self._track[kept], self._seen_s[kept]
            self._sure = self._sure[kept]

    def _begin(self, hits: NDArray[np.int64], time_s: float) -> None:
        if not len(hits):
            return
        new = self._born + np.arange(len(hits))
        self._born += len(hits)
        self._labels[hits] = new
        self._bank.add(self._pool.xy_um[hits])
        self._track = np.concatenate([self._track, new])
        self._seen_s = np.concatenate([self._seen_s, np.full(len(hits), time_s)])
        self._sure = np.concatenate([self._sure, np.zeros(len(hits), bool)])
        sure = self._pool.score[hits] >= self._settings.sure_score
        self._assure(len(self._sure) - len(hits) + np.flatnonzero(sure))
