"""The examination: fields are recorded and graded until both replicates are counted.

The phases and how one leads to the next:

    WAITING -> PREPARING -> MOVING -> RECORDING -> ANALYSING -> MOVING (next field) ...
                  ^           |                        |
                  |         PAUSED (resume -> MOVING)  +-> NEW_PREPARATION (next replicate)
                  |                                    |          |
                  +------------------------------------|----------+
                  +- (temperature left the tolerance)  +-> FINISHED
    any phase -> ABORTED, LEFT (by the operator), FAILED (a device, the disk or the analysis)

PREPARING waits for the temperature. A pause waits at the boundary before MOVING, so that a field
that has begun is finished. An abort, and a repeat while RECORDING, cut the clip at a frame; what
was recorded is kept and not counted. Every finished field is on disk and in the store before the
next one begins, so a session whose program was killed goes on where it stood.
"""

from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from acquisition.camera import CameraError, CameraInfo, CameraSettings
from acquisition.clip import ClipError
from acquisition.fields import FieldPlanError
from acquisition.heater import HeaterError
from acquisition.latest import Latest
from acquisition.recorder import RecorderError
from acquisition.sidecar import software
from acquisition.stage import StageError
from qc.bench import Bench
from qc.board import StatusBoard, StatusWatcher
from qc.controls import AbortedError, Controls, LeftError
from qc.field_run import ENDED, AnalysisError, FieldRun, Place
from qc.lighting import Lighting, last_lit
from qc.picture import Picture
from qc.picture_watch import PictureWatch
from qc.places import NextField, as_replacement, is_finished, next_field, position
from qc.plan import ExaminationPlan
from qc.preview import previewed
from qc.records.database import StoreError
from qc.records.store import Store
from qc.records.values import (
    ClipRecord,
    FieldOutcome,
    FieldRecord,
    ReplicateRecord,
    SessionRecord,
    SessionState,
    utc_now,
)
from qc.recovery import stray_fields
from qc.result import SessionResult, session_result
from qc.session_lock import SessionLockedError, locked
from qc.status import ExaminationStatus, Phase
from qc.thermostat import Thermostat

_FAILURES = (
    AnalysisError, CameraError, ClipError, FieldPlanError, HeaterError, OSError, RecorderError,
    SessionLockedError, StageError, StoreError,
)  # fmt: skip


class ExaminationError(Exception):
    """The examination cannot go on; one line says why. The session stays open, with its fields."""


