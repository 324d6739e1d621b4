"""A file that one program holds at a time; the system lets it go even if the program is killed."""

import sys
from typing import BinaryIO


def hold(file: BinaryIO) -> None:
    """Hold an open file until it is closed.

    Raises:
        OSError: If it is held already, by another program or where this one has opened it, too.
    """
    _lock(file)


if sys.platform == "win32":
    import msvcrt
    import os

    # Behind whatever is written: there is nothing that others could no longer read.
    _PLACE = 1 << 30

    def _lock(file: BinaryIO) -> None:
        before = os.lseek(file.fileno(), 0, os.SEEK_CUR)
        os.lseek(file.fileno(), _PLACE, os.SEEK_SET)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(file.fileno(), before, os.SEEK_SET)
else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
