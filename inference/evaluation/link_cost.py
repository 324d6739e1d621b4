"""What linking costs, by how many cells a frame shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from acquisition.specimen import Specimen, SpecimenSettings
from calibration.scale import Scale
from inference.evaluation.simulated import FIRST_SEED
from inference.linker import link
from inference.looks import LOOKS
from inference.tracks import Detections

SCALE = Scale(0.5, 0.5, "drawn")
RATE_HZ = 50.0
FIELD_UM = (960.0, 600.0)
"""Width and height: 1920x1200 px at 0.5 µm/px. The field keeps its size, the crowd grows."""
CORNERS_UM = np.array([(0.0, 0.0), FIELD_UM])
NOISE_UM = 0.15
# How far the looks of cells differ, and those of one cell from frame to frame, in grey values.
LOOKS_GREY, UNSTEADY_GREY = 30.0, 3.0
MISSED_SHARE = 0.05
REPEATS = 3


@dataclass(frozen=True, slots=True)
class LinkCost:
    """What linking a crowd costs.

    Attributes:
        cells: Detections a frame, in the mean.
        ms_per_frame: Time for each frame, the least of REPEATS runs.
        us_per_cell: Time for each detection.
    """

    cells: float
    ms_per_frame: float
    us_per_cell: float


def time_linking(cells: int, frames: int) -> LinkCost:
    """Time the linking of drawn detections, about `cells` in each of so many frames."""
    drawn = draw_detections(cells, frames)
    spent_s = []
    for _ in range(REPEATS):
        begun = perf_counter()
        link(drawn, SCALE, CORNERS_UM)
        spent_s.append(perf_counter() - begun)
    found = sum(len(one) for one in drawn)
    least_s = min(spent_s)
    return LinkCost(found / frames, 1000 * least_s / frames, 1e6 * least_s / max(1, found))


def growth(costs: Sequence[LinkCost]) -> float:
    """Return the power of the number of cells that the time grows with: 1 is linear.

    The slope of the straight line through the logarithms, by least squares.
    """
    cells, spent_ms = np.log([(cost.cells, cost.ms_per_frame) for cost in costs]).T
    return float(np.polyfit(cells, spent_ms, 1)[0])


def draw_detections(cells: int, frames: int) -> list[Detections]:
    """Draw the detections of a simulated sample, some of them missed."""
    area_mm2 = FIELD_UM[0] * FIELD_UM[1] * 1e-6
    specimen = Specimen(
        SpecimenSettings(seed=FIRST_SEED, cells_per_mm2=cells / area_mm2, extent_um=1_600)
    )
    rng = np.random.default_rng(FIRST_SEED)
    looks = rng.normal(0, LOOKS_GREY, (len(specimen), LOOKS))
    drawn = []
    for frame in range(frames):
        cell, xy_um = _in_field(specimen, frame / RATE_HZ)
        seen = rng.random(len(cell)) >= MISSED_SHARE
        seen_um = xy_um[seen] + rng.normal(0, NOISE_UM, (seen.sum(), 2))
        unsteady = rng.normal(0, UNSTEADY_GREY, (seen.sum(), LOOKS))
        drawn.append(_detections(frame, seen_um, looks[cell[seen]] + unsteady))
    return drawn


def _in_field(specimen: Specimen, time_s: float) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return numbers (n,) and places (n, 2) of the cells in the field."""
    half_um = np.array(FIELD_UM) / 2
    near = specimen.cells_near(0.0, 0.0, float(half_um.max()), time_s)
    inside = (np.abs(near.xy_um) < half_um).all(axis=1)
    return near.swimmers.cell_id[inside], near.xy_um[inside] + half_um


def _detections(frame: int, xy_um: NDArray[np.float64], looks: NDArray[np.float64]) -> Detections:
    n = len(xy_um)
    return Detections(
        frame=frame,
        time_s=frame / RATE_HZ,
        xy_px=SCALE.to_px(xy_um),
        size_px=np.full((n, 2), 10.0),
        score=np.full(n, 0.9),
        activity=np.full(n, np.nan),
        moves=np.full(n, np.nan),
        log_odds=np.full(n, np.nan),
        looks=looks,
        flow_px_s=np.empty((0, 2)),
    )
