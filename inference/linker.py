"""From detections in single frames to tracks: first what is certain, then across the gaps."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from calibration.scale import Scale
from inference.doubles import DoubleSettings, drop_doubles
from inference.drift import DriftSettings, common_velocity, fit_straight
from inference.following import FollowSettings, follow
from inference.pool import Pool, members
from inference.resting import RestSettings, keep_resting
from inference.stitching import StitchSettings, stitch
from inference.tracks import Detections, Track


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """When detections belong to one cell, and which tracks are kept.

    Attributes:
        following: When a detection continues a cell from one frame to the next.
        stitching: How gaps are bridged.
        resting: When a track is given back to a cell that lay still.
        doubles: When two tracks are one cell.
        min_duration_s: Shorter tracks are dropped.
        min_median_score: Tracks whose detections have a lower median score are dropped. Drawn
            fields in phase contrast ask for 0.6 to 0.7; for each of VISEM-Tracking 11, 12 and 52
            the other two ask for 0.75 to 0.8, as real debris is more varied.
        min_median_score_dark: The same where heads are dark: in drawn bright-field pictures, in
            which many more heads are doubtful, as many are missed as made up with it.
        min_median_score_swimming: The same, where heads are bright, for what gets ahead by itself:
            no debris does.
        swims_um_s: So fast against the drift,
        swims_s: for so long.
        min_median_score_lost: The same, where heads are bright, for what hardly gets ahead and is
            lost in mid-field at once, as a cell hardly ever is: debris that a swimmer stirs, say.
        lost_um_s: So slow, against the drift if that is known,
        lost_s: and lost within this, so long before the field ends or longer,
        midfield_um: farther in than this from the outermost things found.
        min_seen_share: Tracks seen in a smaller share of their frames are dropped.
    """

    following: FollowSettings = field(default_factory=FollowSettings)
    stitching: StitchSettings = field(default_factory=StitchSettings)
    resting: RestSettings = field(default_factory=RestSettings)
    doubles: DoubleSettings = field(default_factory=DoubleSettings)
    min_duration_s: float = 0.2
    min_median_score: float = 0.75
    min_median_score_dark: float = 0.4
    min_median_score_swimming: float = 0.5
    swims_um_s: float = 25.0
    swims_s: float = 0.5
    min_median_score_lost: float = 0.9
    lost_um_s: float = 10.0
    lost_s: float = 1.0
    midfield_um: float = 5.0
    min_seen_share: float = 0.4


def link(
    detections: Sequence[Detections], scale: Scale, settings: LinkSettings | None = None
) -> tuple[Track, ...]:
    """Join the detections of one field into tracks.

    Detections are first joined from frame to frame, each to where its cell was expected, by
    optimal assignment in µm and s; the pieces are then joined across gaps by how well the motion
    before fits the motion after. A track needs one sure detection and may have less sure ones,
    after ByteTrack (Zhang et al. 2022, arXiv 2110.06864).

    Args:
        detections: One entry for each frame that was delivered, in order of time.
        scale: What a pixel is worth.
        settings: When detections belong together; the defaults if None.

    Returns:
        The tracks in order of their first frame, numbered from 1.
    """
    settings = settings or LinkSettings()
    pool = Pool.of(detections, scale)
    label = follow(pool, settings.following)
    steady = _without_drift(pool, label)
    ground = pool if steady is None else steady
    # Before, so that a swimmer's pieces are joined past the cell; after, as some begin to lie late.
    label = keep_resting(ground, label, settings.resting)
    label = stitch(ground, label, settings.stitching)
    label = keep_resting(ground, label, settings.resting)
    label = drop_doubles(pool, label, settings.doubles)
    dark = bool(detections) and detections[0].dark_heads
    sieve = _Sieve(pool, ground, steady is not None, dark)
    kept = [piece for piece in members(label) if sieve.is_cell(piece, settings)]
    return _tracks(pool, kept)


def labelled_tracks(
    detections: Sequence[Detections], labels: Sequence[NDArray[np.int64]], scale: Scale
) -> tuple[Track, ...]:
    """Return the tracks of detections whose cells are known, numbered from 1 as they begin.

    Args:
        detections: One entry for each frame that was delivered, in order of time.
        labels: Which cell each detection of a frame is, shape (n,) for each frame.
        scale: What a pixel is worth.
    """
    label = np.concatenate([np.empty(0, np.int64), *labels])
    return _tracks(Pool.of(detections, scale), members(label))


def _tracks(pool: Pool, pieces: Sequence[NDArray[np.int64]]) -> tuple[Track, ...]:
    ordered = sorted(pieces, key=lambda piece: int(piece[0]))
    return tuple(_track(pool, piece, number) for number, piece in enumerate(ordered, start=1))


def _without_drift(pool: Pool, label: NDArray[np.int64]) -> Pool | None:
    """Take the field's drift off, so that a cell that lies still is found again in its place.

    Returns:
        The pool as if nothing drifted, None where the drift is not known.
    """
    drift = common_velocity(
        fit_straight([_path(pool, piece) for piece in members(label)]), DriftSettings()
    )
    if drift is None:
        return None
    return replace(pool, xy_um=pool.xy_um - pool.time_s[pool.row][:, None] * drift)


def _path(pool: Pool, piece: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return pool.time_s[pool.row[piece]], pool.xy_um[piece]


class _Sieve:
    """What tells cells from debris among the pieces of a field.

    Args:
        pool: The detections.
        ground: The same without the field's drift,
        drift_is_known: if it is known; else as they are.
        dark: Whether heads are dark.
    """

    def __init__(self, pool: Pool, ground: Pool, drift_is_known: bool, dark: bool) -> None:
        self._pool = pool
        self._ground = ground
        self._drift_is_known = drift_is_known
        self._dark = dark
        nothing = np.zeros((1, 2))
        places = pool.xy_um if len(pool) else nothing
        self._low_um, self._high_um = places.min(axis=0), places.max(axis=0)

    def is_cell(self, piece: NDArray[np.int64], settings: LinkSettings) -> bool:
        """Tell whether a piece is seen long enough, often enough and surely enough."""
        first, last = self._pool.row[piece[[0, -1]]]
        return bool(
            self._duration_s(piece) >= settings.min_duration_s
            and len(piece) >= settings.min_seen_share * (last - first + 1)
            and np.median(self._pool.score[piece]) >= self._least_score(piece, settings)
        )

    def _least_score(self, piece: NDArray[np.int64], settings: LinkSettings) -> float:
        if self._dark:
            return settings.min_median_score_dark
        fit = fit_straight([_path(self._ground, piece)])
        speed_um_s = float(np.hypot(*fit.velocity_um_s[0]))
        if speed_um_s < settings.lost_um_s and self._is_lost(piece, settings):
            return settings.min_median_score_lost
        if (
            self._drift_is_known
            and speed_um_s >= settings.swims_um_s
            and self._duration_s(piece) >= settings.swims_s
        ):
            return settings.min_median_score_swimming
        return settings.min_median_score

    def _is_lost(self, piece: NDArray[np.int64], settings: LinkSettings) -> bool:
        """Tell whether a piece is short and ends in mid-field, while the field goes on."""
        end_um = self._pool.xy_um[piece[-1]]
        inside_um = np.minimum(end_um - self._low_um, self._high_um - end_um).min()
        left_s = self._pool.time_s[-1] - self._pool.time_s[self._pool.row[piece[-1]]]
        return bool(
            self._duration_s(piece) <= settings.lost_s <= left_s
            and inside_um > settings.midfield_um
        )

    def _duration_s(self, piece: NDArray[np.int64]) -> float:
        first, last = self._pool.row[piece[[0, -1]]]
        return float(self._pool.time_s[last] - self._pool.time_s[first])


def _track(pool: Pool, piece: NDArray[np.int64], number: int) -> Track:
    """Bridge the frames in which the cell was not seen with points on a straight line."""
    seen = pool.row[piece]
    rows = np.arange(seen[0], seen[-1] + 1)
    is_seen = np.zeros(len(rows), bool)
    is_seen[seen - seen[0]] = True
    time_s = pool.time_s[rows]
    score, activity, moves = (np.full(len(rows), fill) for fill in (0.0, np.nan, np.nan))
    score[is_seen], activity[is_seen] = pool.score[piece], pool.activity[piece]
    moves[is_seen] = pool.moves[piece]
    return Track(
        track_id=number,
        frame=pool.frame[rows],
        time_s=time_s,
        xy_um=_bridge(time_s, time_s[is_seen], pool.xy_um[piece]),
        size_um=_bridge(time_s, time_s[is_seen], pool.size_um[piece]),
        score=score,
        activity=activity,
        moves=moves,
        interpolated=~is_seen,
    )


def _bridge(
    time_s: NDArray[np.float64], seen_s: NDArray[np.float64], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    return np.stack([np.interp(time_s, seen_s, column) for column in values.T], axis=1)
