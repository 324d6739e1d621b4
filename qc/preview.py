"""The live picture while an examination waits and records nothing."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from acquisition.camera import Camera, CameraError
from acquisition.latest import Latest


@contextmanager
def previewed(camera: Camera, latest: Latest | None) -> Iterator[Callable[[], None]]:
    """Offer the camera's frames until the context is left; they are not recorded.

    Yields:
        A check to call while waiting: it raises CameraError if the camera has failed.

    Raises:
        CameraError: On leaving, if the camera failed meanwhile.
    """
    failures: list[CameraError] = []

    def check() -> None:
        if failures:
            raise failures[0]

    if latest is None:
        yield check
        return
    leaving = threading.Event()

    def show() -> None:
        try:
            _show(camera, latest, leaving)
        except CameraError as error:
            failures.append(error)
        except Exception as error:  # noqa: BLE001 - whatever ends the thread must be told
            failures.append(_told(error))

    thread = threading.Thread(target=show, name="preview", daemon=True)
    thread.start()
    try:
        yield check
    finally:
        leaving.set()
        thread.join()
    check()


def _show(camera: Camera, latest: Latest, leaving: threading.Event) -> None:
    with camera.frames() as stream:
        for frame in stream:
            if leaving.is_set():
                return
            latest.offer(frame)


def _told(error: Exception) -> CameraError:
    failure = CameraError(f"the live picture failed: {type(error).__name__}: {error}")
    failure.__cause__ = error
    return failure
