"""Which simulated cells are to be counted, and which one a track follows."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from acquisition.specimen import CellTruth, FieldView
from calibration.scale import Scale
from inference.edge import field_corners_um, from_edge_um
from inference.grading import Grade
from inference.presence import GUARD_UM
from inference.tracks import Track

LOOKS_HZ = 4.0
NEAR_UM = 4.0
SURE_SHARE = 0.6


def in_counting_frame(
    cells: Sequence[CellTruth], frame_size_px: tuple[int, int], scale: Scale
) -> list[CellTruth]:
    """Return the cells whose heads have their middles in the counting frame."""
    heads_px = np.array([(cell.x_px, cell.y_px) for cell in cells]).reshape(-1, 2)
    corners_um = field_corners_um(frame_size_px, scale)
    counts = from_edge_um(scale.to_um(heads_px), corners_um) >= GUARD_UM
    return [cell for cell, is_inside in zip(cells, counts, strict=True) if is_inside]


def true_cells(tracks: Sequence[Track], view: FieldView, scale: Scale) -> list[CellTruth | None]:
    """Return the cell that each track follows, as it was first met, None where it follows none.

    The truth is looked at LOOKS_HZ times a second; a track follows the cell that is the nearest
    one within NEAR_UM in SURE_SHARE of the looks or more.
    """
    last_s = max((float(track.time_s[-1]) for track in tracks), default=0.0)
    times_s = np.arange(0, last_s + 1e-9, 1 / LOOKS_HZ)
    truth = [view.cells_in_view(float(time_s)) for time_s in times_s]
    return [_true_cell(track, times_s, truth, scale) for track in tracks]


def true_grades(tracks: Sequence[Track], view: FieldView, scale: Scale) -> list[Grade | None]:
    """Return the grade of the cell that each track follows, None where it follows none."""
    cells = true_cells(tracks, view, scale)
    return [None if cell is None else Grade(cell.grade.value) for cell in cells]


def _true_cell(
    track: Track,
    times_s: NDArray[np.float64],
    truth: Sequence[Sequence[CellTruth]],
    scale: Scale,
) -> CellTruth | None:
    within = (times_s >= track.time_s[0]) & (times_s <= track.time_s[-1])
    looked = np.flatnonzero(within).tolist() or [int(np.abs(times_s - track.time_s[0]).argmin())]
    seen: list[CellTruth] = []
    for look in looked:
        at = track.xy_um[np.abs(track.time_s - times_s[look]).argmin()]
        places = scale.to_um(np.array([(c.x_px, c.y_px) for c in truth[look]]).reshape(-1, 2))
        apart = np.hypot(*(places - at).T)
        if len(apart) and apart.min() < NEAR_UM:
            seen.append(truth[look][int(apart.argmin())])
    ids = [cell.cell_id for cell in seen]
    most = max(set(ids), key=ids.count, default=None)
    if most is None or ids.count(most) < SURE_SHARE * len(looked):
        return None
    return next(cell for cell in seen if cell.cell_id == most)
