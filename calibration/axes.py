"""What a pixel is worth in x and in y, solved from readings in any orientation."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Axes:
    """Readings of one set-up as arrays of shape (N,), and what they say of x and y.

    Attributes:
        pitches: Distances between rulings in px.
        angles: Directions of the micrometer's axis in radians, x towards y.
        divisions_um: Lengths of one division.
        u_reading: Relative standard uncertainties of the pitches from the single readings.
        u_frames: Those that the frames of a clip add.
        u_angles: Standard uncertainties of the angles in radians.
        pixel_aspect: Known width / height of a pixel; None has x and y measured apart.
    """

    pitches: Floats
    angles: Floats
    divisions_um: Floats
    u_reading: Floats
    u_frames: Floats
    u_angles: Floats
    pixel_aspect: float | None

    @property
    def free(self) -> int:
        """Readings beyond those that the axes need."""
        return max(0, self.pitches.size - (2 if self.pixel_aspect is None else 1))

    def _terms(self) -> Floats:
        """What each axis adds to a reading, shape (N, axes), in 1/x² and 1/y² of µm²."""
        turned = np.stack([np.cos(self.angles), np.sin(self.angles)], axis=1) ** 2
        terms = turned * (self.divisions_um / self.pitches)[:, None] ** 2
        if self.pixel_aspect is not None:
            terms = terms @ np.array([[1.0], [self.pixel_aspect**2]])
        return np.asarray(terms, np.float64)

    def _u(self, between: float) -> Floats:
        """Relative standard uncertainty of each pitch, shape (N,)."""
        squares = self.u_reading**2 + self.u_frames**2 + between**2
        return np.maximum(np.sqrt(squares), 1e-6)

    def solve(self, between: float) -> Floats:
        """µm per px in x and y, NaN where the readings cannot say."""
        weights = 1 / self._u(between)
        terms = self._terms()
        solution, _, rank, _ = np.linalg.lstsq(terms * weights[:, None], weights, rcond=1e-6)
        if rank < terms.shape[1] or np.any(solution <= 0):
            return np.full(2, np.nan)
        if self.pixel_aspect is None:
            return np.asarray(solution**-0.5, np.float64)
        x = float(solution[0]) ** -0.5
        return np.array([x, x / self.pixel_aspect])

    def gaps(self, solved: Floats) -> Floats:
        """How far each reading lies from the common scale, relative, shape (N,)."""
        axes = solved[: 1 if self.pixel_aspect is not None else 2]
        return np.asarray(np.sqrt(self._terms() @ axes**-2.0) - 1, np.float64)

    def between(self) -> float:
        """The relative standard deviation between readings that their own uncertainty leaves."""
        low, high = 0.0, 0.1
        if self.free == 0 or not self._excess(low):
            return 0.0
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if self._excess(middle) else (low, middle)
        return high

    def _excess(self, between: float) -> bool:
        """Whether the readings differ by more than this and their own uncertainty explain."""
        gaps = self.gaps(self.solve(between)) / self._u(between)
        return bool(np.sum(gaps**2) > self.free)

    def spread(
        self, solved: Floats, between: float, u_pitches: Floats, *, u_angles: bool = True
    ) -> Floats:
        """Relative standard uncertainty in x and y from those of pitches and angles."""
        variance = np.zeros(2)
        for i in range(self.pitches.size):
            step = np.eye(self.pitches.size)[i]
            moved = [replace(self, pitches=self.pitches * (1 + step * u_pitches))]
            if u_angles:
                moved.append(replace(self, angles=self.angles + step * self.u_angles))
            for one in moved:
                variance += (one.solve(between) / solved - 1) ** 2
        return np.asarray(np.sqrt(variance), np.float64)

    def by_shape(self, solved: Floats, between: float, u_aspect: float) -> Floats:
        """Relative standard uncertainty in x and y from that of `pixel_aspect`.

        It falls on the axis that was not measured: all of it on y where the slide lies along x.
        """
        if self.pixel_aspect is None:
            return np.zeros(2)
        low, high = (
            replace(self, pixel_aspect=self.pixel_aspect * (1 + off)).solve(between)
            for off in (-u_aspect, u_aspect)
        )
        return np.asarray(np.abs(high - low) / (2 * solved), np.float64)
