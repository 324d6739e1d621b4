"""One session is examined by one program at a time."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

LOCK_NAME = "session.lock"


class SessionLockedError(Exception):
    """Another program examines this session; one line says which folder."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a session's folder; the system lets it go even if the program is killed.

    Raises:
        SessionLockedError: If another program holds it.
        OSError: If the folder cannot be written to.
    """
    with (folder / LOCK_NAME).open("ab") as file:
        try:
            _lock(file)
        except OSError as error:
            raise SessionLockedError(
                f"the session in {folder} is being examined by another motiscope; end that one"
            ) from error
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
