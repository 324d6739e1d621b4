"""Which cameras are there, and for a driver that finds none, why and what to install."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from acquisition.camera import CameraInfo


@dataclass(frozen=True, slots=True)
class Discovery:
    """What one driver finds.

    Attributes:
        driver: Name of the driver, with which a camera is chosen.
        library: The library behind it.
        cameras: Cameras that could be opened.
        problem: Why none could be looked for, and what to do; None where looking worked.
    """

    driver: str
    library: str
    cameras: tuple[CameraInfo, ...]
    problem: str | None = None


@contextmanager
def sdk_import() -> Iterator[None]:
    """Let a vendor's library load where warnings are errors: its SWIG layer crashes on one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield
