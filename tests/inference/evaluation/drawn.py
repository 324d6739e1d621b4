"""Detectors without a network, and graded cells, for the tests of the measures."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from acquisition.frame import Frame
from acquisition.specimen import CellTruth, FieldView, SwimGrade
from calibration.scale import Scale
from inference.analysis import Models
from inference.detector import Detector
from inference.evaluation.simulated import FieldPlan
from inference.field import GradedTrack, PixelTracks
from inference.grading import Grade
from inference.identity import ModelIdentity
from inference.tracks import Detections, Track
from tests.inference.scenes import alone

# Neither limit of activity is near these.
BEATS, LIES = 9.0, 1.0
ORACLE, BLIND = ModelIdentity("oracle", "0" * 64), ModelIdentity("blind", "1" * 64)


@dataclass(frozen=True)
class Oracle:
    """A detector that is told where the simulated cells are, and that the dead ones lie still."""

    view: FieldView
    identity: ModelIdentity = ORACLE

    def detect(
        self, frames: Iterable[Frame], scale: Scale, frame_rate_hz: float
    ) -> Iterator[Detections]:
        del scale
        for frame in frames:
            time_s = frame.index / frame_rate_hz
            cells = self.view.cells_in_view(time_s)
            dead = np.array([cell.grade is SwimGrade.IMMOTILE for cell in cells], bool)
            xy_px = np.array([(cell.x_px, cell.y_px) for cell in cells]).reshape(-1, 2)
            activity = np.where(dead, LIES, BEATS)
            yield alone(frame.index, time_s, xy_px, np.full(len(cells), 0.9), activity)


@dataclass(frozen=True)
class Blind:
    """A detector that finds nothing."""

    identity: ModelIdentity = BLIND

    def detect(
        self, frames: Iterable[Frame], scale: Scale, frame_rate_hz: float
    ) -> Iterator[Detections]:
        del scale
        for frame in frames:
            nothing = np.empty((0, 2))
            yield alone(frame.index, frame.index / frame_rate_hz, nothing, np.empty(0))


def blind_models() -> Models:
    return Models(Blind())


def oracle_models(plan: FieldPlan) -> Models:
    oracle: Detector = Oracle(plan.view())
    return Models(oracle)


def easy(plan: FieldPlan, cells: int = 40) -> FieldPlan:
    """The plan in a field of so many cells, all in focus, seen at 25 frames/s."""
    field_mm2 = 640 * 480 * plan.optics.um_per_px_x * plan.optics.um_per_px_y * 1e-6
    specimen = replace(plan.specimen, cells_per_mm2=cells / field_mm2, focus_spread_um=0.5)
    return replace(plan, specimen=specimen, frame_rate_hz=25.0)


def track(number: int, xy_um: NDArray[np.float64], first: int = 0, rate_hz: float = 50.0) -> Track:
    frame = first + np.arange(len(xy_um))
    n = len(xy_um)
    return Track(
        track_id=number,
        frame=frame,
        time_s=frame / rate_hz,
        xy_um=xy_um,
        size_um=np.full((n, 2), 5.0),
        score=np.full(n, 0.9),
        activity=np.full(n, np.nan),
        moves=np.full(n, np.nan),
        interpolated=np.zeros(n, bool),
    )


def counted(number: int, grade: str, frames: int = 50) -> GradedTrack:
    return GradedTrack(track(number, np.zeros((frames, 2))), Grade(grade), present_at_start=True)


def cell(number: int, grade: str, defocus_um: float = 0.0) -> CellTruth:
    return CellTruth(
        cell_id=number,
        grade=SwimGrade(grade),
        x_px=0,
        y_px=0,
        x_um=0,
        y_um=0,
        slide_x_um=0,
        slide_y_um=0,
        net_vx_um_s=0,
        net_vy_um_s=0,
        path_speed_um_s=0,
        angle_rad=0,
        length_um=4.5,
        width_um=2.6,
        defocus_um=defocus_um,
    )


def rows(*points: tuple[int, int, float, float], score: float = 0.9) -> PixelTracks:
    """Tracks of rows (frame, track, x, y) at 50 frames/s."""
    table = np.array(points, float).reshape(-1, 4)
    n = len(table)
    return PixelTracks(
        frame=table[:, 0].astype(np.int64),
        time_s=table[:, 0] / 50.0,
        track_id=table[:, 1].astype(np.int64),
        xy_px=table[:, 2:],
        size_px=np.full((n, 2), 10.0),
        score=np.full(n, score),
        grade=np.full(n, "a"),
    )
