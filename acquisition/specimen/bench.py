"""The simulated microscope: one world that the simulated camera, stage and heater share."""

import threading
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from acquisition.specimen.clock import Clock, FreeClock, WallClock
from acquisition.specimen.micrometer import MicrometerSettings, MicrometerView
from acquisition.specimen.picture import FieldView
from acquisition.specimen.recent import Recent
from acquisition.specimen.settings import (
    OpticsSettings,
    SpecimenError,
    SpecimenSettings,
    SwimGrade,
)
from acquisition.specimen.specimen import Specimen
from acquisition.specimen.truth import CellTruth
from acquisition.stage import Position

VIEWS = 4
# Far enough that the second drop of one sample is not the first of the next.
SECOND_DROP = 1_000_003


class Slide(StrEnum):
    """What can lie under the lens."""

    FIRST = "first replicate"
    SECOND = "second replicate"
    MICROMETER = "stage micrometer"


@dataclass(frozen=True, slots=True)
class BenchSettings:
    """What stands and lies on the simulated bench.

    Attributes:
        sample: The first replicate.
        second: The second replicate; None for the same sample with another seed.
        optics: Microscope and light.
        micrometer: The micrometer slide.
        room_c: Temperature of the room in °C.
        paced: Whether time passes as on the wall; else nobody ever waits.
    """

    sample: SpecimenSettings = field(default_factory=SpecimenSettings)
    second: SpecimenSettings | None = None
    optics: OpticsSettings = field(default_factory=OpticsSettings)
    micrometer: MicrometerSettings = field(default_factory=MicrometerSettings)
    room_c: float = 22.0
    paced: bool = False


@dataclass(frozen=True, slots=True)
class Geometry:
    """Size of the picture in px and camera pixels per picture pixel along one side."""

    width_px: int = 640
    height_px: int = 480
    binning: int = 1


@dataclass(frozen=True, slots=True)
class FieldTruth:
    """What is really in a field at one instant.

    Attributes:
        time_s: Simulated time.
        position: Place on the slide.
        cells: Spermatozoa whose heads are inside the picture.
    """

    time_s: float
    position: Position
    cells: tuple[CellTruth, ...]

    @property
    def counts(self) -> dict[SwimGrade, int]:
        """Spermatozoa by grade; every grade is there."""
        grades = [cell.grade for cell in self.cells]
        return {grade: grades.count(grade) for grade in SwimGrade}


class SimulatedMicroscope:
    """What lies under the lens, where the stage stands and what time it is.

    Time and place are read and set by the simulated devices; a person asks for another slide
    with `put` and for the answers with `truth`.
    """

    def __init__(self, settings: BenchSettings | None = None) -> None:
        self.settings = settings or BenchSettings()
        self.clock: Clock = WallClock() if self.settings.paced else FreeClock()
        self._slide, self._turned_rad = Slide.FIRST, 0.0
        self._leg = (Position(0.0, 0.0), Position(0.0, 0.0), 0.0, 0.0)
        self._specimens: Recent[Slide, Specimen] = Recent(len(Slide))
        self._focus_um = self.settings.optics.focus_um
        self._views: Recent[tuple[Slide, Geometry, float], FieldView] = Recent(VIEWS)
        self._micrometers: Recent[tuple[Geometry, float, float], MicrometerView] = Recent(VIEWS)
        # A view draws into buffers of its own, so one picture is drawn at a time.
        self._drawing = threading.Lock()

    @property
    def slide(self) -> Slide:
        """What lies under the lens."""
        return self._slide

    def put(self, slide: Slide, turned_rad: float = 0.0) -> None:
        """Put another slide under the lens.

        Args:
            slide: Which one.
            turned_rad: How far the micrometer is turned from its own angle, so that the other
                axis can be measured too.
        """
        self._slide, self._turned_rad = slide, turned_rad

    @property
    def focus_um(self) -> float:
        """Height of the focal plane above the middle of the fluid."""
        return self._focus_um

    def focus(self, height_um: float) -> None:
        """Turn the fine focus to a height above the middle of the fluid."""
        self._focus_um = height_um

    def position_at(self, time_s: float) -> Position:
        """Return where the stage stands or passes at a time."""
        start, target, leaves, arrives = self._leg
        if time_s >= arrives or arrives <= leaves:
            return target
        share = max(0.0, (time_s - leaves) / (arrives - leaves))
        return Position(
            start.x_um + share * (target.x_um - start.x_um),
            start.y_um + share * (target.y_um - start.y_um),
        )

    def travel(self, target: Position, duration_s: float) -> float:
        """Send the stage from where it is to a place; return the time of arrival."""
        now = self.clock.now_s()
        self._leg = (self.position_at(now), target, now, now + duration_s)
        return now + duration_s

    def halt(self) -> None:
        """Stop the stage where it is."""
        here = self.position_at(self.clock.now_s())
        self._leg = (here, here, 0.0, 0.0)

    def specimen(self, slide: Slide = Slide.FIRST) -> Specimen:
        """Return the sample on a slide.

        Raises:
            SpecimenError: If the slide carries no sample.
        """
        if slide is Slide.MICROMETER:
            raise SpecimenError("the stage micrometer carries no sample")
        return self._specimens.get(slide, lambda: Specimen(self._sample(slide)))

    def _sample(self, slide: Slide) -> SpecimenSettings:
        first = self.settings.sample
        if slide is Slide.FIRST:
            return first
        return self.settings.second or replace(first, seed=first.seed + SECOND_DROP)

    def _optics(self, geometry: Geometry, focus_um: float) -> OpticsSettings:
        optics = self.settings.optics
        return replace(
            optics,
            um_per_px_x=optics.um_per_px_x * geometry.binning,
            um_per_px_y=optics.um_per_px_y * geometry.binning,
            focus_um=focus_um,
        )

    def field_view(self, slide: Slide, geometry: Geometry) -> FieldView:
        """Return the view of a sample for a size of picture."""
        size, focus = (geometry.width_px, geometry.height_px), self._focus_um
        return self._views.get(
            (slide, geometry, focus),
            lambda: FieldView(self.specimen(slide), self._optics(geometry, focus), *size),
        )

    def _micrometer_view(self, geometry: Geometry) -> MicrometerView:
        size, focus = (geometry.width_px, geometry.height_px), self._focus_um
        angle = self.settings.micrometer.angle_rad + self._turned_rad
        lying = replace(self.settings.micrometer, angle_rad=angle)
        return self._micrometers.get(
            (geometry, focus, angle),
            lambda: MicrometerView(lying, self._optics(geometry, focus), *size),
        )

    def render(self, time_s: float, geometry: Geometry, light: float = 1.0) -> NDArray[np.uint8]:
        """Draw what the camera sees at a time, shape (height, width), uint8."""
        position, slide = self.position_at(time_s), self._slide
        if slide is not Slide.MICROMETER:
            with self._drawing:
                return self.field_view(slide, geometry).render(time_s, position, light)
        return self._micrometer_view(geometry).render(time_s, position, light)

    def truth(
        self,
        time_s: float,
        position: Position,
        slide: Slide = Slide.FIRST,
        geometry: Geometry | None = None,
    ) -> FieldTruth:
        """Return what is really in a field at a time.

        Args:
            time_s: Simulated time; for a frame of the simulated camera its `time_us` / 1e6.
            position: Where the stage stood.
            slide: Which replicate lay under the lens.
            geometry: Size of the picture.

        Raises:
            SpecimenError: If the slide carries no sample.
        """
        view = self.field_view(slide, geometry or Geometry())
        return FieldTruth(time_s, position, tuple(view.cells_in_view(time_s, position)))
