"""Where the videos of VISEM lie: in a folder beside the tables, named by their list."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qc.visem.cells import VisemError
from qc.visem.columns import VIDEO_FOLDER
from qc.visem.reader import Visem


class NoVideoError(VisemError):
    """Not one video of the list is there."""


@dataclass(frozen=True, slots=True)
class FoundVideos:
    """The videos of those who are in the tables.

    Attributes:
        paths: The file of each participant whose video is there, by rising number.
        faults: One line for each participant whose video is not.
    """

    paths: Mapping[int, Path]
    faults: tuple[str, ...]


def find_videos(folder: Path, visem: Visem) -> FoundVideos:
    """Look for the video of every participant; none is opened.

    Args:
        folder: The folder of the tables; videos lie in its folder `videos`, or beside the tables.
        visem: The tables, with the list of videos.

    Raises:
        NoVideoError: If none is there.
    """
    paths: dict[int, Path] = {}
    faults = []
    for participant in visem.participants:
        name = visem.videos[participant]
        path = _find(folder, name)
        if path is None:
            faults.append(f"participant {participant}: no video «{name}»; left out")
        else:
            paths[participant] = path
    if not paths:
        raise NoVideoError(
            f"{folder / VIDEO_FOLDER}: none of the {len(faults)} videos of the list is there"
        )
    return FoundVideos(paths, tuple(faults))


def _find(folder: Path, name: str) -> Path | None:
    places = (folder / VIDEO_FOLDER / name, folder / name)
    return next((path for path in places if path.is_file()), None)
