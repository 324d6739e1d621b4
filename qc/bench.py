"""What an examination works with: the devices, the recorder and the analysis."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from acquisition.clip import Clip, ClipNotes
from acquisition.frame import Frame
from acquisition.microscope import Microscope
from acquisition.temperature_log import Reading
from calibration.scale import Scale
from inference.analysis import Analysis


class FieldAnalyser(Protocol):
    """From the clip of one field to its count."""

    def __call__(self, clip: Path, scale: Scale) -> Analysis:
        """Analyse a finished clip.

        Raises:
            VideoError: If the clip cannot be read.
            ModelError: If the model cannot be used.
        """
        ...


class VisibleCounter(Protocol):
    """From one frame to the number of cells in it, to decide how long to record."""

    def __call__(self, frame: Frame, scale: Scale) -> int:
        """Count the spermatozoa in one frame."""
        ...


@dataclass(frozen=True, slots=True)
class RecordingProgress:
    """How far a recording has come.

    Attributes:
        recorded_s: Recorded time.
        frames: Frames on their way to the disk.
        frames_lost: Frames that the camera lost.
        coded: Frames of a camera faster than FFV1 that have been coded since; None before.
        temperature_c: Newest temperature of the stage, None if not measured.
    """

    recorded_s: float
    frames: int
    frames_lost: int
    coded: int | None = None
    temperature_c: float | None = None


@dataclass(frozen=True, slots=True)
class RecordedClip:
    """A clip on disk, closed.

    Attributes:
        clip: The clip; not complete where it was cut.
        focus: Sharpness, the median over the recording, None if not measured.
        temperatures: Readings of the heated stage during the recording.
        fault: Why the recording was cut where the operator did not ask for it; None unless so.
    """

    clip: Clip
    focus: float | None = None
    temperatures: tuple[Reading, ...] = ()
    fault: str | None = None


class FieldRecorder(Protocol):
    """From the camera to a clip on disk."""

    def __call__(
        self,
        path: Path,
        duration_s: float,
        notes: ClipNotes,
        cut: Callable[[], bool],
        watch: Callable[[RecordingProgress], None],
    ) -> RecordedClip | None:
        """Record one field; None where it was cut before its first frame.

        Args:
            path: Where the clip goes; it does not exist yet.
            duration_s: How long to record.
            notes: What is known of the clip before its first frame.
            cut: Asked at every frame; once it is true the recording ends, and the clip is closed.
            watch: Told about the progress a few times a second; it must return at once.

        Raises:
            CameraError: If the camera failed; what was recorded stays on disk.
            RecorderError: If the clip cannot be written.
        """
        ...


@dataclass(frozen=True, slots=True)
class Timing:
    """How long an examination waits.

    Attributes:
        settle_s: After a move, for the specimen to come to rest.
        drift_s: Before a field that drifted is recorded again.
        poll_s: Between two readings of the temperature.
    """

    settle_s: float = 0.5
    drift_s: float = 5.0
    poll_s: float = 0.25


@dataclass(frozen=True, slots=True)
class Bench:
    """The collaborators of an examination.

    Attributes:
        microscope: The devices; the camera is open and its settings are applied.
        record: Records one field.
        analyse: Analyses one clip.
        count_visible: Counts the cells of one frame; without it every field takes the longest time.
        new_preparation: Called with the number of the next replicate; returns once its slide is in
            place. Without it the examination waits for `resume`.
        timing: How long to wait.
    """

    microscope: Microscope
    record: FieldRecorder
    analyse: FieldAnalyser
    count_visible: VisibleCounter | None = None
    new_preparation: Callable[[int], None] | None = None
    timing: Timing = field(default_factory=Timing)
