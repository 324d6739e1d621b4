"""Small VISEM folders, written as the data set is."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qc.visem.columns import COLUMNS, FILE_NAMES, ID, MOTILITY, VIDEO_FOLDER, VIDEOS, Source
from tests.acquisition.recordings import write_video


def write_visem(
    folder: Path,
    participants: int = 9,
    seed: int = 5,
    *,
    end: str = "\n",
    bom: str = "\ufeff",
    motility: NDArray[np.float64] | None = None,
) -> Path:
    """Write all six files; participants are 1 to `participants`, and one more has a video only."""
    rng = np.random.default_rng(seed)
    for source in Source:
        header = [ID, *COLUMNS[source]]
        drawn = rng.uniform(1, 90, (participants, len(header) - 1))
        if source is Source.SEMEN and motility is not None:
            drawn[:, [COLUMNS[source].index(name) for name in MOTILITY]] = motility
        rows = [[str(own + 1), *(f"{x:.2f}" for x in row)] for own, row in enumerate(drawn)]
        lines = [";".join(row).replace(".", ",") for row in rows]
        write(folder / FILE_NAMES[source][0], [";".join(header), *lines], end=end, bom=bom)
    names = [f"{own};{video_name(own)}" for own in range(1, participants + 2)]
    write(folder / VIDEOS, ["ID;video", *names], end=end, bom="")
    return folder


def video_name(participant: int) -> str:
    return f"{participant}_09.09.02_SSW.avi"


def write_videos(folder: Path, greys: Mapping[int, float], frames: int = 8) -> Path:
    """Write a video for each participant: noise of 64 x 48 px about a mean grey of his own."""
    (folder / VIDEO_FOLDER).mkdir()
    for participant, grey in greys.items():
        rng = np.random.default_rng(participant)
        noise = rng.normal(grey, 20, (frames, 48, 64)).clip(0, 255).astype(np.uint8)
        path = folder / VIDEO_FOLDER / video_name(participant)
        write_video(path, list(noise), codec="ffv1", pix_fmt="gray")
    return folder


def bright(participants: int, seed: int = 0) -> tuple[dict[int, float], NDArray[np.float64]]:
    """Return a grey for everyone, and the motility that it tells: participants x 3, in percent."""
    grey = np.random.default_rng(seed).uniform(60, 190, participants)
    progressive = (grey - 50) / 2
    rest = 100 - progressive
    motility = np.column_stack([progressive, rest / 4, 3 * rest / 4]).round(2)
    return dict(enumerate(grey.tolist(), start=1)), motility


def write(path: Path, lines: list[str], *, end: str = "\n", bom: str = "\ufeff") -> None:
    path.write_bytes((bom + end.join(lines) + end).encode())


def change(path: Path, replaced: Mapping[str, str]) -> None:
    """Replace text in a file, once each."""
    text = path.read_bytes().decode()
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new, 1)
    path.write_bytes(text.encode())
