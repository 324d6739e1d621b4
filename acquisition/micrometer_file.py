"""A stage micrometer from a file: a picture or a short clip, read once and measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.image_folder import IMAGE_SUFFIXES
from acquisition.video import VideoError, open_video
from calibration.micrometer import measure
from calibration.readings import MicrometerReading, NotAMicrometerError, reading_of_frames

FRAMES = 9
"""So many frames of a clip are measured, evenly spread over it."""


@dataclass(frozen=True, slots=True)
class MicrometerFile:
    """A picture or clip of a micrometer, and what it says.

    Attributes:
        path: The file.
        sha256: Hash of the pictures that were measured; see `picture_sha256`.
        picture: The picture, or the clip's middle frame, (H, W) or (H, W, 3 or 4).
        frames: How many pictures were measured.
        reading: What they say together.
    """

    path: Path
    sha256: str
    picture: NDArray[np.generic]
    frames: int
    reading: MicrometerReading


def read_micrometer(path: Path, division_um: float) -> MicrometerFile:
    """Read and measure a micrometer.

    Raises:
        VideoError: If the file is no picture and no video that can be read.
        NotAMicrometerError: If it, or most frames of it, shows no micrometer that can be measured.
        ScaleError: If the pitch changes in the course of a clip.
    """
    pictures = _pictures(path)
    readings: list[MicrometerReading] = []
    refusals: list[NotAMicrometerError] = []
    for picture in pictures:
        try:
            readings.append(measure(picture, division_um))
        except NotAMicrometerError as refusal:
            refusals.append(refusal)
    if len(refusals) >= len(readings):
        raise refusals[0]
    middle = pictures[len(pictures) // 2]
    return MicrometerFile(
        path, picture_sha256(*pictures), middle, len(readings), reading_of_frames(readings)
    )


def picture_sha256(*pictures: NDArray[np.generic]) -> str:
    """Return the hash of micrometer pictures by their pixels, from a camera or a file alike.

    Of one picture the SHA-256 of its values row by row, of several as `joined_sha256` has it.
    """
    return joined_sha256([sha256(picture.tobytes()).hexdigest() for picture in pictures])


def joined_sha256(hashes: Sequence[str]) -> str:
    """Return the one hash, or the SHA-256 of several written one after the other."""
    return hashes[0] if len(hashes) == 1 else sha256("".join(hashes).encode()).hexdigest()


def _pictures(path: Path) -> list[NDArray[np.generic]]:
    """The pictures in a file that are measured."""
    if path.suffix.lower() not in IMAGE_SUFFIXES or path.is_dir():
        video = open_video(path)
        wanted = set(np.linspace(0, video.info.frames - 1, FRAMES).round().astype(int).tolist())
        return [frame.pixels for at, frame in enumerate(video.frames()) if at in wanted]
    try:
        content = path.read_bytes()
    except OSError as error:
        raise VideoError(f"{path} cannot be read ({error.strerror})") from error
    picture = None
    if content:
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    if picture is None:
        raise VideoError(f"{path} cannot be read as a picture; copy or save it again")
    return [picture]
