"""The development recordings: where they lie and what is known of them."""

import os
from dataclasses import dataclass
from pathlib import Path

# Detectors that have not seen one of the recordings, so that it can be scored.
LEFT_OUT = Path(__file__).parents[1] / "models" / "left_out"
# Beside a checkout, and wherever MOTISCOPE_DATA says.
BESIDE = Path(__file__).parents[3] / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Recording:
    """A VISEM-Tracking recording.

    Attributes:
        number: Its number in the data set.
        video: File or folder of images, relative to the data folder.
        tracks: Its human tracks.
        frame_rate_hz: Frame rate of a folder of images; None where the file knows it.
        second_look: Candidates that were judged again, None if there are none.
    """

    number: str
    video: Path
    tracks: Path
    frame_rate_hz: float | None = None
    second_look: Path | None = None


@dataclass(frozen=True, slots=True)
class BrightFieldClip:
    """A clip of MIaMIA-SVDS: its name, and where its boxes lie beside it."""

    name: str
    folder: Path = Path("miamia-svds")

    @property
    def video(self) -> Path:
        """The file, relative to the data folder."""
        return self.folder / f"{self.name}.mp4"

    @property
    def boxes(self) -> Path:
        """The folder of its boxes, relative to the data folder."""
        return self.folder / "xml"


BRIGHT_FIELD = tuple(BrightFieldClip(name) for name in ("S_0001", "S_0003", "S_0004"))
_VISEM = Path("visem-tracking")
RECORDINGS = {
    "11": Recording("11", _VISEM / "11/frames", _VISEM / "11/tracks.csv", 49.0),
    "12": Recording("12", _VISEM / "12/12_first493_hq.mp4", _VISEM / "12/tracks.csv"),
    "52": Recording(
        "52",
        _VISEM / "52/52.mp4",
        _VISEM / "52/tracks.csv",
        second_look=_VISEM / "52/second_look.csv",
    ),
}


def left_out_card(number: str) -> Path:
    """Return the card of the detector that has not seen a recording."""
    return LEFT_OUT / f"heads-without-{number}.json"


def left_out_cells(number: str) -> Path:
    """Return the card of the sorter that has not seen a recording."""
    return LEFT_OUT / f"cells-without-{number}.json"


def left_out_grades() -> Path:
    """Return the card of the grader that has seen the human tracks of none of the recordings."""
    return LEFT_OUT / f"grades-without-{'-'.join(RECORDINGS)}.json"


def find_data(folder: Path | None = None) -> Path | None:
    """Return the folder given, or MOTISCOPE_DATA, or the one beside the checkout; None without."""
    named = os.environ.get("MOTISCOPE_DATA")
    candidates = [folder] if folder else [Path(named)] if named else [BESIDE]
    return next((one for one in candidates if (one / "visem-tracking").is_dir()), None)
