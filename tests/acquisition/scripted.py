"""A camera that does what a test tells it, frame by frame."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from acquisition.camera import CameraInfo, CameraSettings
from acquisition.frame import Frame


class ScriptedCamera:
    """Yields frames; a callable in the script is called, and may wait or raise."""

    def __init__(self, script: Iterable[Frame | Callable[[], None]]) -> None:
        self.script = script
        self.streaming = False

    @property
    def info(self) -> CameraInfo:
        return CameraInfo("motiscope", "scripted", "1", has_clock=True)

    def open(self) -> None: ...

    def apply(self, settings: CameraSettings) -> CameraSettings:
        return settings

    @contextmanager
    def frames(self) -> Iterator[Iterator[Frame]]:
        self.streaming = True
        try:
            yield self._play()
        finally:
            self.streaming = False

    def close(self) -> None: ...

    def _play(self) -> Iterator[Frame]:
        for step in self.script:
            if isinstance(step, Frame):
                yield step
            else:
                step()
