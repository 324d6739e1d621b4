"""Which files hold what was recorded, by their names."""

from pathlib import Path

from acquisition.image_folder import IMAGE_SUFFIXES
from acquisition.sidecar import SIDECAR_SUFFIX

VIDEO_SUFFIXES = frozenset(
    {
        ".avi",
        ".m4v",
        ".mkv",
        ".mov",
        ".mp4",
        ".mpeg",
        ".mpg",
        ".mts",
        ".ts",
        ".vob",
        ".webm",
        ".wmv",
    }
)


def is_recorded(file: Path) -> bool:
    """Tell whether a file has the name of a recording, a picture, or what lies beside a clip."""
    name = file.name.lower()
    return name.endswith(SIDECAR_SUFFIX) or file.suffix.lower() in VIDEO_SUFFIXES | IMAGE_SUFFIXES
