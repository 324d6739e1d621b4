"""The settings of an examination's camera, and its exposure found from the picture."""

from collections.abc import Callable
from dataclasses import replace

from acquisition.accepted import differences
from acquisition.auto_exposure import ExposureError, expose
from acquisition.camera import Camera, CameraSettings
from qc.board import StatusBoard
from qc.records.values import SessionRecord


class Lighting:
    """Applies a camera's settings, and exposes anew where the operator asks for it.

    Args:
        camera: The camera, open.
        board: Where it is shown what the camera does otherwise than it was asked.
        note: Keeps with the session what was set.

    Attributes:
        asked: What the camera is asked for.
        accepted: What it accepted.
    """

    def __init__(self, camera: Camera, board: StatusBoard, note: Callable[[str], None]) -> None:
        self._camera = camera
        self._board = board
        self._note = note
        self.asked = self.accepted = CameraSettings()

    def apply(self, asked: CameraSettings) -> None:
        """Apply settings, and show where the camera differs.

        Raises:
            CameraError: If the camera refuses or has vanished.
        """
        self.asked, self.accepted = asked, self._camera.apply(asked)
        told = differences(asked, self.accepted)
        self._board.post(replace(self._board.status, camera_differs=told))

    def set_from_picture(self) -> None:
        """Find exposure and gain; where none is right, tell so and leave them as they were.

        Raises:
            CameraError: If the camera fails.
        """
        self._say("setting the exposure from the picture")
        try:
            found = expose(self._camera, self.asked)
        except ExposureError as error:
            self.apply(self.asked)
            self._say(str(error))
            return
        self.apply(replace(self.asked, exposure_us=found.exposure_us, gain_db=found.gain_db))
        set_to = f"{self.accepted.exposure_us:.0f} µs, {self.accepted.gain_db:.1f} dB"
        self._note(set_to)
        self._say(f"exposure set to {set_to}")

    def _say(self, message: str) -> None:
        self._board.post(replace(self._board.status, message=message))


def last_lit(session: SessionRecord) -> CameraSettings:
    """Return what a session's camera is asked for, with the exposure of its last clip."""
    clips = [field.clip for replicate in session.replicates for field in replicate.fields]
    if not clips:
        return session.plan.settings
    last = max(clips, key=lambda clip: clip.begun_utc).settings
    return replace(session.plan.settings, exposure_us=last.exposure_us, gain_db=last.gain_db)
