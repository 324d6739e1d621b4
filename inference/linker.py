"""From detections in single frames to tracks: first what is certain, then across the gaps."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from calibration.scale import Scale
from inference.doubles import DoubleSettings, drop_doubles
from inference.drift import DriftSettings, common_velocity, fit_straight
from inference.edge import from_edge_um
from inference.encounters import EncounterSettings, untangle
from inference.following import FollowSettings, follow
from inference.pool import Pool, members
from inference.resting import RestSettings, keep_resting
from inference.sieve import CellSettings, Sieve
from inference.stitching import StitchSettings, stitch
from inference.tracks import Detections, Track

# Fewer make no path.
LEAST_POSITIONS = 2


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """When detections belong to one cell, and which tracks are kept.

    Attributes:
        following: When a detection continues a cell from one frame to the next.
        stitching: How gaps are bridged.
        resting: When a track is given back to a cell that lay still.
        encounters: When two tracks that met are exchanged.
        doubles: When two tracks are one cell.
        cells: Which tracks are cells.
        hidden_um: What is seen so near the picture's edge is less than half of a head, even of one
            that lies along it: its middle lies outside, where no track has positions.
        edge_um: Nor has it where the detector is not sure, nearer than this: there it is no head
            more often than one, but the tail that follows its head out.
    """

    following: FollowSettings = field(default_factory=FollowSettings)
    stitching: StitchSettings = field(default_factory=StitchSettings)
    resting: RestSettings = field(default_factory=RestSettings)
    encounters: EncounterSettings = field(default_factory=EncounterSettings)
    doubles: DoubleSettings = field(default_factory=DoubleSettings)
    cells: CellSettings = field(default_factory=CellSettings)
    hidden_um: float = 0.75
    edge_um: float = 2.5


def link(
    detections: Sequence[Detections],
    scale: Scale,
    corners_um: NDArray[np.float64],
    settings: LinkSettings | None = None,
) -> tuple[Track, ...]:
    """Join the detections of one field into tracks.

    Detections are first joined from frame to frame, each to where its cell was expected, by
    optimal assignment in µm and s; the pieces are then joined across gaps by how well the motion
    before fits the motion after. A track needs one sure detection and may have less sure ones,
    after ByteTrack (Zhang et al. 2022, arXiv 2110.06864).

    Args:
        detections: One entry for each frame that was delivered, in order of time.
        scale: What a pixel is worth.
        corners_um: The field's upper left and lower right corner, shape (2, 2).
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
    label = stitch(ground, label, from_edge_um(pool.xy_um, corners_um), settings.stitching)
    label = keep_resting(ground, label, settings.resting)
    label = untangle(ground, label, settings.encounters, settings.stitching)
    label = drop_doubles(pool, label, settings.doubles)
    dark = bool(detections) and detections[0].dark_heads
    sieve = Sieve(pool, ground, corners_um, drift_is_known=steady is not None, dark=dark)
    kept = [piece for piece in members(label) if sieve.is_cell(piece, settings.cells)]
    return _in_picture(_tracks(pool, kept), corners_um, settings)


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


def _in_picture(
    tracks: Sequence[Track], corners_um: NDArray[np.float64], settings: LinkSettings
) -> tuple[Track, ...]:
    """Leave out where no middle of a head is seen in the picture, and who was never seen there."""
    visible = [
        track.take(_between_seen(_is_seen(track, corners_um, settings), track.interpolated))
        for track in tracks
    ]
    ordered = sorted(
        (track for track in visible if len(track) >= LEAST_POSITIONS),
        key=lambda track: int(track.frame[0]),
    )
    return tuple(replace(track, track_id=number) for number, track in enumerate(ordered, start=1))


def _is_seen(
    track: Track, corners_um: NDArray[np.float64], settings: LinkSettings
) -> NDArray[np.bool_]:
    """Tell where the middle of a cell's head is in the picture, as far as can be seen, (n,)."""
    off_um = from_edge_um(track.xy_um, corners_um)
    sure = track.score >= settings.following.sure_score
    return np.asarray((off_um >= settings.hidden_um) & (sure | (off_um >= settings.edge_um)))


def _between_seen(kept: NDArray[np.bool_], interpolated: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Let a track begin and end where its cell is seen, given masks of its positions, (n,)."""
    seen = np.flatnonzero(kept & ~interpolated)
    between = np.zeros(len(kept), bool)
    if len(seen):
        between[seen[0] : seen[-1] + 1] = True
    return kept & between


def _without_drift(pool: Pool, label: NDArray[np.int64]) -> Pool | None:
    """Take the field's drift off, so that a cell that lies still is found again in its place.

    Returns:
        The pool as if nothing drifted, None where the drift is not known.
    """
    drift = common_velocity(
        fit_straight([pool.path(piece) for piece in members(label)]), DriftSettings()
    )
    if drift is None:
        return None
    return replace(pool, xy_um=pool.xy_um - pool.time_s[pool.row][:, None] * drift.um_s)


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
