"""How simulated cells swim: closed formulas, so that any instant can be asked for."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
JIGGLE_HZ = np.array([0.17, 0.53, 1.7, 5.3])
JIGGLE_SHARE = np.array([0.75, 0.5, 0.35, 0.25])


@dataclass(frozen=True, slots=True, eq=False)
class Swimmers:
    """Constants of n cells; every array has shape (n,) except `jiggle_phase`, (n, 2, 4).

    Attributes:
        cell_id: Number of the cell within its specimen.
        grade: 0 to 3 for a to d.
        home_um: Shape (n, 2): place at time 0, or centre of the circle, in fluid coordinates.
        heading_rad: Direction at time 0; for circles the angle from their centre.
        speed_um_s: Speed along the mean path.
        radius_um: Radius of the circle; 0 for straight paths.
        turn_rad_s: Angular rate on the circle.
        sway_um: Amplitude of the slow meander across the mean path.
        sway_hz: Frequency of the meander.
        wobble_um: Amplitude of the head's lateral beat, half its full width.
        wobble_hz: Frequency of the beat of head and tail.
        yaw_rad: Amplitude of the head's turning with the beat.
        jiggle_um: Standard deviation of Brownian motion.
        phase_rad: Phase of all that beats.
        jiggle_phase: Phases of the Brownian motion.
    """

    cell_id: NDArray[np.int64]
    grade: NDArray[np.int64]
    home_um: Floats
    heading_rad: Floats
    speed_um_s: Floats
    radius_um: Floats
    turn_rad_s: Floats
    sway_um: Floats
    sway_hz: Floats
    wobble_um: Floats
    wobble_hz: Floats
    yaw_rad: Floats
    jiggle_um: Floats
    phase_rad: Floats
    jiggle_phase: Floats

    def __len__(self) -> int:
        return len(self.cell_id)

    def take(self, index: NDArray[np.intp]) -> "Swimmers":
        """Return the cells at these indices."""
        return Swimmers(*(getattr(self, field.name)[index] for field in fields(self)))


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """Where n cells are at one instant.

    Attributes:
        offset_um: Shape (n, 2): place of the head relative to `anchors_um`.
        angle_rad: Direction in which the head points, clockwise on the screen.
        course_rad: Direction of the mean path.
        beat_rad: Phase of the tail's beat.
    """

    offset_um: Floats
    angle_rad: Floats
    course_rad: Floats
    beat_rad: Floats


def anchors_um(cells: Swimmers, time_s: float) -> Floats:
    """Return the points that the cells swim about, shape (n, 2), in fluid coordinates.

    Straight swimmers carry their anchor along; circling and resting ones keep it.
    """
    travel = np.where(cells.radius_um == 0, cells.speed_um_s * time_s, 0.0)
    direction = np.stack([np.cos(cells.heading_rad), np.sin(cells.heading_rad)], axis=1)
    anchors: Floats = cells.home_um + travel[:, None] * direction
    return anchors


def reach_um(cells: Swimmers) -> Floats:
    """Return how far a head can be from its anchor, shape (n,)."""
    return cells.radius_um + cells.sway_um + cells.wobble_um + 3 * cells.jiggle_um


def motion(cells: Swimmers, time_s: float) -> Motion:
    """Return where the heads are and point to at a time in s."""
    circling = cells.radius_um > 0
    polar = cells.heading_rad + cells.turn_rad_s * time_s
    sway_phase = 2 * np.pi * cells.sway_hz * time_s + 1.7 * cells.phase_rad
    sway_speed = 2 * np.pi * cells.sway_hz * cells.sway_um * np.cos(sway_phase)
    lean = np.arctan2(sway_speed, np.maximum(cells.speed_um_s, 8.0))
    tangent = polar + np.sign(cells.turn_rad_s) * np.pi / 2
    course = np.where(circling, tangent, cells.heading_rad + lean)
    beat = 2 * np.pi * cells.wobble_hz * time_s + cells.phase_rad
    lateral = cells.wobble_um * np.sin(beat)
    offset = _turned(cells.radius_um, polar)
    offset += _turned(cells.sway_um * np.sin(sway_phase), cells.heading_rad + np.pi / 2)
    offset += _turned(lateral, course + np.pi / 2)
    jiggle = _jiggle(cells, time_s)
    offset += jiggle
    angle = course + cells.yaw_rad * np.cos(beat) + 0.25 * jiggle[:, 0]
    return Motion(offset, angle, course, beat)


def _turned(length: Floats, angle: Floats) -> Floats:
    return np.stack([length * np.cos(angle), length * np.sin(angle)], axis=1)


def _jiggle(cells: Swimmers, time_s: float) -> Floats:
    """Return a continuous stand-in for Brownian motion: waves whose amplitude falls as 1/√f."""
    waves = np.sin(2 * np.pi * JIGGLE_HZ * time_s + cells.jiggle_phase)
    jiggle: Floats = 1.4 * cells.jiggle_um[:, None] * (waves @ JIGGLE_SHARE)
    return jiggle
