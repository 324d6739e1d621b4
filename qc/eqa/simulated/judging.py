"""How a reading of a drawn video compares with what was drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError

from qc.eqa.assigned_table import SetError
from qc.eqa.reading import VideoReading
from qc.eqa.simulated.writing import DRAWN_FILE

CUT_TOLERANCE = 2
"""Frames that a cut may be found beside where it was drawn."""


class Drawn(BaseModel):
    """What is true of a drawn video.

    Attributes:
        id: Its ID.
        um_per_px: x and y.
        duration_s: How long it lasts.
        cuts: First frame of each field, as the file counts them.
    """

    id: int
    um_per_px: tuple[float, float]
    duration_s: float
    cuts: list[int]


class _DrawnSet(BaseModel):
    videos: list[Drawn]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a reading got right.

    Attributes:
        scale_error_percent: Of the axis that is farther off, signed.
        cuts: Cuts that were drawn.
        found: Those that were found within 2 frames.
        late_frames: The farthest of these, in frames.
        invented: Cuts that were found where none was drawn.
    """

    scale_error_percent: float
    cuts: int
    found: int
    late_frames: int
    invented: int


def read_drawn(folder: Path) -> dict[int, Drawn]:
    """Return what was drawn of each video of a simulated set, by ID.

    Raises:
        SetError: If the set was not made by `motiscope eqa simulate`.
        OSError: If its file cannot be read.
    """
    file = folder / DRAWN_FILE
    if not file.is_file():
        raise SetError(f"{folder} was not made by motiscope eqa simulate: it has no {DRAWN_FILE}")
    try:
        drawn = _DrawnSet.model_validate_json(file.read_bytes()).videos
    except ValidationError as error:
        raise SetError(f"{file} is not what motiscope eqa simulate wrote") from error
    return {one.id: one for one in drawn}


def judge(reading: VideoReading, drawn: Drawn) -> Judged:
    """Return how a reading's scale and cuts compare with what was drawn."""
    used = (reading.scale.um_per_px_x, reading.scale.um_per_px_y)
    off = [100 * (one / true - 1) for one, true in zip(used, drawn.um_per_px, strict=True)]
    distances = _matched(reading.cuts, drawn.cuts)
    return Judged(
        scale_error_percent=max(off, key=abs),
        cuts=len(drawn.cuts),
        found=len(distances),
        late_frames=max(map(abs, distances), default=0),
        invented=len(reading.cuts) - len(distances),
    )


def _matched(found: Sequence[int], drawn: Sequence[int]) -> list[int]:
    """Return the distance of each drawn cut to a found one of its own, where one is near."""
    left, distances = sorted(found), []
    for cut in drawn:
        near = min(left, key=lambda one: abs(one - cut), default=None)
        if near is not None and abs(near - cut) <= CUT_TOLERANCE:
            left.remove(near)
            distances.append(near - cut)
    return distances
