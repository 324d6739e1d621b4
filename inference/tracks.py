"""Detections and tracks: the values that travel through the analysis."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """The sperm heads found in one frame; every array has shape (n,) or (n, 2).

    Attributes:
        frame: Index of the frame, from 0; lost frames are counted.
        time_s: Time of the frame in s from the first frame.
        xy_px: Centres of the heads in px of the input frame, sub-pixel; the centre of the
            upper left pixel is (0, 0).
        size_px: Width and height of the heads in px of the input frame.
        score: Probability, 0 to 1, that this is a spermatozoon.
        activity: Change of the picture around the head within 0.1 s, in units of what a dead
            cell would show; about 1 where nothing moves. NaN where it was not measured.
        moves: Probability, 0 to 1, that the cell moves by itself, by the detector; NaN where
            it does not say.
        log_odds: Log-odds of a spermatozoon by the sorter, which looks closer now and then; NaN
            where it did not look.
        looks: What each head looks like, shape (n, LOOKS), see `inference.looks`; NaN where it was
            not measured.
        flow_px_s: Velocities (m, 2) of whatever lies about, measured now and then to know how
            the whole field moves; empty where it was not measured.
        field: Which field of the recording the frame shows, from 0; a cut begins another.
        dark_heads: Whether heads are dark in this field, as in bright field.
    """

    frame: int
    time_s: float
    xy_px: NDArray[np.float64]
    size_px: NDArray[np.float64]
    score: NDArray[np.float64]
    activity: NDArray[np.float64]
    moves: NDArray[np.float64]
    log_odds: NDArray[np.float64]
    looks: NDArray[np.float64]
    flow_px_s: NDArray[np.float64]
    field: int = 0
    dark_heads: bool = False

    def __len__(self) -> int:
        return len(self.score)


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One cell through time; every array has shape (n,) or (n, 2), ordered by frame.

    Attributes:
        track_id: Number of the track within its field, from 1.
        frame: Frame indices, strictly rising.
        time_s: Times in s from the recording's first frame.
        xy_um: Positions of the head in µm, field coordinates, drift not taken off.
        size_um: Width and height of the head in µm.
        score: Detection scores; 0 where interpolated.
        activity: Detection activities; NaN where interpolated.
        moves: Probabilities of self-motion by the detector; NaN where interpolated.
        interpolated: True where the cell was not seen and its position was bridged.
    """

    track_id: int
    frame: NDArray[np.int64]
    time_s: NDArray[np.float64]
    xy_um: NDArray[np.float64]
    size_um: NDArray[np.float64]
    score: NDArray[np.float64]
    activity: NDArray[np.float64]
    moves: NDArray[np.float64]
    interpolated: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.frame)

    def take(self, rows: NDArray[np.bool_]) -> "Track":
        """Return the track with some of its positions only, given by a mask of shape (n,)."""
        kept = {one.name: getattr(self, one.name) for one in fields(self)[1:]}
        return Track(self.track_id, **{name: values[rows] for name, values in kept.items()})

    @property
    def duration_s(self) -> float:
        """Time from the first to the last position in s."""
        return float(self.time_s[-1] - self.time_s[0])
