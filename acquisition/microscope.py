"""The devices of one bench, together."""

from dataclasses import dataclass

from acquisition.camera import Camera
from acquisition.heater import Heater
from acquisition.stage import Stage


@dataclass(frozen=True, slots=True)
class Microscope:
    """A camera over a heated stage.

    Attributes:
        camera: The camera.
        stage: The stage, or None where a recording is replayed.
        heater: The heated stage, or None where a recording is replayed.
    """

    camera: Camera
    stage: Stage | None
    heater: Heater | None

    def close(self) -> None:
        """Let all of them go; safe to call twice."""
        for device in (self.camera, self.stage, self.heater):
            if device is not None:
                device.close()
