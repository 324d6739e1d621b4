"""What is being written lies beside its target, under a name that nothing else has."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4


@contextmanager
def part_file(target: Path) -> Iterator[Path]:
    """Yield an empty file beside the target; what is left of it after the block is removed.

    It is nobody else's: a download that is under way has the target's name and `.part`, too.

    Raises:
        OSError: If it cannot be made.
    """
    part = _beside(target)
    part.touch(exist_ok=False)
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def part_folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder beside the target; what is left of it after the block is removed.

    Raises:
        OSError: If it cannot be made.
    """
    part = _beside(target)
    part.mkdir(parents=True)
    try:
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _beside(target: Path) -> Path:
    return target.with_name(f"{target.name}.{uuid4().hex[:8]}.part")
