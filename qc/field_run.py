"""One field: the stage moves, the clip is recorded and analysed, and a record comes out."""

import math
from dataclasses import dataclass, replace
from pathlib import Path

from acquisition.camera import CameraSettings
from acquisition.clip import ClipNotes, unused_path
from acquisition.fields import MAX_DURATION_S, field_duration_s
from acquisition.notice import Notice
from acquisition.sidecar import software
from acquisition.stage import Position, StageError
from inference.analysis import Analysis
from inference.field import Drift, FieldResult
from qc.bench import Bench, RecordedClip, RecordingProgress
from qc.board import StatusBoard
from qc.cells import stored_cell
from qc.controls import Controls
from qc.plan import ExaminationPlan
from qc.records.values import ClipRecord, FieldOutcome, FieldRecord, ResultRecord, utc_now
from qc.status import Phase
from qc.thermostat import Thermostat

CUT = "cut by the operator"
ENDED = "the recording ended before its time"


@dataclass(frozen=True, slots=True)
class Place:
    """Which recording of which field this is.

    Attributes:
        replicate: Number of the replicate, from 1.
        number: Number of the field within it, from 1.
        attempt: How often it is recorded, from 1.
        position: Where it lies, None without a stage.
        last_attempt: Whether it is counted even if it drifts.
    """

    replicate: int
    number: int
    attempt: int
    position: Position | None
    last_attempt: bool

    @property
    def clip_path(self) -> str:
        """The clip's place in the session's folder."""
        return f"replicate-{self.replicate}/field-{self.number:02d}-{self.attempt}.mkv"


