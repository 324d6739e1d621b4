"""From frame to frame: each detection to the cell that was expected there."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from inference.assignment import assign
from inference.motion import MotionBank, MotionSettings
from inference.pool import Pool


@dataclass(frozen=True, slots=True)
class FollowSettings:
    """When a detection continues a cell from one frame to the next.

    Attributes:
        start_score: A detection at least this sure may begin a track.
        follow_score: A detection at least this sure may continue one.
        gate_sigmas: A detection this many standard deviations off its prediction is another cell.
        floor_um: A detection nearer than this is always in reach.
        reach_um: A detection farther than this never is.
        memory_s: How long a cell is looked for at its predicted place.
        doubt: What a detection's missing score costs, in squared standard deviations.
        motion: How cells are expected to move.
    """

    start_score: float = 0.5
    follow_score: float = 0.15
    gate_sigmas: float = 4.0
    floor_um: float = 0.8
    reach_um: float = 8.0
    memory_s: float = 0.12
    doubt: float = 4.0
    motion: MotionSettings = field(default_factory=MotionSettings)


def follow(pool: Pool, settings: FollowSettings) -> NDArray[np.int64]:
    """Label the detections of each piece of track with its number from 0, shape (n,).

    -1 marks detections that belong to no track.
    """
    follower = _Follower(pool, settings)
    bounds = pool.frame_bounds()
    steps_s = np.diff(pool.time_s, prepend=pool.time_s[:1])
    for row, (time_s, step_s) in enumerate(zip(pool.time_s, steps_s, strict=True)):
        follower.step(int(bounds[row]), int(bounds[row + 1]), float(time_s), float(step_s))
    return follower.labels


class _Follower:
    """Follows cells from frame to frame and labels their detections."""

    def __init__(self, pool: Pool, settings: FollowSettings) -> None:
        self.labels = np.full(len(pool), -1, np.int64)
        self._pool = pool
        self._settings = settings
        self._bank = MotionBank(settings.motion)
        self._track = np.empty(0, np.int64)
        self._seen_s = np.empty(0)
        self._born = 0

    def step(self, begin: int, end: int, time_s: float, step_s: float) -> None:
        """Take in one frame: the detections `begin` to `end` - 1."""
        self._bank.predict(step_s)
        score = self._pool.score[begin:end]
        found = begin + np.flatnonzero(score >= self._settings.follow_score)
        cells, hits = self._match(found)
        self._continue(cells, found[hits], time_s)
        left = np.delete(found, hits)
        self._forget(time_s)
        self._begin(left[self._pool.score[left] >= self._settings.start_score], time_s)

    def _match(self, found: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Pair cells with detections: the likeliest pairs, and among those the surest."""
        s = self._settings
        spread_um2 = self._bank.innovation_um2()
        off = self._bank.xy_um[:, None, :] - self._pool.xy_um[None, found, :]
        off_um2 = np.einsum("nmk,nmk->nm", off, off)
        reach_um2 = np.clip(s.gate_sigmas**2 * spread_um2, s.floor_um**2, s.reach_um**2)
        # Twice the negative logarithm of the likelihood of each pair, up to a constant: a cell
        # whose place is hardly known must not take the detection of one that is well known.
        vague = 2 * np.log(spread_um2 / s.motion.localisation_um**2)
        cost = off_um2 / spread_um2[:, None] + vague[:, None]
        cost += s.doubt * (1 - self._pool.score[found])[None, :]
        cost[off_um2 > reach_um2[:, None]] = np.inf
        return assign(cost, self._dearest())

    def _dearest(self) -> float:
        """Return a cost above that of any pair within reach, so that as many as can be are made."""
        s = self._settings
        most = 2 * np.log(1 + (s.reach_um / s.motion.localisation_um) ** 2)
        return float(s.gate_sigmas**2 + s.doubt + 2 * most)

    def _continue(self, cells: NDArray[np.intp], hits: NDArray[np.int64], time_s: float) -> None:
        self._bank.update(cells, self._pool.xy_um[hits])
        self._seen_s[cells] = time_s
        self.labels[hits] = self._track[cells]

    def _forget(self, time_s: float) -> None:
        kept = time_s - self._seen_s <= self._settings.memory_s
        if not kept.all():
            self._bank.keep(kept)
            self._track, self._seen_s = self._track[kept], self._seen_s[kept]

    def _begin(self, hits: NDArray[np.int64], time_s: float) -> None:
        if not len(hits):
            return
        new = self._born + np.arange(len(hits))
        self._born += len(hits)
        self.labels[hits] = new
        self._bank.add(self._pool.xy_um[hits])
        self._track = np.concatenate([self._track, new])
        self._seen_s = np.concatenate([self._seen_s, np.full(len(hits), time_s)])
