"""Tracks of known grade, varied for the grader to learn from: what real cells do besides."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from inference.grading import WHO_2021, Grade
from inference.tracks import Track
from inference.training.seen_fields import KnownTrack

LEAST_STRETCH = 0.2
# Half of the living cells swing more than the simulator draws: heads of swimmers by up to 3 µm to
# each side, as those of 12 do, of others by half of that.
SWUNG_SHARE = 0.5
SWUNG_UM = (0.2, 3.0)
SWUNG_HZ = (2.0, 20.0)
# Some swimmers stick for a while, up to so much of their time.
PAUSED_SHARE = 0.15
LONGEST_PAUSE = 0.7
# A quarter of the cells that get nowhere, dead or alive, are stirred: by heat, as a ball of 2.5 µm
# radius in 0.5 to 5 mPa s at 37 °C (Einstein 1905), and by slow currents, as dead cells of 11 are.
STIRRED_SHARE = 0.25
DIFFUSION_UM2_S = (0.02, 0.2)
DRAGGED_UM_S = 3.0
DRAGGED_TURN_RAD_S = 1.0


def vary(known: KnownTrack, speed_um_s: float, rng: np.random.Generator) -> tuple[Track, Grade]:
    """Cut a random piece of a track and change how it moves; the grade follows its progress.

    Swimmers are made slower or faster, and some stick for a while; one slower than SLOW that
    still beats is c. Noise keeps its size only where nothing swims, so only swimmers are
    stretched. Some of what gets nowhere is stirred, and some living heads swing further.

    Args:
        known: The track.
        speed_um_s: Its progress in µm/s.
        rng: Source of chance.
    """
    track = _cut(known.track, rng)
    if known.grade is Grade.IMMOTILE:
        return _stirred(track, rng), known.grade
    if known.grade is Grade.NON_PROGRESSIVE:
        return _swung(_stirred(track, rng), 0.5, rng), known.grade
    stretch = float(np.exp(rng.uniform(np.log(LEAST_STRETCH), 0.2)))
    moving = rng.uniform(1 - LONGEST_PAUSE, 1) if rng.random() < PAUSED_SHARE else 1.0
    speed = moving * stretch * speed_um_s
    first = track.xy_um[0]
    paused = _paused(track, 1 - moving, rng)
    varied = _swung(replace(track, xy_um=first + stretch * (paused - first)), 1.0, rng)
    if speed >= WHO_2021.rapid_um_s:
        return varied, Grade.RAPID
    return varied, Grade.SLOW if speed >= WHO_2021.progressive_um_s else Grade.NON_PROGRESSIVE


def _cut(track: Track, rng: np.random.Generator) -> Track:
    """Keep a random piece in two of three cases; the whole track else."""
    if rng.random() < 1 / 3 or track.duration_s < 0.5:
        return track
    length_s = rng.uniform(0.4, track.duration_s)
    begin_s = track.time_s[0] + rng.uniform(0, track.duration_s - length_s)
    kept = (track.time_s >= begin_s) & (track.time_s <= begin_s + length_s)
    piece = track.take(kept)
    return piece if (~piece.interpolated).sum() >= 3 else track


def _paused(track: Track, share: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the path (n, 2) of a cell that rests for a share of the time, somewhere in it.

    What it does besides getting on, and the noise of its places, stay.
    """
    length_s = share * track.duration_s
    begin_s = track.time_s[0] + rng.uniform(0, track.duration_s - length_s)
    resting = (track.time_s[1:] >= begin_s) & (track.time_s[1:] <= begin_s + length_s)
    steps = np.diff(track.xy_um, axis=0)
    if resting.any():
        steps[resting] -= steps[resting].mean(axis=0)
    return np.asarray(track.xy_um[0] + np.concatenate([np.zeros((1, 2)), steps.cumsum(axis=0)]))


def _stirred(track: Track, rng: np.random.Generator) -> Track:
    """Let some cells be moved by what is around them: heat and slow currents."""
    if rng.random() >= STIRRED_SHARE:
        return track
    step_s = np.diff(track.time_s, prepend=track.time_s[0])
    diffusion = float(np.exp(rng.uniform(*np.log(DIFFUSION_UM2_S))))
    walk = rng.normal(0, np.sqrt(2 * diffusion * step_s)[:, None], (len(step_s), 2))
    speed_um_s = rng.uniform(0, DRAGGED_UM_S)
    turn = rng.uniform(-DRAGGED_TURN_RAD_S, DRAGGED_TURN_RAD_S)
    course = rng.uniform(0, 2 * np.pi) + turn * (track.time_s - track.time_s[0])
    drag = speed_um_s * step_s[:, None] * np.stack([np.cos(course), np.sin(course)], axis=1)
    return replace(track, xy_um=track.xy_um + (walk + drag).cumsum(axis=0))


def _swung(track: Track, factor: float, rng: np.random.Generator) -> Track:
    """Let some heads swing along a line, besides what they do, by SWUNG_UM times a factor."""
    if rng.random() >= SWUNG_SHARE:
        return track
    size_um, pace_hz = (float(np.exp(rng.uniform(*np.log(one)))) for one in (SWUNG_UM, SWUNG_HZ))
    angle, phase = rng.uniform(0, 2 * np.pi, 2)
    swing_um = factor * size_um * np.sin(2 * np.pi * pace_hz * track.time_s + phase)
    return replace(track, xy_um=track.xy_um + np.outer(swing_um, [np.cos(angle), np.sin(angle)]))


def lent(track: Track, lender: Track, rng: np.random.Generator) -> Track:
    """Give a person's track, which has neither, the activity and self-motion of a seen cell."""
    at = (int(rng.integers(len(lender))) + np.arange(len(track))) % len(lender)
    return replace(track, activity=lender.activity[at], moves=lender.moves[at])
