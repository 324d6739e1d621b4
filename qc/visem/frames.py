"""Single frames of the participants' videos: which are shown, read once, kept."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.video import Video, VideoError, open_video
from acquisition.video_file import sha256_of
from qc.visem.videos import FoundVideos

Pictures = NDArray[np.uint8]
OnVideo = Callable[[int, int | None], None]
READING_VERSION = 1
"""A change of how pictures are read or chosen needs a new number: it is part of their key."""


@dataclass(frozen=True, slots=True)
class FrameChoice:
    """Which frames of a video are shown, and how large.

    Attributes:
        per_video: How many of each video; fewer where it has fewer.
        size_px: Height and width that they are brought to.
        seed: Of the choice.
    """

    per_video: int
    size_px: tuple[int, int]
    seed: int = 0

    def places(self, frames: int, participant: int) -> NDArray[np.intp]:
        """Return one frame of each of `per_video` stretches that are equally long, rising.

        Args:
            frames: How many the video has.
            participant: Whose it is; everyone's frames are drawn anew.
        """
        stretches = min(self.per_video, frames)
        ends = np.arange(stretches + 1) * frames // stretches
        rng = np.random.default_rng((self.seed, participant))
        return np.asarray(rng.integers(ends[:-1], ends[1:]), np.intp)


@dataclass(frozen=True, slots=True, eq=False)
class ShownFrames:
    """What is shown of one participant.

    Attributes:
        video: SHA-256 of the video.
        key: What the pictures hang on, as a hash: video and choice.
        pictures: Grey values, shape (frames, height, width), uint8.
    """

    video: str
    key: str
    pictures: Pictures


@dataclass(frozen=True, slots=True)
class Gathered:
    """The frames of everyone whose video could be read.

    Attributes:
        frames: By participant.
        faults: One line for each video that is left out.
    """

    frames: Mapping[int, ShownFrames]
    faults: tuple[str, ...]


class KeptFrames:
    """Reads frames of videos, and keeps them so that no video is read twice.

    Args:
        folder: Where they are kept; it is made when the first are.
        choice: Which frames.
    """

    def __init__(self, folder: Path, choice: FrameChoice) -> None:
        self._folder = folder
        self._choice = choice

    def of(self, participant: int, path: Path) -> ShownFrames:
        """Return the frames of a participant, in the order of the video.

        Raises:
            VideoError: If the video cannot be read.
            OSError: If its frames cannot be kept.
        """
        try:
            video = sha256_of(path)
        except OSError as error:
            raise VideoError(f"{path} cannot be read ({error.strerror or error})") from error
        key = self._key(video, participant)
        file = self._folder / f"{key}.npy"
        pictures = _load(file)
        if pictures is None:
            pictures = self._read(open_video(path), participant)
            _save(file, pictures)
        return ShownFrames(video, key, pictures)

    def _key(self, video: str, participant: int) -> str:
        parts = [READING_VERSION, video, participant, asdict(self._choice)]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def _read(self, video: Video, participant: int) -> Pictures:
        places = self._choice.places(video.info.frames, participant)
        wanted, size = set(places.tolist()), self._choice.size_px
        seen = enumerate(islice(video.frames(), max(wanted) + 1))
        return np.stack([_sized(one.pixels, size) for place, one in seen if place in wanted])


def gather_frames(videos: FoundVideos, kept: KeptFrames, on_video: OnVideo) -> Gathered:
    """Read the frames of every video; one that cannot be read is named, and the rest goes on.

    A video that two participants share is left out but once: in two folds, it would tell the one
    what is to be told of the other.

    Raises:
        OSError: If frames cannot be kept.
    """
    frames: dict[int, ShownFrames] = {}
    faults = []
    for done, (participant, path) in enumerate(videos.paths.items(), start=1):
        try:
            own = kept.of(participant, path)
        except VideoError as error:
            faults.append(f"participant {participant}: left out: {error}")
        else:
            twin = _twin(frames, own)
            if twin is None:
                frames[participant] = own
            else:
                faults.append(f"participant {participant}: left out: has the video of {twin}")
        on_video(done, len(videos.paths))
    return Gathered(frames, tuple(faults))


def _twin(frames: Mapping[int, ShownFrames], own: ShownFrames) -> int | None:
    return next((one for one, other in frames.items() if other.video == own.video), None)


def _sized(pixels: Pictures, size_px: tuple[int, int]) -> Pictures:
    height, width = size_px
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _load(file: Path) -> Pictures | None:
    try:
        return np.asarray(np.load(file, allow_pickle=False), np.uint8)
    except (OSError, ValueError, EOFError):
        return None


def _save(file: Path, pictures: Pictures) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    with part.open("wb") as out:
        np.save(out, pictures)
    part.replace(file)
