"""Drawing the constants of every cell of a specimen from its seed."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from acquisition.specimen.settings import SpecimenSettings
from acquisition.specimen.sprites import HEAD_PHASE_SHARES, HEAD_PHASES_RAD, HEAD_SHAPES
from acquisition.specimen.swimming import Floats, Swimmers

# Lowest and highest value for grades a, b, c, d. The limits of speed and wobble together keep
# the net speed over any second inside the grade's own range.
Ranges = tuple[tuple[float, float], ...]
NONE = (0.0, 0.0)
SPEED_UM_S: Ranges = ((29, 90), (8, 21), NONE, NONE)
RADIUS_UM: Ranges = ((35, 110), (13, 60), (0.6, 1.5), NONE)
WOBBLE_UM: Ranges = ((0.6, 2.0), (0.3, 1.0), (0.2, 1.0), NONE)
WOBBLE_HZ: Ranges = ((8, 20), (5, 15), (2, 12), NONE)
YAW_RAD: Ranges = ((0.05, 0.25), (0.05, 0.3), (0.12, 0.5), NONE)
CREEP_UM: Ranges = (NONE, NONE, (0, 1.4), NONE)
JIGGLE_UM: Ranges = (NONE, NONE, (0, 0.09), (0.02, 0.25))
TAIL_BEAT_RAD: Ranges = ((0.4, 1.0), (0.3, 0.9), (0.25, 1.1), NONE)
HEAVE: Ranges = ((0, 1), (0, 1), (0, 0.4), NONE)
CIRCLING_SHARE = (0.12, 0.25, 0.4, 0.0)
COILED_SHARE = (0.03, 0.05, 0.2, 0.15)
TAIL_BEND_RAD = (0.4, 0.6, 1.1, 1.3)
SPIN_RAD_S = (1.5, 7.0)
RAPID_SKEW = (1.3, 2.2)
MAX_SWAY_SHARE = 0.3
UNMOVING = 3
MIDPIECE_UM = 0.9
MIDPIECE_DARK = 0.62
# Of a head,
PINHEAD_SIZE = (0.15, 0.5)
PINHEAD_GAIN = (0.1, 0.8)
# and its midpiece, which is all of it that catches the eye.
PINHEAD_MIDPIECE_UM = (0.9, 1.8)
PINHEAD_MIDPIECE_DARK = (0.62, 1.4)


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """Constants of n cells that show in the picture; every array has shape (n,).

    Attributes:
        height_um: Mean height above the middle of the fluid.
        heave_um: Amplitude of its slow change as the cell swims.
        shape: Index of the head's shape.
        brightness: Index of the head's phase delay.
        size: Magnification of the head.
        gain: Strength of the head.
        flash: Amplitude of the change of that strength as the head rolls with the beat.
        tail_um: Length of the tail.
        tail_bend_rad: Angle through which the resting tail turns from neck to end.
        tail_beat_rad: Amplitude of the beat at the end of the tail.
        tail_waves: Waves along the tail.
        tail_dark: Strength of the tail.
        midpiece_um: Width of its midpiece,
        midpiece_dark: and how dark that is in it.
        pinhead: Whether it is a tail with hardly a head,
        wound: or its tail is wound round the head.
    """

    height_um: Floats
    heave_um: Floats
    shape: NDArray[np.int64]
    brightness: NDArray[np.int64]
    size: Floats
    gain: Floats
    flash: Floats
    tail_um: Floats
    tail_bend_rad: Floats
    tail_beat_rad: Floats
    tail_waves: Floats
    tail_dark: Floats
    midpiece_um: Floats
    midpiece_dark: Floats
    pinhead: NDArray[np.bool_]
    wound: NDArray[np.bool_]

    def take(self, index: NDArray[np.intp]) -> "Looks":
        """Return the cells at these indices."""
        return Looks(*(getattr(self, field.name)[index] for field in fields(self)))


def _between(rng: np.random.Generator, grade: NDArray[np.int64], ranges: Ranges) -> Floats:
    low, high = np.array(ranges, np.float64).T
    drawn: Floats = low[grade] + (high - low)[grade] * rng.random(len(grade))
    return drawn


def _speeds(rng: np.random.Generator, grade: NDArray[np.int64]) -> Floats:
    """Draw net speeds; among rapid cells slower ones are more frequent."""
    speed = _between(rng, grade, SPEED_UM_S)
    low, high = SPEED_UM_S[0]
    rapid = low + (high - low) * rng.beta(*RAPID_SKEW, len(grade))
    return np.where(grade == 0, rapid, speed)


def _circles(
    rng: np.random.Generator, grade: NDArray[np.int64], speed: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return radius, angular rate and path speed; the chord of 1 s keeps to the grade's limits.

    A chord over 1 s is 2 R sin(v / 2R), so v = 2 R asin(chord / 2R).
    """
    n = len(grade)
    circling = rng.random(n) < np.array(CIRCLING_SHARE)[grade]
    radius = np.where(circling, _between(rng, grade, RADIUS_UM), 0.0)
    safe = np.maximum(radius, 1e-9)
    chord = np.minimum(speed, 1.6 * safe)
    spin = rng.uniform(*SPIN_RAD_S, n)
    rate = np.where(grade < 2, 2 * np.arcsin(chord / (2 * safe)), spin)
    turn = np.where(circling, rate * rng.choice([-1.0, 1.0], n), 0.0)
    return radius, turn, np.where(circling, np.abs(turn) * radius, speed)


