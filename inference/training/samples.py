"""Pictures with known heads: from real recordings and from simulated specimens."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from acquisition.video import open_video

CELL_CLASS = 0
# Boxes are measured from the outer edge of the first pixel, points from its centre.
BOX_ORIGIN_PX = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Three pictures, `offset_s` apart, and the heads in the middle one.

    Attributes:
        pictures: Grey values (3, h, w), uint8: before, now, after.
        um_per_px: Scale of the pictures.
        heads_xy: Centres of heads (n, 2) in px.
        heads_size: Width and height of heads (n, 2) in px.
        ignore_xy: Centres of places where nothing is known for sure (m, 2) in px.
        ignore_radius: Their radius (m,) in px.
    """

    pictures: NDArray[np.uint8]
    um_per_px: float
    heads_xy: NDArray[np.float64]
    heads_size: NDArray[np.float64]
    ignore_xy: NDArray[np.float64]
    ignore_radius: NDArray[np.float64]


class Source(Protocol):
    """Where samples come from."""

    def draw(self, rng: np.random.Generator) -> Sample:
        """Draw one whole-frame sample."""
        ...


class RealRecording:
    """A recording with human boxes (VISEM-Tracking layout of `tracks.csv`)."""

    def __init__(
        self, video: Path, tracks: Path, um_per_px: float, frame_rate_hz: float, offset_s: float
    ) -> None:
        self._pictures = np.stack(
            [frame.pixels for frame in open_video(video, frame_rate_hz).frames()]
        )
        self._boxes = _read_boxes(tracks, len(self._pictures))
        self._um_per_px = um_per_px
        self._step = offset_s * frame_rate_hz

    def draw(self, rng: np.random.Generator) -> Sample:
        """Draw a random frame with its neighbours; at the ends they repeat, as in use."""
        frame = int(rng.integers(len(self._pictures)))
        step = max(1, round(self._step * rng.uniform(0.8, 1.2)))
        around = np.clip([frame - step, frame, frame + step], 0, len(self._pictures) - 1)
        boxes = self._boxes[frame]
        cells = boxes[:, 0] == CELL_CLASS
        return Sample(
            self._pictures[around],
            self._um_per_px,
            boxes[cells, 1:3] - BOX_ORIGIN_PX,
            boxes[cells, 3:5],
            boxes[~cells, 1:3] - BOX_ORIGIN_PX,
            boxes[~cells, 3:5].max(axis=1, initial=0.0) / 2,
        )


def _read_boxes(tracks: Path, frames: int) -> list[NDArray[np.float64]]:
    """Boxes of each frame as rows of class, centre x, centre y, width, height."""
    rows: list[list[list[float]]] = [[] for _ in range(frames)]
    with tracks.open(newline="") as file:
        for row in csv.DictReader(file):
            if int(row["frame"]) < frames:
                columns = ("class", "cx_px", "cy_px", "w_px", "h_px")
                rows[int(row["frame"])].append([float(row[column]) for column in columns])
    return [np.array(frame, np.float64).reshape(-1, 5) for frame in rows]
