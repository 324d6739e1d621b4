"""One simulated field held against its truth: percentages, count, and which cell became what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from acquisition.specimen import CellTruth
from inference.analysis import Models, analyse
from inference.counting import GradeCounts, grader_variance, shares, tally
from inference.evaluation.simulated import DURATION_S, FieldPlan, plan_field
from inference.evaluation.true_cells import in_counting_frame, true_cells
from inference.exports import to_document
from inference.field import GradedTrack
from inference.grading import Grade

# Farther out of focus, people disagree whether it is a cell: neither finding nor missing it counts.
UNSURE_DEFOCUS_UM = 10.0
NOTHING = 4
"""Row of the confusion for counted tracks that follow no cell, and column for cells missed."""
# What the limits of an interval are rounded to.
_ROUNDING_PERCENT = 0.005

Percents = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class FieldCheck:
    """One simulated field: what was there and what was found, by grade.

    Attributes:
        seed: Seed of the field.
        mix_percent: Shares of the grades in the specimen, of which the field is a sample.
        truth: Cells in the counting frame at the first instant, at most UNSURE_DEFOCUS_UM out of
            focus.
        found: Cells counted; those that follow a cell farther out of focus are left out.
        counted: All cells counted, as motiscope reports them.
        ci95_percent: The 95 % intervals of a, b, c, d that it reports with them.
        confusion: Cells by true grade (rows a, b, c, d, none) and counted grade (columns a, b, c,
            d, missed).
        um_per_px: Scale of the field.
        frame_rate_hz: Its frame rate.
        drift_um_s: Its drift.
        grader_variance: What the grader knows of the variances of the counts of a, b, c, d and of
            a and b together.
    """

    seed: int
    mix_percent: Percents
    truth: GradeCounts
    found: GradeCounts
    counted: GradeCounts
    ci95_percent: tuple[tuple[float, float], ...]
    confusion: tuple[tuple[int, ...], ...]
    um_per_px: float = 0.5
    frame_rate_hz: float = 50.0
    drift_um_s: float = 0.0
    grader_variance: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0, 0.0)

    @property
    def percent_errors(self) -> Percents:
        """Found minus true percentage of a, b, c, d, in points; nothing found is 0 % of each."""
        return percent_errors(self.truth, self.found)

    @property
    def count_error(self) -> float:
        """Found minus true count, as a share of the true one."""
        return self.found.total / max(self.truth.total, 1) - 1

    @property
    def covered(self) -> tuple[bool, ...]:
        """Whether the interval of a, b, c, d covers the specimen's mix."""
        return tuple(
            low - _ROUNDING_PERCENT <= share <= high + _ROUNDING_PERCENT
            for share, (low, high) in zip(self.mix_percent, self.ci95_percent, strict=True)
        )


def percent_errors(truth: GradeCounts, found: GradeCounts) -> Percents:
    """Return found minus true percentage of a, b, c, d in points."""
    true, seen = shares([truth]), shares([found])
    a, b, c, d = ((seen[g].percent or 0.0) - (true[g].percent or 0.0) for g in "abcd")
    return a, b, c, d


def check_field(seed: int, models: Models, duration_s: float = DURATION_S) -> FieldCheck:
    """Draw, analyse and compare one field."""
    return check_plan(plan_field(seed), models, duration_s)


def check_plan(plan: FieldPlan, models: Models, duration_s: float = DURATION_S) -> FieldCheck:
    """Record the field of a plan, analyse it and hold it against the truth."""
    view = plan.view()
    recording = plan.record(view, duration_s)
    analysis = analyse(recording, plan.scale, models)
    cells = [cell for cell in analysis.fields[0].cells if cell.present_at_start]
    follows = true_cells([cell.track for cell in cells], view, plan.scale)
    at_start = in_counting_frame(recording.truth_at_start(), view.size, plan.scale)
    sorted_out = sort_out(cells, follows, at_start)
    reported = to_document(analysis)["grades"]
    a, b, c, d = (100 * share for share in plan.specimen.mix.shares())
    return FieldCheck(
        seed=plan.seed,
        mix_percent=(a, b, c, d),
        truth=sorted_out.truth,
        found=sorted_out.found,
        counted=analysis.counted,
        ci95_percent=tuple((reported[g]["ci95"][0], reported[g]["ci95"][1]) for g in "abcd"),
        confusion=sorted_out.rows,
        um_per_px=plan.optics.um_per_px_x,
        frame_rate_hz=plan.frame_rate_hz,
        drift_um_s=float(np.hypot(*plan.specimen.drift_um_s)),
        grader_variance=grader_variance(cell.probabilities for cell in cells),
    )


@dataclass(frozen=True, slots=True, eq=False)
class SortedOut:
    """Counted cells sorted by what they are.

    Attributes:
        truth: Cells that should have been counted.
        found: Cells that were, unsure ones left out.
        confusion: True grade by counted grade, shape (5, 5); the last row is for counted tracks
            of no cell, the last column for cells that were missed.
    """

    truth: GradeCounts
    found: GradeCounts
    confusion: NDArray[np.int64] = field(default_factory=lambda: np.zeros((5, 5), np.int64))

    @property
    def rows(self) -> tuple[tuple[int, ...], ...]:
        """The confusion as plain numbers."""
        return tuple(tuple(int(value) for value in row) for row in self.confusion)


def sort_out(
    counted: Sequence[GradedTrack],
    follows: Sequence[CellTruth | None],
    at_start: Sequence[CellTruth],
) -> SortedOut:
    """Hold the counted cells against those that were there at the first instant.

    Of two counted tracks of one cell the longer one is its answer, and the other follows nothing
    that should have been counted, as does the track of a cell that swam in later.

    Args:
        counted: The cells that were counted.
        follows: The true cell that each follows, None for none.
        at_start: The true cells in the counting frame at the first instant.
    """
    unsure = {cell.cell_id for cell in at_start if abs(cell.defocus_um) > UNSURE_DEFOCUS_UM}
    missed = {cell.cell_id: cell for cell in at_start if cell.cell_id not in unsure}
    truth = tally([Grade(cell.grade.value) for cell in missed.values()])
    sure = [
        (cell, true)
        for cell, true in zip(counted, follows, strict=True)
        if true is None or true.cell_id not in unsure
    ]
    result = SortedOut(truth, tally([cell.grade for cell, _ in sure]))
    for row, column in _places(sure, missed):
        result.confusion[row, column] += 1
    return result


def _places(
    sure: list[tuple[GradedTrack, CellTruth | None]], missed: dict[int, CellTruth]
) -> Iterator[tuple[int, int]]:
    """Yield row and column of every counted track and of every cell that none of them follows."""
    grades = list(Grade)
    for cell, true in sorted(sure, key=lambda pair: -pair[0].track.duration_s):
        own = None if true is None else missed.pop(true.cell_id, None)
        row = NOTHING if own is None else grades.index(Grade(own.grade.value))
        yield row, grades.index(cell.grade)
    for lost in missed.values():
        yield grades.index(Grade(lost.grade.value)), NOTHING