def draw_swimmers(settings: SpecimenSettings) -> Swimmers:
    """Draw every cell's way of swimming, spread evenly over the specimen's extent."""
    rng = np.random.default_rng([settings.seed, 1])
    n = int(rng.poisson(settings.cells_per_mm2 * (settings.extent_um / 1000) ** 2))
    grade = rng.choice(4, n, p=settings.mix.shares())
    radius, turn, speed = _circles(rng, grade, _speeds(rng, grade))
    sway_hz = 1 / rng.uniform(6, 20, n)
    meander = rng.uniform(0, MAX_SWAY_SHARE, n) * speed / (2 * np.pi * sway_hz)
    spinning = (radius > 0) & (grade == 2)
    return Swimmers(
        cell_id=np.arange(n),
        grade=grade,
        home_um=rng.uniform(-0.5, 0.5, (n, 2)) * settings.extent_um,
        heading_rad=rng.uniform(-np.pi, np.pi, n),
        speed_um_s=speed,
        radius_um=radius,
        turn_rad_s=turn,
        sway_um=np.where(radius > 0, 0.0, meander + _between(rng, grade, CREEP_UM)),
        sway_hz=sway_hz,
        wobble_um=np.where(spinning, 0.5, 1.0) * _between(rng, grade, WOBBLE_UM),
        wobble_hz=_between(rng, grade, WOBBLE_HZ),
        yaw_rad=_between(rng, grade, YAW_RAD),
        jiggle_um=_between(rng, grade, JIGGLE_UM),
        phase_rad=rng.uniform(-np.pi, np.pi, n),
        jiggle_phase=rng.uniform(-np.pi, np.pi, (n, 2, 4)),
    )


def draw_looks(settings: SpecimenSettings, grade: NDArray[np.int64]) -> Looks:
    """Draw what the cells look like."""
    rng = np.random.default_rng([settings.seed, 2])
    n = len(grade)
    coiled = rng.random(n) < np.array(COILED_SHARE)[grade]
    bend = rng.normal(0, np.array(TAIL_BEND_RAD)[grade])
    curl = rng.choice([-1.0, 1.0], n) * rng.uniform(3, 7.5, n)
    # From sources of chance of their own: without pinheads or wound tails all stays as it is.
    other = np.random.default_rng([settings.seed, 3])
    pinhead = other.random(n) < settings.pinhead_share
    unmoving = np.random.default_rng([settings.seed, 4]).random(n)
    wound = (grade == UNMOVING) & ~pinhead & (unmoving < settings.wound_share)
    smaller = np.where(pinhead, other.uniform(*PINHEAD_SIZE, n), 1.0)
    fainter = np.where(pinhead, other.uniform(*PINHEAD_GAIN, n), 1.0)
    return Looks(
        height_um=rng.normal(0, settings.focus_spread_um, n),
        heave_um=0.5 * settings.focus_spread_um * _between(rng, grade, HEAVE),
        shape=rng.integers(0, HEAD_SHAPES, n),
        brightness=rng.choice(len(HEAD_PHASES_RAD), n, p=HEAD_PHASE_SHARES),
        size=smaller * rng.normal(1.0, 0.06, n).clip(0.85, 1.2),
        gain=fainter * rng.uniform(0.7, 1.3, n),
        flash=rng.uniform(0, 0.35, n) * (grade < 3),
        tail_um=rng.normal(45, 5, n).clip(28, 58),
        tail_bend_rad=np.where(coiled, curl, bend),
        tail_beat_rad=_between(rng, grade, TAIL_BEAT_RAD),
        tail_waves=rng.uniform(0.9, 1.6, n),
        tail_dark=rng.uniform(0.55, 1.0, n),
        midpiece_um=np.where(pinhead, other.uniform(*PINHEAD_MIDPIECE_UM, n), MIDPIECE_UM),
        midpiece_dark=np.where(pinhead, other.uniform(*PINHEAD_MIDPIECE_DARK, n), MIDPIECE_DARK),
        pinhead=pinhead,
        wound=wound,
    )
