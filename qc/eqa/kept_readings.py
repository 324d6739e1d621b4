"""Finished readings, kept so that a run that was stopped goes on at the next video."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from qc.eqa.reading import VideoReading

_READING = TypeAdapter(VideoReading)


class KeptReadings:
    """A folder with one file for each reading, named by what the reading hangs on.

    Args:
        folder: The folder; it is made when the first reading is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, key: str) -> VideoReading | None:
        """Return the reading of a key, None where there is none that can be read."""
        try:
            return _READING.validate_json(self._file(key).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def keep(self, key: str, reading: VideoReading) -> None:
        """Keep a reading, whole or not at all.

        Raises:
            OSError: If it cannot be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._file(key)
        part = file.with_suffix(".part")
        part.write_bytes(_READING.dump_json(reading, indent=1))
        part.replace(file)

    def _file(self, key: str) -> Path:
        return self._folder / f"{key}.json"
