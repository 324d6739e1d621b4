"""How far a head swings at each pace: what a beating tail does to a head that gets nowhere."""

from itertools import pairwise
from math import ceil

import numpy as np
from numpy.typing import NDArray

# Between these limits, in Hz, a swing is looked for; heads that get nowhere are drawn to beat at
# 2 to 12 Hz (acquisition/specimen/population.py).
BANDS_HZ = (1.0, 2.0, 3.5, 6.0, 10.0, 15.0)
BANDS = len(BANDS_HZ) - 1
# Slower changes are the way that the cell makes, and are taken off.
SLOW_HZ = 1.2
# Shorter tracks do not hold one swing of the slowest band; fewer points say nothing.
LEAST_S = 1.0
LEAST_POINTS = 12
# Seen in less than this share of its time, a track shows no swing at its size.
LEAST_SEEN = 0.5
# Longer tracks are read in pieces of at most this length: the swing of a cell changes in time.
LONGEST_S = 6.0
# No swing is looked for up to half the frame rate itself; one that is faster shows as a slower one.
MOST_OF_RATE = 0.47
# Frequencies are looked at so many times more closely than the track's length would tell apart.
FINER = 3


def swings_um(time_s: NDArray[np.float64], xy_um: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the amplitude of the largest swing of a path in each band, µm, shape (BANDS,).

    It is that of a sine along whatever line it is largest; of a long track, the root mean square
    over its pieces. Just above SLOW_HZ part of it is taken for the cell's way. A band that the
    track cannot show, as it is too short, has too large holes or the frame rate is too low, is NaN.

    Args:
        time_s: Times, ascending, (n,).
        xy_um: Places, drift and vibration taken off, (n, 2).
    """
    duration_s = float(time_s[-1] - time_s[0]) if len(time_s) else 0.0
    if duration_s < LEAST_S or len(time_s) < LEAST_POINTS:
        return np.full(BANDS, np.nan)
    interval_s = float(np.median(np.diff(time_s)))
    if len(time_s) * interval_s < LEAST_SEEN * duration_s:
        return np.full(BANDS, np.nan)
    every_s = np.arange(time_s[0], time_s[-1] + interval_s / 2, interval_s)
    path = np.stack([np.interp(every_s, time_s, one) for one in xy_um.T], axis=1)
    pieces = np.array_split(path, ceil(duration_s / LONGEST_S))
    swings = np.array([_in_bands(piece, interval_s) for piece in pieces])
    return np.asarray(np.sqrt((swings**2).mean(axis=0)))


def _in_bands(path: NDArray[np.float64], interval_s: float) -> NDArray[np.float64]:
    """Largest amplitude in each band of an even path (n, 2), (BANDS,)."""
    amplitude = _amplitudes(_without_slow(path, interval_s))
    hz = np.fft.rfftfreq(_points(len(path)), interval_s)
    amplitude = amplitude[hz < MOST_OF_RATE / interval_s]
    edges = np.searchsorted(hz[: len(amplitude)], BANDS_HZ)
    return np.array(
        [amplitude[first:end].max() if end > first else np.nan for first, end in pairwise(edges)]
    )


def _without_slow(path: NDArray[np.float64], interval_s: float) -> NDArray[np.float64]:
    """Take off of a path (n, 2) what changes more slowly than SLOW_HZ: a line and cosines."""
    duration_s = (len(path) - 1) * interval_s
    waves = min(int(2 * duration_s * SLOW_HZ) + 1, len(path) // 2)
    share = np.linspace(0, np.pi, len(path))
    slow = np.column_stack([np.cos(np.outer(share, np.arange(waves))), share])
    return np.asarray(path - slow @ np.linalg.lstsq(slow, path, rcond=None)[0])


def _points(n: int) -> int:
    """Length of the transform of n points: a power of two, FINER times as long or more."""
    return 1 << (FINER * n - 1).bit_length()


def _amplitudes(rest: NDArray[np.float64]) -> NDArray[np.float64]:
    """Amplitude at each frequency of the transform of a path (n, 2), along its longest axis."""
    window = np.hanning(len(rest) + 2)[1:-1]
    wave = np.fft.rfft(rest * (2 * window / window.sum())[:, None], _points(len(rest)), axis=0)
    power = np.abs(wave) ** 2
    shared = (wave[:, 0] * wave[:, 1].conj()).real
    longest = power.sum(1) / 2 + np.hypot((power[:, 0] - power[:, 1]) / 2, shared)
    return np.asarray(np.sqrt(longest))