@dataclass(frozen=True, slots=True)
class FieldRun:
    """Records and grades one field.

    Attributes:
        plan: What was asked for.
        bench: Devices, recorder and analysis.
        folder: Folder of the session's clips.
        asked: What the camera is asked for.
        accepted: Settings as the camera accepted them.
        board: Where progress is shown.
        controls: What the operator asks for.
        thermostat: The temperature.
    """

    plan: ExaminationPlan
    bench: Bench
    folder: Path
    asked: CameraSettings
    accepted: CameraSettings
    board: StatusBoard
    controls: Controls
    thermostat: Thermostat

    def __call__(self, place: Place) -> FieldRecord | None:
        """Move, record and analyse; None where it was cut before the first frame.

        Raises:
            StageError, HeaterError, CameraError, RecorderError: If a device or the disk fails.
            AnalysisError: If the clip cannot be analysed.
            AbortedError, LeftError: If the operator ended it before the recording began.
        """
        self._move(place)
        begun_c, begun_utc = self.thermostat.read_c(), utc_now()
        recorded = self._record(place, self._notes(place, begun_c))
        if recorded is None:
            return None
        ended_c, ended_utc = self._temperature_at_end(recorded), utc_now()
        clip = ClipRecord(
            path=recorded.clip.path.relative_to(self.folder).as_posix(),
            sha256=recorded.clip.sha256,
            frames=recorded.clip.frames,
            lost_frames=recorded.clip.lost,
            frame_rate_hz=self.accepted.frame_rate_hz,
            duration_s=recorded.clip.duration_s,
            settings=self.accepted,
            begun_utc=begun_utc,
            ended_utc=ended_utc,
            temperature_begun_c=begun_c,
            temperature_ended_c=ended_c,
            focus=recorded.focus,
            temperatures=recorded.temperatures,
        )
        if recorded.clip.complete:
            stage = self.bench.microscope.stage
            return self.grade(place, clip, () if stage is None else stage.notices)
        cut = CUT if self.controls.cut_wanted() else None
        return unfinished(place, clip, cut or recorded.fault or ENDED)

    def grade(
        self, place: Place, clip: ClipRecord, notices: tuple[Notice, ...] = ()
    ) -> FieldRecord:
        """Analyse a complete clip and judge whether its field counts.

        Args:
            place: Which recording of which field it is.
            clip: What was recorded.
            notices: What else a reader must know of it.

        Raises:
            AnalysisError: If the clip cannot be analysed.
        """
        self.board.enter(Phase.ANALYSING)
        try:
            analysis = self.bench.analyse(self.folder / clip.path, self.plan.scale)
            own = (*notices, *self.thermostat.notices(*clip.readings_c))
            result = self._result(analysis, own)
        except Exception as error:
            kept = unfinished(place, clip, f"not analysed: {error}")
            raise AnalysisError(str(error), kept) from error
        return self._judged(place, clip, result)

    def _temperature_at_end(self, recorded: RecordedClip) -> float | None:
        if recorded.temperatures:
            return recorded.temperatures[-1].temperature_c
        return None if recorded.fault else self.thermostat.read_c()

    def _move(self, place: Place) -> None:
        self.board.enter(Phase.MOVING)
        stage = self.bench.microscope.stage
        if stage is None or place.position is None:
            return
        try:
            stage.move_to(place.position)
        except StageError:
            # The operator's end stops the stage too, and is then the reason.
            self.controls.check()
            raise
        self.controls.sleep(self.bench.timing.settle_s)

    def _notes(self, place: Place, temperature_c: float | None) -> ClipNotes:
        session_id = self.board.status.session_id
        return ClipNotes(
            camera=self.bench.microscope.camera.info,
            asked=self.asked,
            accepted=self.accepted,
            scale=self.plan.scale,
            position=place.position,
            temperatures_c=() if temperature_c is None else (temperature_c,),
            session=str(session_id) if session_id else None,
            replicate=place.replicate,
            field_number=place.number,
            seed=self.plan.seed,
        )

    def _record(self, place: Place, notes: ClipNotes) -> RecordedClip | None:
        duration_s = self._duration_s()
        self.board.post(
            replace(
                self.board.status,
                phase=Phase.RECORDING,
                message="",
                asks=False,
                duration_s=duration_s,
            )
        )
        path = unused_path(self.folder / place.clip_path)
        path.parent.mkdir(parents=True, exist_ok=True)
        cut = self.controls.cut_wanted
        recorded = self.bench.record(path, duration_s, notes, cut, self._watch)
        if recorded is not None:
            self._show_recorded(recorded)
        return recorded

    def _show_recorded(self, recorded: RecordedClip) -> None:
        status, clip = self.board.status, recorded.clip
        self.board.post(
            replace(
                status,
                recorded_s=clip.duration_s,
                frames=clip.frames,
                frames_lost=clip.lost,
            )
        )

    def _watch(self, progress: RecordingProgress) -> None:
        status = self.board.status
        self.board.post(
            replace(
                status,
                recorded_s=progress.recorded_s,
                frames=progress.frames,
                frames_lost=progress.frames_lost,
                temperature_c=_or(progress.temperature_c, status.temperature_c),
                message="" if progress.coded is None else _coding(progress),
            )
        )

    def _duration_s(self) -> float:
        if self.bench.count_visible is None:
            return MAX_DURATION_S
        with self.bench.microscope.camera.frames() as stream:
            frame = next(stream, None)
        if frame is None:
            return MAX_DURATION_S
        return field_duration_s(self.bench.count_visible(frame, self.plan.scale))

    def _result(self, analysis: Analysis, own: tuple[Notice, ...]) -> ResultRecord:
        field = _only_field(analysis)
        return ResultRecord(
            counted=field.counted,
            time_weighted_percent=field.time_weighted_percent,
            drift=field.drift,
            scale=analysis.scale,
            calibration_sha256=self.plan.calibration_sha256,
            model=analysis.model,
            thresholds=analysis.thresholds,
            notices=analysis.notices + field.notices + own,
            software=software(),
            operator=self.plan.operator,
            analysed_utc=utc_now(),
            grader=analysis.grader,
            cells=tuple(stored_cell(cell, analysis.scale) for cell in field.cells),
        )

    def _judged(self, place: Place, clip: ClipRecord, result: ResultRecord) -> FieldRecord:
        """Count the field, unless it drifted and may be recorded again."""
        drift_um_s = speed_um_s(result.drift)
        self.board.post(replace(self.board.status, drift_um_s=drift_um_s))
        outcome, reason = FieldOutcome.COUNTED, None
        if drift_um_s is not None and drift_um_s > self.plan.max_drift_um_s:
            reason = f"drift of {drift_um_s:.1f} µm/s, past {self.plan.max_drift_um_s:.0f} µm/s"
            if place.last_attempt:
                notice = Notice("drift_kept", f"counted in spite of a {reason}")
                result, reason = replace(result, notices=(*result.notices, notice)), None
            else:
                outcome = FieldOutcome.DRIFTED
        return FieldRecord(
            number=place.number,
            attempt=place.attempt,
            outcome=outcome,
            position=place.position,
            clip=clip,
            result=result,
            reason=reason,
        )


class AnalysisError(Exception):
    """The clip of a field could not be analysed.

    Attributes:
        field: The record of the field, its clip kept and not counted.
    """

    def __init__(self, message: str, field: FieldRecord) -> None:
        super().__init__(message)
        self.field = field


def _or(newer: float | None, older: float | None) -> float | None:
    return older if newer is None else newer


def speed_um_s(drift: Drift | None) -> float | None:
    """Return how fast a specimen drifts in µm/s, None where it is not known."""
    return None if drift is None else math.hypot(drift.x_um_s, drift.y_um_s)


def _only_field(analysis: Analysis) -> FieldResult:
    if len(analysis.fields) != 1:
        raise ValueError(f"{analysis.video.path.name} shows {len(analysis.fields)} fields, not one")
    return analysis.fields[0]


def unfinished(place: Place, clip: ClipRecord, reason: str) -> FieldRecord:
    """Return the record of a field whose clip is kept and not counted."""
    return FieldRecord(
        number=place.number,
        attempt=place.attempt,
        outcome=FieldOutcome.UNFINISHED,
        position=place.position,
        clip=clip,
        reason=reason,
    )


def _coding(progress: RecordingProgress) -> str:
    return f"the camera is faster than the disk: {progress.coded} of {progress.frames} frames saved"
