"""What the screens work with: the records, and how an examination comes about."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from acquisition.frame import Frame
from acquisition.video import VideoError
from calibration.optics import CameraSetUp
from calibration.profiles import CalibrationProfile, OpticsHistory, ProfileError
from qc.corrections import Correction, CorrectionError
from qc.examination import ExaminationError
from qc.plan import ExaminationPlan
from qc.records.database import StoreError
from qc.records.exports import ExportError
from qc.records.values import FieldRecord, SessionRecord, SessionState, SessionSummary
from qc.report import ReportError
from qc.reporting import BlockedError
from qc.status import ExaminationStatus
from tui.quality import QualityServices
from tui.request import Request

EXPORT_FAILURES = (StoreError, ExportError, ReportError, BlockedError, OSError)
"""What `Services.export` may raise; the text is for the operator."""

CLOSE_FAILURES = (StoreError, ExaminationError, OSError)
"""What `Services.close` may raise; the text is for the operator."""

CORRECTION_FAILURES = (CorrectionError, StoreError, OSError)
"""What `Services.correct` may raise; the text is for the operator."""

CALIBRATION_FAILURES = (ProfileError, StoreError, OSError)
"""What `Services.keep_calibration` may raise; the text is for the operator."""

PICTURE_FAILURES = (VideoError, OSError)
"""What `Services.picture` may raise; the text is for the operator."""


class SessionStore(Protocol):
    """The records, as far as the screens need them; every method may be called in a thread."""

    def sessions(self, state: SessionState | None = None) -> tuple[SessionSummary, ...]:
        """Return all sessions, or those in one state, newest first."""
        ...

    def session(self, session_id: UUID) -> SessionRecord:
        """Return a session whole."""
        ...

    def optics(self) -> tuple[OpticsHistory, ...]:
        """Return all optics with their calibrations, by name."""
        ...


class OperatorControls(Protocol):
    """What the operator asks of a running examination; `qc.examination.Examination` takes it."""

    def pause(self) -> None:
        """Stop before the next field."""
        ...

    def resume(self) -> None:
        """Go on after a pause, or say that the new preparation is in place."""
        ...

    def repeat_field(self, reason: str) -> None:
        """Record the present field again, or between two fields the last one."""
        ...

    def override_temperature(self, reason: str) -> None:
        """Record at whatever temperature the stage has."""
        ...

    def set_exposure(self) -> None:
        """Find exposure and gain from the picture before the next field."""
        ...

    def abort(self, reason: str) -> None:
        """End the session for good; finished fields stay."""
        ...

    def leave(self) -> None:
        """Stop now and leave the session open."""
        ...


@dataclass(frozen=True, slots=True)
class Examining:
    """An examination with its devices open, ready to run.

    Attributes:
        plan: What it does.
        controls: Takes what the operator asks for, from any thread.
        run: Runs it to its end; called once, in a thread of its own.
        newest_frame: Returns the newest frame that was not shown yet, or None.
        close: Closes the devices; called when `run` is over, and safe to call twice.
    """

    plan: ExaminationPlan
    controls: OperatorControls
    run: Callable[[], object]
    newest_frame: Callable[[], Frame | None]
    close: Callable[[], None]


Publish = Callable[[ExaminationStatus], object]
"""Takes every new status; safe to call in any thread, and never blocks."""

OpenExamination = Callable[[Publish], Examining]
"""Opens the devices of one examination; called in the examination's own thread."""


@dataclass(frozen=True, slots=True)
class Calibrating:
    """A camera with the stage micrometer under it and its live picture running.

    Attributes:
        camera: What the camera says of itself.
        newest_frame: Returns the newest frame that was not shown yet, or None; raises CameraError
            when the camera has failed.
        turn: Turns the slide by 90° and back where software can; the technician does it elsewhere.
        close: Closes the camera; safe to call twice.
    """

    camera: CameraSetUp
    newest_frame: Callable[[], Frame | None]
    turn: Callable[[], None]
    close: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Services:
    """The collaborators of the screens.

    Attributes:
        store: The records.
        begin: Opens a new examination; called in the examination's thread.
        go_on: Opens an unfinished session again; called in the examination's thread.
        export: Writes a session to files and returns where they are.
        close: Closes an unfinished session as incomplete, for a reason that is stored; what was
            recorded and not yet stored is kept.
        correct: Stores a correction of a session's field; takes their keys and the correction,
            and returns it as it is stored.
        renew_reports: Writes the reports of corrected sessions again; may take seconds.
        open_micrometer: Opens the camera over the stage micrometer; called in a thread.
        keep_calibration: Stores a calibration, with its optics where their name is new.
        picture: Reads a frame of a field's clip, shape (height, width); may take a second.
        new_seed: Gives the seed of the next examination's field plan.
        software: Name and version, for the title line.
        quality: What the quality screens work with.
        camera: The bench's own camera, offered in the form; empty where none is set.
        operator: Who examined last; offered in the form.
    """

    store: SessionStore
    begin: Callable[[Request, Publish], Examining]
    go_on: Callable[[UUID, Publish], Examining]
    export: Callable[[UUID], tuple[Path, ...]]
    close: Callable[[UUID, str], None]
    correct: Callable[[UUID, UUID, Correction], Correction]
    renew_reports: Callable[[], None]
    open_micrometer: Callable[[], Calibrating]
    keep_calibration: Callable[[CalibrationProfile], None]
    picture: Callable[[SessionRecord, FieldRecord, int], NDArray[np.uint8]]
    new_seed: Callable[[], int]
    software: str
    quality: QualityServices
    camera: str = ""
    operator: str = ""
