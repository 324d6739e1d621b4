"""A camera before a lamp, whose pictures answer to exposure and gain."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from acquisition.camera import CameraInfo, CameraSettings
from acquisition.frame import Frame

SETTINGS = CameraSettings(frame_rate_hz=50.0, exposure_us=1_000.0)
LAMP = CameraInfo("test", "lamp", "1", has_clock=True)


def scene(background: float, heads: float, light: float = 1.0) -> NDArray[np.uint8]:
    """Return a picture of which 0.5 % are heads."""
    grey = np.full((100, 100), background)
    grey[:5, :10] = heads
    return np.clip(np.round(grey * light), 0, 255).astype(np.uint8)


@dataclass
class LampCamera:
    """A camera before a lamp: grey is proportional to exposure and gain."""

    grey_per_ms: float
    heads: float = 2.0
    settings: CameraSettings = SETTINGS
    asked: list[CameraSettings] = field(default_factory=list)
    info: CameraInfo = LAMP

    def open(self) -> None: ...

    def close(self) -> None: ...

    def apply(self, settings: CameraSettings) -> CameraSettings:
        self.asked.append(settings)
        self.settings = replace(settings, exposure_us=max(20.0, settings.exposure_us))
        return self.settings

    @contextmanager
    def frames(self) -> Iterator[Iterator[Frame]]:
        light = self.settings.exposure_us / 1_000 * 10 ** (self.settings.gain_db / 20)
        background = self.grey_per_ms * light
        picture = scene(background, self.heads * background)
        yield (Frame(picture, index) for index in range(5))