class Examination:
    """One session, from the first field to the result.

    `run` does the work in the thread that calls it; everything else may be called from any thread.

    Args:
        session: What to examine: a new session, or an open one from the store to go on with.
        bench: The devices and the analysis; the camera is open.
        store: Where every finished field is kept.
        watch: Told about every new status; it must return at once.
        latest: Where the newest frame is offered while nothing is recorded; the recorder has its
            own way to a live view. None leaves the camera alone meanwhile.
        picture: Looks at what the live view shows; None looks at nothing.
    """

    def __init__(
        self,
        session: SessionRecord,
        bench: Bench,
        store: Store,
        *,
        watch: StatusWatcher | None = None,
        latest: Latest | None = None,
        picture: PictureWatch | None = None,
    ) -> None:
        self._session = session
        self._bench = bench
        self._store = store
        self._latest = latest
        self._picture = picture
        self._board = StatusBoard(watch)
        self._controls = Controls()
        self._thermostat = Thermostat(
            bench.microscope.heater,
            session.plan,
            self._board,
            self._controls,
            needed=bench.microscope.stage is not None,
        )
        self._lighting = Lighting(bench.microscope.camera, self._board, self._note_exposure)

    @property
    def session_id(self) -> UUID:
        """The key of the session."""
        return self._session.session_id

    @property
    def status(self) -> ExaminationStatus:
        """Where it stands."""
        return self._board.status

    def pause(self) -> None:
        """Stop before the next field."""
        self._controls.pause()

    def resume(self) -> None:
        """Go on after a pause, or say that the new preparation is in place."""
        self._controls.resume()

    def repeat_field(self, reason: str) -> None:
        """Record the present field again, or between two fields the last one; the old one stays."""
        self._controls.repeat_field(reason)

    def override_temperature(self, reason: str) -> None:
        """Record at whatever temperature the stage has; the reason is stored."""
        self._controls.override_temperature(reason)

    def set_exposure(self) -> None:
        """Find exposure and gain from the picture before the next field."""
        self._controls.set_exposure()

    def abort(self, reason: str) -> None:
        """End the session for good; finished fields stay."""
        self._controls.abort(reason)
        self._stop_stage()

    def leave(self) -> None:
        """Stop now and leave the session open, to go on with it later."""
        self._controls.leave()
        self._stop_stage()

    def tell_mover(self, text: str, asks: bool) -> None:
        """Show what the operator, at a stage without a motor, should do, and maybe confirm."""
        self._board.enter(Phase.MOVING, text, asks=asks)

    def take_confirmation(self) -> bool:
        """Whether the operator has confirmed since this was last asked.

        Raises:
            AbortedError, LeftError: If the operator ended the examination.
        """
        self._controls.check()
        return self._controls.take_confirmation()

    def _stop_stage(self) -> None:
        stage = self._bench.microscope.stage
        if stage is not None:
            with suppress(StageError):
                stage.stop()

    def run(self) -> SessionResult:
        """Examine until both replicates are counted, or the operator ends it.

        Raises:
            ExaminationError: If a device, the disk or the analysis failed.
        """
        try:
            self._run()
        except _FAILURES as error:
            self._failed(str(error))
            raise ExaminationError(str(error)) from error
        except BaseException as error:
            self._failed(f"{type(error).__name__}: {error}")
            raise
        return session_result(self._store.session(self.session_id))

    def _run(self) -> None:
        folder = Path(self._session.folder)
        folder.mkdir(parents=True, exist_ok=True)
        looked_at = nullcontext() if self._picture is None else self._picture.watching(self._see)
        with locked(folder), looked_at:
            self._run_locked(folder)

    def _see(self, picture: Picture) -> None:
        self._board.see(picture)

    def _run_locked(self, folder: Path) -> None:
        try:
            known = self._store.knows(self.session_id)
            if known:
                # Asked for only now: another program may have closed it before it let it go.
                self._session = self._store.open_session(self.session_id)
            self._begin()
            if known:
                self._continue(folder)
            else:
                self._store.begin_session(self._session)
            for number in range(1, self._session.plan.replicates + 1):
                self._replicate(number, folder)
            self._store.close_session(self.session_id, SessionState.COMPLETE)
            self._board.enter(Phase.FINISHED)
        except AbortedError as end:
            self._store.close_session(self.session_id, SessionState.ABORTED, str(end))
            self._board.enter(Phase.ABORTED, str(end))
        except LeftError:
            self._board.enter(Phase.LEFT, "left open; it can be continued")

    def _note_exposure(self, set_to: str) -> None:
        who = self._session.plan.operator
        self._store.note(who, "exposure set", self.session_id, set_to)

    def _failed(self, reason: str) -> None:
        self._board.post(replace(self.status, phase=Phase.FAILED, error=reason, message=reason))

    def _begin(self) -> None:
        session, plan = self._session, self._session.plan
        self._board.post(
            ExaminationStatus(
                phase=Phase.PREPARING,
                session_id=session.session_id,
                replicates=plan.replicates,
                min_fields=plan.min_fields,
                min_cells=plan.min_cells,
            )
        )
        self._lighting.apply(last_lit(session))
        self._thermostat.begin()

    def _field_run(self, folder: Path) -> FieldRun:
        return FieldRun(
            self._session.plan,
            self._bench,
            folder,
            self._lighting.asked,
            self._lighting.accepted,
            self._board,
            self._controls,
            self._thermostat,
        )

    def _continue(self, folder: Path) -> None:
        """Take up an open session as it is stored, with the clips that did not get there."""
        run_field, who = self._field_run(folder), self._session.plan.operator
        self._store.note(who, "continued", self.session_id, "the session was open")

        def grade(place: Place, clip: ClipRecord) -> FieldRecord:
            try:
                return run_field.grade(place, clip)
            except AnalysisError as error:
                return error.field

        for replicate, field in stray_fields(self._session, grade):
            self._store.add_field(replicate.replicate_id, field)
        self._session = self._store.session(self.session_id)
        lost = sum(f.clip.lost_frames for r in self._session.replicates for f in r.fields)
        self._board.post(replace(self.status, frames_lost_before=lost))

    def _replicate(self, number: int, folder: Path) -> None:
        record = next((each for each in self._session.replicates if each.number == number), None)
        if any(each.number > number for each in self._session.replicates):
            # Its slide was taken away; a correction that lowers its count must not go back to it.
            return
        if record is None:
            record = self._new_replicate(number)
        self._show(record)
        while True:
            self._boundary()
            record = self._corrected(record)
            repeat = self._controls.take_repeat()
            if repeat is None and is_finished(record, self._session.plan):
                return
            record = self._next_field(record, repeat, self._field_run(folder))

    def _new_replicate(self, number: int) -> ReplicateRecord:
        if number > 1:
            self._new_preparation(number)
        record = ReplicateRecord(number, utc_now())
        self._store.begin_replicate(self.session_id, record)
        return record

    def _new_preparation(self, number: int) -> None:
        what = f"put the pre-heated slide of replicate {number} in place"
        by_itself = self._bench.new_preparation is not None
        self._board.enter(Phase.NEW_PREPARATION, what, asks=not by_itself)
        if self._bench.new_preparation is not None:
            self._bench.new_preparation(number)
            return
        self._controls.take_confirmation()
        self._wait_until(self._controls.take_confirmation)
        who, action = self._session.plan.operator, "pre-heated slide confirmed"
        self._store.note(who, action, self.session_id, f"replicate {number}")

    def _boundary(self) -> None:
        """Let requests take effect: an end, a pause; and wait for the temperature."""
        self._controls.check()
        if self._controls.paused:
            self._board.enter(Phase.PAUSED, "paused between two fields")
            self._wait_until(lambda: not self._controls.paused)
        self._expose_if_wanted()
        if self._thermostat.ready():
            return
        self._thermostat.announce()
        self._wait_until(self._thermostat.warm_or_accepted)
        if (given := self._thermostat.given) is not None:
            who = self._session.plan.operator
            self._store.note(who, "temperature overridden", self.session_id, given)

    def _wait_until(self, reached: Callable[[], bool]) -> None:
        """Wait with a live picture, and set the exposure meanwhile as often as it is asked for."""
        done = False
        while not done:
            with previewed(self._bench.microscope.camera, self._latest) as check_camera:

                def seen_and_reached() -> bool:
                    nonlocal done
                    check_camera()
                    done = reached()
                    return done or self._controls.exposure_wanted

                self._controls.wait_until(seen_and_reached, self._bench.timing.poll_s)
            self._expose_if_wanted()

    def _expose_if_wanted(self) -> None:
        if self._controls.take_exposure():
            self._lighting.set_from_picture()

    def _next_field(
        self, record: ReplicateRecord, repeat: str | None, run_field: FieldRun
    ) -> ReplicateRecord:
        """Record a field, store it at once, and return the replicate with it."""
        due = next_field(record, repeat is not None)
        place = self._place(record.number, due, run_field.accepted)
        self._show_next(due)
        try:
            field = run_field(place)
        except AnalysisError as error:
            self._store.add_field(record.replicate_id, error.field)
            raise
        if field is None:
            self._controls.take_repeat()
            return record
        field = self._explained(field, due, repeat)
        self._store.add_field(record.replicate_id, field)
        record = self._corrected(replace(record, fields=(*record.fields, field)))
        if field.reason == ENDED:
            # A source that ends would end again, and the field be recorded for ever.
            raise CameraError(f"field {field.number} is not finished: {ENDED}")
        if field.outcome is FieldOutcome.DRIFTED:
            self._board.enter(Phase.MOVING, f"{field.reason}; recording it again")
            self._controls.sleep(self._bench.timing.drift_s)
        return record

    def _corrected(self, record: ReplicateRecord) -> ReplicateRecord:
        """Show a replicate with what people have corrected by now, and return it."""
        made = self._store.corrections(self.session_id)
        fields = (
            replace(field, corrections=tuple(made.get(field.field_id, ())))
            for field in record.fields
        )
        record = replace(record, fields=tuple(fields))
        self._show(record)
        return record

    def _show_next(self, due: NextField) -> None:
        status = self.status
        self._board.post(
            replace(
                status,
                field=due.number,
                attempt=due.attempt,
                recorded_s=0.0,
                frames=0,
                frames_lost=0,
                frames_lost_before=status.frames_lost_before + status.frames_lost,
            )
        )

    def _place(self, replicate: int, due: NextField, accepted: CameraSettings) -> Place:
        stage, plan = self._bench.microscope.stage, self._session.plan
        where = None
        if stage is not None:
            where = position(plan, accepted, stage.limits, replicate, due.number)
        return Place(replicate, due.number, due.attempt, where, due.is_last(plan))

    def _explained(self, field: FieldRecord, due: NextField, repeat: str | None) -> FieldRecord:
        """Add what it replaces, or why it was cut."""
        if field.outcome is FieldOutcome.UNFINISHED:
            reason = self._controls.take_repeat() or self._controls.end_reason or field.reason
            return replace(field, reason=reason)
        return as_replacement(field, due, repeat)

    def _show(self, record: ReplicateRecord) -> None:
        self._board.post(
            replace(
                self.status,
                replicate=record.number,
                fields_counted=len(record.counting),
                counted=record.counted,
            )
        )


def new_session(
    plan: ExaminationPlan, camera: CameraInfo, clips: Path, begun_utc: datetime | None = None
) -> SessionRecord:
    """Return a new session, its clips in a folder of their own.

    Args:
        plan: What to do.
        camera: Which camera looks.
        clips: Folder of the folders of all sessions.
        begun_utc: When it begins, now unless stated.
    """
    begun = begun_utc or utc_now()
    key = uuid4()
    return SessionRecord(
        plan=plan,
        camera=camera,
        folder=str(clips / f"{begun:%Y-%m-%d}-{key.hex[:8]}"),
        software=software(),
        begun_utc=begun,
        session_id=key,
    )
