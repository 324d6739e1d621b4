"""CSV tables of human labels, read with their columns checked."""

import csv
from collections.abc import Sequence
from pathlib import Path


class LabelError(ValueError):
    """A table of human labels cannot be read; the text names the file."""


def read_rows(path: Path, columns: Sequence[str]) -> list[list[str]]:
    """Read the cells of a CSV file whose header is exactly `columns`.

    Raises:
        LabelError: If the file is missing, has another header, no rows or a row of another length.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            header, *rows = list(csv.reader(file)) or [[]]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LabelError(f"{path} cannot be read as a table of labels: {error}") from error
    if header != list(columns):
        raise LabelError(f"{path} must begin with the line {','.join(columns)}")
    if not rows or any(len(row) != len(columns) for row in rows):
        raise LabelError(f"{path} needs rows of {len(columns)} cells below its header")
    return rows
