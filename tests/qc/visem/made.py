"""Small VISEM folders, written as the data set is."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from qc.visem.columns import COLUMNS, FILE_NAMES, ID, VIDEOS, Source


def write_visem(
    folder: Path, participants: int = 9, seed: int = 5, *, end: str = "\n", bom: str = "\ufeff"
) -> Path:
    """Write all six files; participants are 1 to `participants`, and one more has a video only."""
    rng = np.random.default_rng(seed)
    for source in Source:
        header = [ID, *COLUMNS[source]]
        drawn = rng.uniform(1, 90, (participants, len(header) - 1))
        rows = [[str(own + 1), *(f"{x:.2f}" for x in row)] for own, row in enumerate(drawn)]
        lines = [";".join(row).replace(".", ",") for row in rows]
        write(folder / FILE_NAMES[source][0], [";".join(header), *lines], end=end, bom=bom)
    names = [f"{own};{own}_09.09.02_SSW.avi" for own in range(1, participants + 2)]
    write(folder / VIDEOS, ["ID;video", *names], end=end, bom="")
    return folder


def write(path: Path, lines: list[str], *, end: str = "\n", bom: str = "\ufeff") -> None:
    path.write_bytes((bom + end.join(lines) + end).encode())


def change(path: Path, replaced: Mapping[str, str]) -> None:
    """Replace text in a file, once each."""
    text = path.read_bytes().decode()
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new, 1)
    path.write_bytes(text.encode())
