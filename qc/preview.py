"""The live picture while an examination waits and records nothing."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from acquisition.camera import Camera, CameraError
from acquisition.latest import Latest


@contextmanager
def previewed(camera: Camera, latest: Latest | None) -> Iterator[None]:
    """Offer the camera's frames until the context is left; they are not recorded.

    Raises:
        CameraError: On leaving, if the camera failed meanwhile.
    """
    if latest is None:
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
                    latest.offer(frame)
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
