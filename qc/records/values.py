"""What is kept of an examination, as frozen values: written as they are, read back equal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import reduce
from operator import add
from uuid import UUID, uuid4

from acquisition.camera import CameraInfo, CameraSettings
from acquisition.notice import Notice
from acquisition.rest import MOST_STRAY, STRAY_START
from acquisition.stage import Position
from acquisition.temperature_log import Reading
from calibration.scale import Scale
from inference.counting import SURE, GradeCounts, GradingVariance, tally
from inference.field import Drift
from inference.grading import Grade, Thresholds
from inference.identity import ModelIdentity
from qc.cells import StoredCell
from qc.corrected import ClipExtent, State, cells_now, corrected_counts
from qc.corrections import Correction
from qc.plan import ExaminationPlan


def utc_now() -> datetime:
    """Return the present time in UTC."""
    return datetime.now(UTC)


class SessionState(StrEnum):
    """How far a session has come; only an open one changes."""

    OPEN = "open"
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    ABORTED = "aborted"


class FieldOutcome(StrEnum):
    """What became of a recorded field."""

    COUNTED = "counted"
    DRIFTED = "drifted"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class ClipRecord:
    """The recording of a field.

    Attributes:
        path: The clip, relative to the folder of its session, with forward slashes.
        sha256: Hash of the clip's file.
        frames: Frames in the file.
        lost_frames: Frames that the camera or the writer lost.
        frame_rate_hz: Frame rate that was asked for.
        duration_s: Time from the first to the last frame.
        settings: What the camera accepted.
        begun_utc: When the recording began.
        ended_utc: When it ended.
        temperature_begun_c: Temperature of the stage at its begin, None if not measured.
        temperature_ended_c: Temperature of the stage at its end, None if not measured.
        focus: Sharpness of the picture, larger is sharper, None if not measured.
        temperatures: Readings of the stage during the recording, from its begin.
    """

    path: str
    sha256: str
    frames: int
    lost_frames: int
    frame_rate_hz: float
    duration_s: float
    settings: CameraSettings
    begun_utc: datetime
    ended_utc: datetime
    temperature_begun_c: float | None = None
    temperature_ended_c: float | None = None
    focus: float | None = None
    temperatures: tuple[Reading, ...] = ()

    @property
    def readings_c(self) -> tuple[float, ...]:
        """All temperatures that were measured, in order, in °C."""
        logged = (one.temperature_c for one in self.temperatures)
        every = (self.temperature_begun_c, *logged, self.temperature_ended_c)
        return tuple(reading for reading in every if reading is not None)


@dataclass(frozen=True, slots=True)
class ResultRecord:
    """What the analysis of a clip said, with everything that the numbers came from.

    Attributes:
        counted: Cells present at the first instant, by grade.
        time_weighted_percent: Share of each grade in the time that cells were seen.
        drift: Drift that was measured and taken off, None where it could not be measured.
        scale: What a pixel was worth.
        calibration_sha256: Hash of the micrometer picture behind the scale, None if there is none.
        model: Which model found the cells.
        thresholds: Limits between the grades, with their edition.
        notices: What a reader must know.
        software: Name and version of the software that graded it.
        operator: Who examined.
        analysed_utc: When the analysis ended.
        grader: Which model weighed their grades, None where the rule alone decided.
        cells: Every graded track; empty in a result of a motiscope that did not keep them.

    Raises:
        ValueError: If the cells do not add up to the count.
    """

    counted: GradeCounts
    time_weighted_percent: Mapping[Grade, float]
    drift: Drift | None
    scale: Scale
    calibration_sha256: str | None
    model: ModelIdentity
    thresholds: Thresholds
    notices: tuple[Notice, ...]
    software: str
    operator: str
    analysed_utc: datetime
    grader: ModelIdentity | None = None
    cells: tuple[StoredCell, ...] = ()

    def __post_init__(self) -> None:
        added = tally([cell.grade for cell in self.cells if cell.counted])
        if self.cells and added != self.counted:
            raise ValueError(f"the cells add up to {added}, the count is {self.counted}")


@dataclass(frozen=True, slots=True)
class FieldRecord:
    """One recording of one place on the slide.

    Attributes:
        number: Number of the field within its replicate, from 1, in the order of the plan.
        attempt: How often this place was recorded, from 1.
        outcome: Whether it is counted, and if not, why.
        position: Where the stage stood, None without a stage.
        clip: The recording.
        result: What it says; None where it was not analysed. Corrections do not change it.
        replaces: The finished field that this one is recorded instead of; that one stays
            readable and is counted no more.
        reason: Why it is not counted, or why it replaces another.
        field_id: Its key.
        corrections: What people said was wrong with it, in order, withdrawn ones included.
    """

    number: int
    attempt: int
    outcome: FieldOutcome
    position: Position | None
    clip: ClipRecord
    result: ResultRecord | None = None
    replaces: UUID | None = None
    reason: str | None = None
    field_id: UUID = field(default_factory=uuid4)
    corrections: tuple[Correction, ...] = ()

    @property
    def counted(self) -> GradeCounts:
        """Its cells by grade, after the corrections."""
        if self.result is None:
            return GradeCounts()
        return corrected_counts(self.result.counted, self.result.cells, self.corrections)

    @property
    def grading(self) -> GradingVariance:
        """How uncertain its count is because cells are misread.

        A person's word on a grade is taken as sure. Where the cells were not stored, what the
        grader knew of each is lost and the rest is taken from the count.
        """
        stored = {cell.number: cell for cell in self.result.cells} if self.result else {}
        return GradingVariance.of(
            [
                stored[now.number].probabilities
                for now in self.cells_now.values()
                if now.counted and not now.corrections and now.number in stored
            ],
            self.counted,
        )

    @property
    def cells_now(self) -> State:
        """Its cells by their number, after the corrections."""
        return cells_now(self.result.cells if self.result else (), self.corrections)

    @property
    def begin_frame(self) -> int:
        """The frame of its clip that its count is of: the first, but for pictures left out."""
        if self.result is None or all(one.code != STRAY_START for one in self.result.notices):
            return 0
        return min([MOST_STRAY, *(cell.first_frame for cell in self.result.cells)])

    @property
    def extent(self) -> ClipExtent:
        """Where in its clip a cell can lie."""
        settings, clip = self.clip.settings, self.clip
        frames = clip.frames + clip.lost_frames
        return ClipExtent(settings.width_px, settings.height_px, frames, clip.frame_rate_hz)


@dataclass(frozen=True, slots=True)
class ReplicateRecord:
    """One preparation and its fields in the order of recording."""

    number: int
    begun_utc: datetime
    fields: tuple[FieldRecord, ...] = ()
    replicate_id: UUID = field(default_factory=uuid4)

    @property
    def counting(self) -> tuple[FieldRecord, ...]:
        """The fields that enter the count: finished ones that no other field replaces."""
        replaced = {each.replaces for each in self.fields}
        return tuple(
            each
            for each in self.fields
            if each.outcome is FieldOutcome.COUNTED and each.field_id not in replaced
        )

    @property
    def field_counts(self) -> tuple[GradeCounts, ...]:
        """The count of every field that enters the count, after the corrections."""
        return tuple(each.counted for each in self.counting if each.result is not None)

    @property
    def counted(self) -> GradeCounts:
        """Cells counted over all these fields, after the corrections."""
        return reduce(add, self.field_counts, GradeCounts())

    @property
    def grading(self) -> GradingVariance:
        """How uncertain that count is because cells are misread."""
        return reduce(add, (each.grading for each in self.counting), SURE)

    @property
    def originally_counted(self) -> GradeCounts:
        """Cells counted over all these fields, as the analysis left them."""
        results = (each.result for each in self.counting)
        return reduce(add, (each.counted for each in results if each), GradeCounts())


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """One examination of one sample.

    Attributes:
        plan: What was asked for.
        camera: Which camera looked.
        folder: Folder of the clips.
        software: Name and version of the software that began it.
        begun_utc: When it began.
        state: How far it has come.
        ended_utc: When it was closed, None while it is open.
        closing_reason: Why it was closed before its end.
        replicates: The preparations in the order of counting.
        session_id: Its key.
    """

    plan: ExaminationPlan
    camera: CameraInfo
    folder: str
    software: str
    begun_utc: datetime
    state: SessionState = SessionState.OPEN
    ended_utc: datetime | None = None
    closing_reason: str | None = None
    replicates: tuple[ReplicateRecord, ...] = ()
    session_id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """One line of the list of sessions.

    Attributes:
        session_id: Its key.
        sample: Label of the sample.
        operator: Who examined.
        state: How far it has come.
        begun_utc: When it began.
        ended_utc: When it was closed, None while it is open.
        replicates: Replicates that were begun.
        fields: Fields that enter a count.
        counted: Cells of all replicates by grade, after the corrections.
        progressive_percent: The progressive share of its result, None where no result is given.
    """

    session_id: UUID
    sample: str
    operator: str
    state: SessionState
    begun_utc: datetime
    ended_utc: datetime | None
    replicates: int
    fields: int
    counted: GradeCounts
    progressive_percent: float | None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to which record, when and why."""

    at_utc: datetime
    operator: str
    action: str
    subject: str
    subject_id: UUID
    reason: str | None = None
