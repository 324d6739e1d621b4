"""What the grader reads of a track: its path, swing and activity, every fifth of a second."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from inference.grading import FieldConditions
from inference.swing import BANDS, swings_um
from inference.tracks import Track

BIN_S = 0.2
SECOND_BINS = 5
# How far the grader's convolutions see beyond a track.
REACH_BINS = 2
# Speeds and ways are read on a logarithmic scale that is even below this.
EVEN_UM_S = 5.0
EVEN_SPACING_UM = 20.0
MOST_LOGIT = 6.0
LEAST_ACTIVITY = 0.25
# More only says that a cell is alive; swimmers in 12 show up to 18, drawn ones of their speed 6.
# What debris shows is cut off there, too: around more of it, nothing could be told apart.
MOST_ACTIVITY = 4.0
# Swings are read on a logarithmic scale from here on, up and down by so many doublings.
EVEN_SWING_UM = 0.1
MOST_DOUBLINGS = 4.0


class Feature(IntEnum):
    """Rows of the grader's input; each holds one value for every bin of time."""

    PRESENT = 0  # 1 for every bin of the track; 0 pads a batch
    SEEN = 1  # share of the bin's frames in which the cell was seen
    STEP = 2  # way to the next bin by time
    NET = 3  # way within 1 s by time
    FARTHEST = 4  # largest distance within 1 s
    WOBBLE = 5  # spread of the points about the way through the bin
    ACTIVITY = 6  # change of the picture around the head
    ACTIVITY_KNOWN = 7
    MOVES = 8  # the detector's word on self-motion
    MOVES_KNOWN = 9
    NOISE = 10  # localisation noise
    DURATION = 11
    DRIFT = 12  # speed of the field's drift, which was taken off
    SHAKE = 13  # size of the stage's vibration, which was taken off
    CROWD = 14  # how near the neighbours are
    DEBRIS = 15  # change of the picture around debris
    DEBRIS_KNOWN = 16
    SWING_KNOWN = 17
    SWING = 18  # how far the head swings at a pace; a row for each band of `inference.swing`


ROWS = Feature.SWING + BANDS


def path_features(track: Track, conditions: FieldConditions) -> NDArray[np.float32]:
    """Describe a track for the grader, shape (ROWS, bins).

    All values are the same whichever way the cell swims. Bridged points are left out. How far the
    head swings is told for all bands or for none: of tracks of 1 s or more at 22 frames/s or more.

    Args:
        track: A cell in a field that does not move: drift and vibration taken off; it has been
            seen at least once.
        conditions: What its path was spoilt by.
    """
    seen = ~track.interpolated
    time_s = track.time_s - track.time_s[0]
    bins = int(time_s[-1] / BIN_S + 1e-6) + 1
    every = np.minimum((time_s / BIN_S + 1e-6).astype(np.int64), bins - 1)
    at, xy_um = every[seen], track.xy_um[seen]
    count = np.bincount(at, minlength=bins)
    middle = _middles(at, np.column_stack([time_s[seen], xy_um]), count)
    features = np.zeros((ROWS, bins), np.float32)
    features[Feature.PRESENT] = 1
    features[Feature.SEEN] = count / np.maximum(1, np.bincount(every, minlength=bins))
    features[Feature.STEP] = _log_speed(_speed(middle, 1))
    features[Feature.NET] = _log_speed(_speed(middle, SECOND_BINS))
    features[Feature.FARTHEST] = _log_speed(
        np.max([_speed(middle, lag) * lag / SECOND_BINS for lag in range(1, 6)], axis=0)
    )
    features[Feature.WOBBLE] = _wobble(time_s[seen], xy_um, at, bins)
    activity, known = _bin_means(at, _log_activity(track.activity[seen]), bins)
    features[Feature.ACTIVITY], features[Feature.ACTIVITY_KNOWN] = activity, known
    moves, known = _bin_means(at, _logit(track.moves[seen]), bins)
    features[Feature.MOVES], features[Feature.MOVES_KNOWN] = moves / MOST_LOGIT, known
    features[Feature.NOISE] = conditions.noise_um
    features[Feature.DURATION] = np.log1p(track.duration_s)
    features[Feature.DRIFT] = np.log1p(conditions.drift_um_s / EVEN_UM_S)
    features[Feature.SHAKE] = np.log1p(conditions.shake_um)
    features[Feature.CROWD] = np.log1p(EVEN_SPACING_UM / conditions.spacing_um)
    if np.isfinite(conditions.debris_activity):
        features[Feature.DEBRIS] = _log_activity(conditions.debris_activity)
        features[Feature.DEBRIS_KNOWN] = 1
    swing_um = swings_um(time_s[seen], xy_um) if conditions.shows_swing else np.full(BANDS, np.nan)
    if np.isfinite(swing_um).all():
        features[Feature.SWING_KNOWN] = 1
        features[Feature.SWING :] = _log_swing(swing_um)[:, None]
    return features


