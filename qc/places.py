"""Which field comes next, and where it lies; a function of the seed and of what is stored."""

from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from acquisition.camera import CameraSettings
from acquisition.fields import FieldPlan, coverslip_area, replicate_finished
from acquisition.stage import Position, StageLimits
from qc.plan import ExaminationPlan
from qc.records.values import FieldOutcome, FieldRecord, ReplicateRecord


@dataclass(frozen=True, slots=True)
class NextField:
    """Which field to record next.

    Attributes:
        number: Its number within the replicate, from 1.
        attempt: How often it is then recorded, from 1.
        drifted: How many of these recordings drifted.
        replaces: The counted field that it is to replace.
    """

    number: int
    attempt: int
    drifted: int
    replaces: FieldRecord | None

    def is_last(self, plan: ExaminationPlan) -> bool:
        """Whether this recording is counted even if it drifts."""
        return self.drifted + 1 >= plan.max_attempts


def next_field(replicate: ReplicateRecord, repeat: bool = False) -> NextField:
    """Decide which field comes next.

    It is the last one again if that is wanted, drifted or was cut; else the next of the plan.

    Args:
        replicate: What is recorded so far, in the order of recording.
        repeat: Whether the last field is to be recorded again although it is counted.
    """
    fields = replicate.fields
    if not fields:
        return NextField(1, 1, 0, None)
    last = fields[-1]
    if last.outcome is FieldOutcome.COUNTED and not repeat:
        return due_field(replicate, max(field.number for field in fields) + 1)
    return due_field(replicate, last.number)


def due_field(replicate: ReplicateRecord, number: int) -> NextField:
    """Return what a recording of a field is, after all that is recorded of it so far.

    Args:
        replicate: What is recorded so far, in the order of recording.
        number: Number of the field, from 1.
    """
    same = [field for field in replicate.fields if field.number == number]
    attempt = max((field.attempt for field in same), default=0) + 1
    drifted = sum(field.outcome is FieldOutcome.DRIFTED for field in same)
    counted = next((field for field in replicate.counting if field.number == number), None)
    return NextField(number, attempt, drifted, counted)


def as_replacement(field: FieldRecord, due: NextField, reason: str | None = None) -> FieldRecord:
    """Return a field that was recorded as it was due, with the counted one that it replaces.

    Args:
        field: What was recorded; it replaces nothing unless it is counted.
        due: What it was to be.
        reason: Why it was recorded again, where that is known.
    """
    if field.outcome is not FieldOutcome.COUNTED or due.replaces is None:
        return field
    return replace(field, replaces=due.replaces.field_id, reason=reason or "repeated")


def is_finished(replicate: ReplicateRecord, plan: ExaminationPlan) -> bool:
    """Whether a replicate has its cells in its fields, or as many fields as are allowed."""
    fields = len(replicate.counting)
    counted = replicate.counted.total
    enough = replicate_finished(counted, fields, plan.min_cells, plan.min_fields)
    return enough or fields >= plan.max_fields


def position(
    plan: ExaminationPlan,
    accepted: CameraSettings,
    limits: StageLimits,
    replicate: int,
    number: int,
) -> Position:
    """Return the centre of a field, the same whenever it is asked for.

    Args:
        plan: The seed and the scale.
        accepted: The size of the picture.
        limits: Where the stage may go.
        replicate: Number of the replicate, from 1; each has its own places.
        number: Number of the field, from 1.

    Raises:
        FieldPlanError: If the stage has no room for it.
    """
    seeds = np.random.SeedSequence([plan.seed, replicate]).generate_state(1, np.uint64)
    fields = FieldPlan(
        seed=int(seeds[0]),
        field_width_um=accepted.width_px * plan.scale.um_per_px_x,
        field_height_um=accepted.height_px * plan.scale.um_per_px_y,
        area=_common(coverslip_area(), limits),
    )
    return next(islice(fields.positions(), number - 1, None))


def _common(one: StageLimits, other: StageLimits) -> StageLimits:
    return StageLimits(
        max(one.x_min_um, other.x_min_um),
        min(one.x_max_um, other.x_max_um),
        max(one.y_min_um, other.y_min_um),
        min(one.y_max_um, other.y_max_um),
    )
