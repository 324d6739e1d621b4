"""Cells that get nowhere: each should be one track, and graded d."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from inference.analysis import Models, analyse
from inference.evaluation.grade_check import UNSURE_DEFOCUS_UM
from inference.evaluation.points import FrameMatch, TrackPoints, compare
from inference.evaluation.simulated import FieldPlan
from inference.evaluation.true_cells import true_cells
from inference.grading import Grade

LEAST_S = 2.0
REACH_UM = 5.0
# A human box jumps now and then: so many of a track's places must keep within the reach.
REACHED_SHARE = 0.99
MATCH_SIMILARITY = 0.5
LEAST_FRAMES = 5


@dataclass(frozen=True, slots=True)
class StillCells:
    """What became of the cells that get nowhere.

    Attributes:
        cells: How many there were.
        missed: Those that no track follows.
        tracks: Tracks that follow them.
        immotile: Those of these tracks that are graded d.
        most: Most tracks of one cell.
    """

    cells: int = 0
    missed: int = 0
    tracks: int = 0
    immotile: int = 0
    most: int = 0

    @property
    def tracks_per_cell(self) -> float | None:
        """Tracks for each cell that was found, None if none was."""
        found = self.cells - self.missed
        return self.tracks / found if found else None

    @property
    def immotile_share(self) -> float | None:
        """Share of the tracks graded d, None of none."""
        return self.immotile / self.tracks if self.tracks else None

    def __add__(self, other: "StillCells") -> "StillCells":
        return StillCells(
            self.cells + other.cells,
            self.missed + other.missed,
            self.tracks + other.tracks,
            self.immotile + other.immotile,
            max(self.most, other.most),
        )


def still_tracks(
    points: TrackPoints, um_per_px: float, rate_hz: float, drift_um_s: NDArray[np.float64]
) -> TrackPoints:
    """Keep the human tracks of cells that get nowhere.

    Such a track lasts LEAST_S or longer, and once the field's drift is taken off, REACHED_SHARE
    of its places keep within REACH_UM of their median.

    Args:
        points: All tracks.
        um_per_px: What a pixel is worth.
        rate_hz: Frames per second.
        drift_um_s: Velocity of the field, shape (2,).
    """
    kept = np.zeros(len(points), bool)
    for number in np.unique(points.track_id):
        own = points.track_id == number
        time_s = points.frame[own] / rate_hz
        xy_um = points.xy_px[own] * um_per_px - time_s[:, None] * drift_um_s
        off_um = np.hypot(*(xy_um - np.median(xy_um, axis=0)).T)
        near = float((off_um <= REACH_UM).mean()) >= REACHED_SHARE
        kept[own] = near and np.ptp(time_s) >= LEAST_S
    return TrackPoints(points.frame[kept], points.track_id[kept], points.xy_px[kept])


def followed_by(
    truth: TrackPoints, predicted: TrackPoints, of_interest: Iterable[int], frames: int
) -> dict[int, list[int]]:
    """Return which predicted tracks follow each true track of interest.

    In each frame all true tracks and all predicted ones are paired one to one within 10 px; a
    predicted track follows a true one that it is paired with in LEAST_FRAMES frames or more.
    """
    true_ids, found_ids = (
        np.unique(truth.first(frames).track_id),
        np.unique(predicted.first(frames).track_id),
    )
    together: Counter[tuple[int, int]] = Counter()
    for frame in compare(truth, predicted, frames):
        together.update(_pairs(frame))
    follows: dict[int, list[int]] = {int(number): [] for number in of_interest}
    for (true, found), times in sorted(together.items()):
        if times >= LEAST_FRAMES and int(true_ids[true]) in follows:
            follows[int(true_ids[true])].append(int(found_ids[found]))
    return follows


def tally_still(follows: dict[int, list[int]], grades: dict[int, Grade]) -> StillCells:
    """Count cells, tracks and grades, given the tracks of each cell and the grade of each track."""
    tracks = [track for those in follows.values() for track in those]
    return StillCells(
        cells=len(follows),
        missed=sum(not those for those in follows.values()),
        tracks=len(tracks),
        immotile=sum(grades[track] is Grade.IMMOTILE for track in tracks),
        most=max((len(those) for those in follows.values()), default=0),
    )


def check_dead(plan: FieldPlan, models: Models, duration_s: float) -> StillCells:
    """Follow a drawn sample in which nothing swims.

    Its cells are those in the first frame, at most UNSURE_DEFOCUS_UM out of focus.
    """
    view = plan.view()
    recording = plan.record(view, duration_s)
    cells = analyse(recording, plan.scale, models).fields[0].cells
    true = true_cells([cell.track for cell in cells], view, plan.scale)
    follows: dict[int, list[int]] = {
        cell.cell_id: []
        for cell in recording.truth_at_start()
        if abs(cell.defocus_um) <= UNSURE_DEFOCUS_UM
    }
    for cell, own in zip(cells, true, strict=True):
        if own is not None and own.cell_id in follows:
            follows[own.cell_id].append(cell.track.track_id)
    return tally_still(follows, {cell.track.track_id: cell.grade for cell in cells})


def _pairs(frame: FrameMatch) -> Sequence[tuple[int, int]]:
    near = np.where(frame.similarity >= MATCH_SIMILARITY, frame.similarity, 0.0)
    rows, columns = linear_sum_assignment(near, maximize=True)
    hit = near[rows, columns] > 0
    return list(
        zip(
            frame.truth_ids[rows[hit]].tolist(),
            frame.predicted_ids[columns[hit]].tolist(),
            strict=True,
        )
    )
