"""Files that appear under their name when they are whole."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from acquisition.clip_files import rename
from acquisition.part_file import part_file


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """Yield where to write a file that is never in the place of another.

    What was written has the target's name once the block is left.
    After an error or an interrupt in the block nothing is left.

    Raises:
        FileExistsError: If the target is there; it stays as it is.
        OSError: If the folder cannot be written to.
    """
    if target.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    with part_file(target) as part:
        yield part
        rename(part, target)


@contextmanager
def renewed_file(target: Path) -> Iterator[Path]:
    """Yield where to write a file that takes the place of the one before, once it is whole.

    After an error or an interrupt in the block the one before is there as it was. What is no file,
    such as a pipe, is written to itself.

    Raises:
        OSError: If the folder cannot be written to.
    """
    if target.exists() and not target.is_file():
        yield target
        return
    # A link stays one.
    whole = target.resolve()
    with part_file(whole) as part:
        yield part
        part.replace(whole)
