"""Finished folds, kept so that a run that was stopped goes on at the next."""

import json
from pathlib import Path

import numpy as np

from qc.visem.metrics import Percentages


class KeptFolds:
    """A folder with what was told in each fold, named by what that hangs on.

    Args:
        folder: The folder; it is made when the first fold begins.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._finished: set[str] = set()

    @property
    def finished(self) -> int:
        """How many folds were found or kept since it was opened."""
        return len(self._finished)

    def find(self, key: str) -> Percentages | None:
        """Return asked participants x targets of a fold, None where it is not finished."""
        try:
            told = np.array(json.loads(self._file(key).read_bytes()), np.float64)
        except (FileNotFoundError, ValueError, TypeError):
            return None
        self._finished.add(key)
        return told

    def keep(self, key: str, told: Percentages) -> None:
        """Keep a finished fold, whole or not at all, and forget what training had come to.

        Raises:
            OSError: If it cannot be written.
        """
        part = self._file(key).with_suffix(".part")
        part.write_text(json.dumps(told.tolist()), encoding="utf-8")
        part.replace(self._file(key))
        self._finished.add(key)
        self.state(key).unlink(missing_ok=True)

    def state(self, key: str) -> Path:
        """Return the file for what training has come to in a fold; its folder is there.

        Raises:
            OSError: If the folder cannot be made.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / f"{key}.pt"

    def _file(self, key: str) -> Path:
        return self._folder / f"{key}.json"
