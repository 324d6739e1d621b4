"""The live picture while an examination waits and records nothing."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from acquisition.camera import Camera, CameraError
from acquisition.frame import Frame


@contextmanager
def previewed(camera: Camera, view: Callable[[Frame], None] | None) -> Iterator[None]:
    """Show the camera's frames until the context is left; they are not recorded.

    Raises:
        CameraError: On leaving, if the camera failed meanwhile.
    """
    if view is None:
        yield
        return
    leaving = threading.Event()
    failures: list[CameraError] = []

    def show() -> None:
        try:
            with camera.frames() as stream:
                for frame in stream:
                    if leaving.is_set():
                        return
                    view(frame)
        except CameraError as error:
            failures.append(error)

    thread = threading.Thread(target=show, name="preview", daemon=True)
    thread.start()
    try:
        yield
    finally:
        leaving.set()
        thread.join()
    if failures:
        raise failures[0]
