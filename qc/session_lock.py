"""One session is examined by one program at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from acquisition.file_lock import hold

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
            hold(file)
        except OSError as error:
            raise SessionLockedError(
                f"the session in {folder} is being examined by another motiscope; end that one"
            ) from error
        yield
