"""The simulated sample: who is where at any time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from acquisition.specimen.debris import Thing, things_within
from acquisition.specimen.population import Looks, draw_looks, draw_swimmers
from acquisition.specimen.recent import Recent
from acquisition.specimen.settings import SpecimenSettings
from acquisition.specimen.swimming import (
    Floats,
    Motion,
    Swimmers,
    anchors_um,
    motion,
    reach_um,
)

LOOK_AHEAD_S = 0.5

Candidates = tuple[Swimmers, Looks]


@dataclass(frozen=True, slots=True, eq=False)
class CellsNear:
    """The cells that may be near a place at one instant.

    Attributes:
        swimmers: Their constants of swimming.
        looks: Their constants of appearance.
        motion: Where they point and beat; `motion.offset_um` is relative to their anchors.
        xy_um: Shape (n, 2): their heads relative to the place asked for.
        height_um: Shape (n,): their heights above the middle of the fluid.
    """

    swimmers: Swimmers
    looks: Looks
    motion: Motion
    xy_um: Floats
    height_um: Floats


class Specimen:
    """A seeded sample; positions are pure functions of time and place.

    Slide coordinates are µm from the centre of the coverslip. Fluid coordinates move with the
    drift and are equal to slide coordinates at time 0.
    """

    def __init__(self, settings: SpecimenSettings | None = None) -> None:
        self.settings = settings or SpecimenSettings()
        self._swimmers = draw_swimmers(self.settings)
        self._looks = draw_looks(self.settings, self._swimmers.grade)
        self._reach_um = reach_um(self._swimmers)
        self._candidates: Recent[tuple[float, float, float, int], Candidates] = Recent(16)

    def __len__(self) -> int:
        return len(self._swimmers)

    def fluid_origin_um(self, time_s: float) -> tuple[float, float]:
        """Return where the fluid's origin has drifted to, in slide coordinates."""
        return self.settings.drift_um_s[0] * time_s, self.settings.drift_um_s[1] * time_s

    def _relative_um(self, points: Floats, place: tuple[float, float], time_s: float) -> Floats:
        """Return fluid points relative to a place on the slide; the fluid repeats itself."""
        extent = self.settings.extent_um
        moved = points + self.fluid_origin_um(time_s) - np.asarray(place)
        relative: Floats = (moved + extent / 2) % extent - extent / 2
        return relative

    def _find_candidates(
        self, place_um: tuple[float, float], radius_um: float, step: int
    ) -> Candidates:
        """Return the cells that may come within a radius during one step of time."""
        middle = (step + 0.5) * LOOK_AHEAD_S
        relative = self._relative_um(anchors_um(self._swimmers, middle), place_um, middle)
        drift = float(np.hypot(*self.settings.drift_um_s))
        ahead = (self._swimmers.speed_um_s + drift) * LOOK_AHEAD_S / 2
        near = np.abs(relative).max(axis=1) <= radius_um + self._reach_um + ahead
        index: NDArray[np.intp] = np.flatnonzero(near)
        return self._swimmers.take(index), self._looks.take(index)

    def cells_near(self, x_um: float, y_um: float, radius_um: float, time_s: float) -> CellsNear:
        """Return all cells whose heads are within a square around a place on the slide.

        Cells a little farther away may be among them.

        Args:
            x_um: Place on the slide.
            y_um: Place on the slide.
            radius_um: Half the side of the square.
            time_s: Time in s.
        """
        step = int(time_s // LOOK_AHEAD_S)
        swimmers, looks = self._candidates.get(
            (x_um, y_um, radius_um, step),
            lambda: self._find_candidates((x_um, y_um), radius_um, step),
        )
        now = motion(swimmers, time_s)
        xy = self._relative_um(anchors_um(swimmers, time_s), (x_um, y_um), time_s) + now.offset_um
        heave = np.sin(2 * np.pi * swimmers.sway_hz * time_s + swimmers.phase_rad)
        height = looks.height_um + looks.heave_um * heave
        return CellsNear(swimmers, looks, now, xy, height)

    def things_near(
        self, x_um: float, y_um: float, half_um: tuple[float, float], time_s: float
    ) -> list[Thing]:
        """Return what is no spermatozoon in a rectangle around a place on the slide."""
        origin = self.fluid_origin_um(time_s)
        x, y = x_um - origin[0], y_um - origin[1]
        low, high = (x - half_um[0], y - half_um[1]), (x + half_um[0], y + half_um[1])
        return things_within(self.settings, low, high)
