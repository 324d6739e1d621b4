"""A stage micrometer from a file: a picture, a short clip, or the shot that opens a video."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.image_folder import IMAGE_SUFFIXES
from acquisition.opening import find_opening
from acquisition.picture_file import decoded
from acquisition.video import VideoError, open_video
from calibration.micrometer import measure
from calibration.readings import MicrometerReading


@dataclass(frozen=True, slots=True)
class MicrometerFile:
    """A picture or video of a micrometer, and what it says.

    Attributes:
        path: The file.
        sha256: Hash of the pictures that were measured; see `picture_sha256`.
        picture: The picture, or one of the video's, (H, W) or (H, W, 3 or 4).
        frames: How many pictures were measured.
        reading: What they say together.
        pixel_aspect: Width of a pixel divided by its height, as a video says; None where unknown.
        specimen_from: Index of the frame at which a video goes on to its specimen, None where it
            shows the micrometer alone.
    """

    path: Path
    sha256: str
    picture: NDArray[np.generic]
    frames: int
    reading: MicrometerReading
    pixel_aspect: float | None = None
    specimen_from: int | None = None


def read_micrometer(path: Path, division_um: float) -> MicrometerFile:
    """Read and measure a micrometer; of a video, the micrometer that it begins with.

    Raises:
        VideoError: If the file is no picture and no video that can be read.
        NotAMicrometerError: If it shows no micrometer that can be measured.
        ScaleError: If the pitch changes in the course of a clip.
    """
    if path.suffix.lower() not in IMAGE_SUFFIXES or path.is_dir():
        return _opening(path, division_um)
    picture = _picture(path)
    reading = measure(picture, division_um)
    return MicrometerFile(path, picture_sha256(picture), picture, 1, reading)


def picture_sha256(*pictures: NDArray[np.generic]) -> str:
    """Return the hash of micrometer pictures by their pixels, from a camera or a file alike.

    Of one picture the SHA-256 of its values row by row, of several as `joined_sha256` has it.
    """
    return joined_sha256([sha256(picture.tobytes()).hexdigest() for picture in pictures])


def joined_sha256(hashes: Sequence[str]) -> str:
    """Return the one hash, or the SHA-256 of several written one after the other."""
    return hashes[0] if len(hashes) == 1 else sha256("".join(hashes).encode()).hexdigest()


def _picture(path: Path) -> NDArray[np.generic]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise VideoError(f"{path} cannot be read ({error.strerror})") from error
    picture = decoded(content, cv2.IMREAD_UNCHANGED)
    if picture is None:
        raise VideoError(f"{path} cannot be read as a picture; copy or save it again")
    return picture


def _opening(path: Path, division_um: float) -> MicrometerFile:
    video = open_video(path)
    found, aspect = find_opening(video, division_um), video.info.pixel_aspect
    return MicrometerFile(
        path,
        joined_sha256(found.hashes),
        found.picture,
        len(found.readings),
        found.reading,
        None if aspect is None else float(aspect),
        found.end,
    )