def batch(features: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Pad descriptions of several tracks to one length, shape (n, ROWS, bins).

    The longest, too, so that what is answered for a track hangs on no other one.
    """
    longest = max(one.shape[1] for one in features)
    padded = np.zeros((len(features), ROWS, longest + REACH_BINS), np.float32)
    for one, row in zip(features, padded, strict=True):
        row[:, : one.shape[1]] = one
    return padded


def _middles(
    at: NDArray[np.int64], columns: NDArray[np.float64], count: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Mean time and place of every bin (bins, 3), in even steps across bins without a point."""
    bins, known = np.arange(len(count)), count > 0
    means = [np.bincount(at, one, minlength=len(count))[known] / count[known] for one in columns.T]
    return np.stack([np.interp(bins, bins[known], mean) for mean in means], axis=1)


def _speed(middle: NDArray[np.float64], lag: int) -> NDArray[np.float64]:
    """Speed in µm/s over `lag` bins from each bin on; over fewer, or backward, at the end."""
    last = len(middle) - 1
    if not last:
        return np.zeros(1)
    end = np.minimum(np.arange(last + 1) + lag, last)
    begin = np.minimum(np.arange(last + 1), max(0, last - lag))
    time_s, *way_um = (middle[end] - middle[begin]).T
    speed: NDArray[np.float64] = np.hypot(*way_um) / np.maximum(time_s, BIN_S / 2)
    return speed


def _log_speed(speed_um_s: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.log1p(speed_um_s / EVEN_UM_S)


def _log_activity(activity: NDArray[np.float64] | float) -> NDArray[np.float64]:
    return np.log2(np.minimum(np.maximum(activity, LEAST_ACTIVITY), MOST_ACTIVITY))


def _log_swing(swing_um: NDArray[np.float64]) -> NDArray[np.float64]:
    doublings = np.log2(np.maximum(swing_um, 1e-6) / EVEN_SWING_UM)
    return np.asarray(doublings.clip(-MOST_DOUBLINGS, MOST_DOUBLINGS))


def _wobble(
    time_s: NDArray[np.float64], xy_um: NDArray[np.float64], at: NDArray[np.int64], bins: int
) -> NDArray[np.float64]:
    """Spread of the points of each bin about the straight line through them, in µm per axis."""
    n = np.maximum(1, np.bincount(at, minlength=bins))
    columns = np.column_stack([time_s, xy_um])
    mean = np.stack([np.bincount(at, one, minlength=bins) / n for one in columns.T], axis=1)
    off = columns - mean[at]
    spread = np.bincount(at, off[:, 0] ** 2, minlength=bins)
    shared = np.stack(
        [np.bincount(at, off[:, 0] * one, minlength=bins) for one in off[:, 1:].T], axis=1
    )
    slope = shared / np.maximum(spread, 1e-9)[:, None]
    rest = off[:, 1:] - slope[at] * off[:, :1]
    variance = np.bincount(at, (rest**2).sum(1), minlength=bins) / (2 * np.maximum(1, n - 2))
    wobble: NDArray[np.float64] = np.log1p(np.sqrt(variance))
    return wobble


def _bin_means(
    at: NDArray[np.int64], values: NDArray[np.float64], bins: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean of the finite values of each bin, 0 without any, and 1 where there is one."""
    finite = np.isfinite(values)
    count = np.bincount(at[finite], minlength=bins)
    total = np.bincount(at[finite], values[finite], minlength=bins)
    return total / np.maximum(1, count), (count > 0).astype(np.float64)


def _logit(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    least = 1 / (1 + np.exp(MOST_LOGIT))
    bounded = np.clip(probability, least, 1 - least)
    logit: NDArray[np.float64] = np.log(bounded / (1 - bounded))
    return logit
