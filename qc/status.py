"""Where an examination stands, as one frozen value that is replaced whole."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from inference.counting import GradeCounts
from qc.picture import Picture

_NOTHING = GradeCounts()


class Phase(StrEnum):
    """What an examination is doing; `qc.examination` draws how one leads to the next."""

    WAITING = "waiting"
    PREPARING = "preparing"
    NEW_PREPARATION = "new preparation"
    MOVING = "moving"
    RECORDING = "recording"
    ANALYSING = "analysing"
    PAUSED = "paused"
    FINISHED = "finished"
    ABORTED = "aborted"
    LEFT = "left open"
    FAILED = "failed"

    @property
    def is_end(self) -> bool:
        """Whether the examination does nothing more."""
        return self in (Phase.FINISHED, Phase.ABORTED, Phase.LEFT, Phase.FAILED)


@dataclass(frozen=True, slots=True)
class ExaminationStatus:
    """Where an examination stands.

    Attributes:
        phase: What it is doing.
        session_id: Its session, None before it is stored.
        replicate: Number of the present replicate, from 1; 0 before the first.
        replicates: Replicates that are planned.
        field: Number of the present field within the replicate, from 1; 0 before the first.
        attempt: How often this field is being recorded, from 1.
        fields_counted: Fields of this replicate that are counted and stored.
        min_fields: Fields that the replicate needs at least.
        counted: Cells of this replicate that are counted and stored, by grade.
        min_cells: Cells that the replicate needs at least.
        temperature_c: Last measured temperature, None where there is no heater.
        picture: What the live picture showed last; None before the first look.
        drift_um_s: Drift of the last analysed field, None where it could not be measured.
        recorded_s: Length of the present recording so far.
        duration_s: Length that it will have.
        frames: Frames recorded in the present field.
        frames_lost: Frames lost in the present field.
        frames_lost_before: Frames lost in this session's fields before it.
        camera_differs: What the camera does otherwise than it was asked, a line each.
        message: What the operator should know or do, in one line.
        asks: Whether the message asks for something that the operator may confirm.
        error: Why it failed, None unless it did.
    """

    phase: Phase = Phase.WAITING
    session_id: UUID | None = None
    replicate: int = 0
    replicates: int = 0
    field: int = 0
    attempt: int = 1
    fields_counted: int = 0
    min_fields: int = 0
    counted: GradeCounts = _NOTHING
    min_cells: int = 0
    temperature_c: float | None = None
    picture: Picture | None = None
    drift_um_s: float | None = None
    recorded_s: float = 0.0
    duration_s: float = 0.0
    frames: int = 0
    frames_lost: int = 0
    frames_lost_before: int = 0
    camera_differs: tuple[str, ...] = ()
    message: str = ""
    asks: bool = False
    error: str | None = None
