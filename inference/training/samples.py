"""Pictures with known heads: from real recordings and from simulated specimens."""

import csv
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from acquisition.video import open_video
from inference.centring import centred
from inference.evaluation.recordings import RECORDINGS
from inference.pictures import median_grey
from inference.training.instants import around

CELL_CLASS = 0
# Boxes are measured from the outer edge of the first pixel, points from its centre.
BOX_ORIGIN_PX = 0.5
# A cell that gets this far in 1 s swims; of slower ones people's tracks do not say whether they
# move by themselves.
SWIMS_UM = 10.0
# The scale of VISEM-Tracking is not published; a head of 4.5 µm measures about 9 px there.
VISEM_UM_PER_PX = 0.5
# The human boxes of 52 leave out cells that are plainly there.
INCOMPLETE = ("52",)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Pictures of one field and the heads in all but the first and the last.

    Attributes:
        pictures: Grey values (INSTANTS + 2, h, w), uint8, in order of time.
        um_per_px: Scale of the pictures.
        heads_xy: Centres of heads in the pictures but the first and the last, (n, INSTANTS, 2) in
            px; NaN where a head is not there.
        heads_size: Width and height of heads (n, 2) in px.
        moves: 1 where the cell moves by itself, 0 where it does not, NaN where unknown, (n,).
        ignore_xy: Centres of places where nothing is known for sure (m, 2) in px.
        ignore_radius: Their radius (m,) in px.
        complete: Whether every head is marked; if not, what looks like one may be one.
    """

    pictures: NDArray[np.uint8]
    um_per_px: float
    heads_xy: NDArray[np.float64]
    heads_size: NDArray[np.float64]
    moves: NDArray[np.float64]
    ignore_xy: NDArray[np.float64]
    ignore_radius: NDArray[np.float64]
    complete: bool = True


class Source(Protocol):
    """Where samples come from."""

    def draw(self, rng: np.random.Generator) -> Sample:
        """Draw one whole-frame sample."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class _Boxes:
    """Human boxes of one frame: class (n,), track (n,), centre and size (n, 2) in px."""

    kind: NDArray[np.int64]
    track: NDArray[np.int64]
    xy: NDArray[np.float64]
    size: NDArray[np.float64]

    def values(
        self, tracks: NDArray[np.int64], of_boxes: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return what the boxes of tracks have, shape (k, 2), NaN where they have no box."""
        value = dict(zip(self.track.tolist(), of_boxes, strict=True))
        nothing = np.full(2, np.nan)
        return np.array([value.get(track, nothing) for track in tracks.tolist()]).reshape(-1, 2)


class RealRecording:
    """A recording with human boxes (VISEM-Tracking layout of `tracks.csv`)."""

    def __init__(
        self,
        video: Path,
        tracks: Path,
        um_per_px: float,
        frame_rate_hz: float | None = None,
        *,
        complete: bool = True,
    ) -> None:
        recording = open_video(video, frame_rate_hz)
        self._pictures = np.stack([frame.pixels for frame in recording.frames()])
        boxes = _read_boxes(tracks, len(self._pictures))
        self._boxes = [_snapped(*one) for one in zip(boxes, self._pictures, strict=True)]
        self._um_per_px = um_per_px
        self._rate_hz = recording.info.frame_rate_hz
        self._complete = complete

    def draw(self, rng: np.random.Generator) -> Sample:
        """Draw a random frame with its neighbours; at the ends they repeat, as in use."""
        frame = int(rng.integers(len(self._pictures)))
        shown = np.clip(frame + _shifts(around(rng), self._rate_hz), 0, len(self._pictures) - 1)
        seen = [self._boxes[at] for at in shown[1:-1]]
        tracks = np.unique(np.concatenate([one.track[one.kind == CELL_CLASS] for one in seen]))
        boxes = self._boxes[frame]
        others = boxes.kind != CELL_CLASS
        return Sample(
            self._pictures[shown],
            self._um_per_px,
            np.stack([one.values(tracks, one.xy) for one in seen], axis=1),
            np.nanmax([one.values(tracks, one.size) for one in seen], axis=0),
            self._swims(frame, tracks),
            boxes.xy[others],
            boxes.size[others].max(axis=1, initial=0.0) / 2,
            self._complete,
        )

    def _swims(self, frame: int, tracks: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return 1 for tracks that get SWIMS_UM away within half a second either way, else NaN."""
        half = round(0.5 * self._rate_hz)
        first, last = max(0, frame - half), min(len(self._boxes) - 1, frame + half)
        ends = [self._boxes[at].values(tracks, self._boxes[at].xy) for at in (first, last)]
        net = ends[1] - ends[0]
        way_um = np.hypot(net[:, 0], net[:, 1]) * self._um_per_px
        return np.where(np.nan_to_num(way_um) >= SWIMS_UM, 1.0, np.nan)


def visem_recording(data: Path, number: str) -> RealRecording:
    """Open a recording of VISEM-Tracking by its number."""
    recording = RECORDINGS[number]
    return RealRecording(
        data / recording.video,
        data / recording.tracks,
        VISEM_UM_PER_PX,
        recording.frame_rate_hz,
        complete=number not in INCOMPLETE,
    )


def _shifts(times_s: NDArray[np.float64], rate_hz: float) -> NDArray[np.int64]:
    """Return how many frames from the middle one the pictures are; no two of a row are the same."""
    half = len(times_s) // 2
    least = np.abs(np.arange(-half, half + 1)).clip(max=half - 1)
    shifts = np.sign(times_s) * np.maximum(least, np.round(np.abs(times_s) * rate_hz))
    return np.asarray(shifts, np.int64)


def _read_boxes(tracks: Path, frames: int) -> list[_Boxes]:
    rows: list[list[tuple[float, ...]]] = [[] for _ in range(frames)]
    columns = ("class", "track_id", "cx_px", "cy_px", "w_px", "h_px")
    with tracks.open(newline="") as file:
        for row in csv.DictReader(file):
            if int(row["frame"]) < frames:
                rows[int(row["frame"])].append(tuple(float(row[column]) for column in columns))
    return [_boxes(np.array(frame, np.float64).reshape(-1, 6)) for frame in rows]


def _boxes(table: NDArray[np.float64]) -> _Boxes:
    kind, track = table[:, :2].astype(np.int64).T
    return _Boxes(kind, track, table[:, 2:4] - BOX_ORIGIN_PX, table[:, 4:6])


def _snapped(boxes: _Boxes, picture: NDArray[np.uint8]) -> _Boxes:
    """Centre the boxes of cells on their heads: people draw them loosely, and between frames."""
    pictures, which = [(picture, median_grey(picture))], np.zeros(len(boxes.xy), np.int64)
    snapped = centred(pictures, which, centred(pictures, which, boxes.xy))
    return replace(boxes, xy=np.where((boxes.kind == CELL_CLASS)[:, None], snapped, boxes.xy))
