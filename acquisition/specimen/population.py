"""Drawing the constants of every cell of a specimen from its seed."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from acquisition.specimen.settings import SpecimenSettings
from acquisition.specimen.sprites import HEAD_PHASE_SHARES, HEAD_PHASES_RAD, HEAD_SHAPES
from acquisition.specimen.swimming import Floats, Swimmers

RAPID_UM_S = (29.0, 90.0)
SLOW_UM_S = (8.0, 21.0)


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """Constants of n cells that show in the picture; every array has shape (n,).

    Attributes:
        height_um: Height above the middle of the fluid.
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
    """

    height_um: Floats
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

    def take(self, index: NDArray[np.intp]) -> "Looks":
        """Return the cells at these indices."""
        return Looks(*(getattr(self, field.name)[index] for field in fields(self)))


def _pick(grade: NDArray[np.int64], *by_grade: Floats) -> Floats:
    return np.choose(grade, by_grade)


def _circles(
    rng: np.random.Generator, grade: NDArray[np.int64], speed: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return radius, angular rate and path speed; the chord of 1 s keeps to the grade's limits.

    A chord over 1 s is 2 R sin(v / 2R), so v = 2 R asin(chord / 2R).
    """
    n = len(grade)
    none = np.zeros(n)
    circling = rng.random(n) < np.array([0.12, 0.25, 0.4, 0.0])[grade]
    wide, medium, tiny = rng.uniform(35, 110, n), rng.uniform(13, 60, n), rng.uniform(0.6, 1.5, n)
    radius = np.where(circling, _pick(grade, wide, medium, tiny, none), 0.0)
    safe = np.maximum(radius, 1e-9)
    chord = np.minimum(speed, 1.6 * safe)
    rate = np.where(grade < 2, 2 * np.arcsin(chord / (2 * safe)), rng.uniform(1.5, 7, n))
    turn = np.where(circling, rate * rng.choice([-1.0, 1.0], n), 0.0)
    return radius, turn, np.where(circling, np.abs(turn) * radius, speed)


def draw_swimmers(settings: SpecimenSettings) -> Swimmers:
    """Draw every cell's way of swimming, spread evenly over the specimen's extent."""
    rng = np.random.default_rng([settings.seed, 1])
    n = int(rng.poisson(settings.cells_per_mm2 * (settings.extent_um / 1000) ** 2))
    grade = rng.choice(4, n, p=settings.mix.shares())
    none = np.zeros(n)
    rapid = RAPID_UM_S[0] + (RAPID_UM_S[1] - RAPID_UM_S[0]) * rng.beta(1.3, 2.2, n)
    speed = _pick(grade, rapid, rng.uniform(*SLOW_UM_S, n), none, none)
    radius, turn, speed = _circles(rng, grade, speed)
    sway_hz = 1 / rng.uniform(6, 20, n)
    meander = rng.uniform(0, 0.3, n) * speed / (2 * np.pi * sway_hz)
    sway = _pick(grade, meander, meander, rng.uniform(0, 1.4, n), none)
    wobble = _pick(
        grade, rng.uniform(0.6, 2, n), rng.uniform(0.3, 1, n), rng.uniform(0.2, 1, n), none
    )
    yaw = _pick(
        grade,
        rng.uniform(0.05, 0.25, n),
        rng.uniform(0.05, 0.3, n),
        rng.uniform(0.12, 0.5, n),
        none,
    )
    return Swimmers(
        cell_id=np.arange(n),
        grade=grade,
        home_um=rng.uniform(-0.5, 0.5, (n, 2)) * settings.extent_um,
        heading_rad=rng.uniform(-np.pi, np.pi, n),
        speed_um_s=speed,
        radius_um=radius,
        turn_rad_s=turn,
        sway_um=np.where(radius > 0, 0.0, sway),
        sway_hz=sway_hz,
        wobble_um=np.where((radius > 0) & (grade == 2), 0.5 * wobble, wobble),
        wobble_hz=_pick(
            grade, rng.uniform(8, 20, n), rng.uniform(5, 15, n), rng.uniform(2, 12, n), none
        ),
        yaw_rad=yaw,
        jiggle_um=_pick(grade, none, none, 0.3 * rng.random(n) * 0.3, rng.uniform(0.02, 0.25, n)),
        phase_rad=rng.uniform(-np.pi, np.pi, n),
        jiggle_phase=rng.uniform(-np.pi, np.pi, (n, 2, 4)),
    )


def draw_looks(settings: SpecimenSettings, grade: NDArray[np.int64]) -> Looks:
    """Draw what the cells look like."""
    rng = np.random.default_rng([settings.seed, 2])
    n = len(grade)
    coiled = rng.random(n) < np.array([0.03, 0.05, 0.2, 0.15])[grade]
    bend = rng.normal(0, np.array([0.4, 0.6, 1.1, 1.3])[grade])
    curl = rng.choice([-1.0, 1.0], n) * rng.uniform(3, 7.5, n)
    beat = _pick(
        grade,
        rng.uniform(0.4, 1.0, n),
        rng.uniform(0.3, 0.9, n),
        rng.uniform(0.25, 1.1, n),
        np.zeros(n),
    )
    return Looks(
        height_um=rng.normal(0, settings.focus_spread_um, n),
        shape=rng.integers(0, HEAD_SHAPES, n),
        brightness=rng.choice(len(HEAD_PHASES_RAD), n, p=HEAD_PHASE_SHARES),
        size=rng.normal(1.0, 0.06, n).clip(0.85, 1.2),
        gain=rng.uniform(0.7, 1.3, n),
        flash=rng.uniform(0, 0.35, n) * (grade < 3),
        tail_um=rng.normal(45, 5, n).clip(28, 58),
        tail_bend_rad=np.where(coiled, curl, bend),
        tail_beat_rad=beat,
        tail_waves=rng.uniform(0.9, 1.6, n),
        tail_dark=rng.uniform(0.55, 1.0, n),
    )
