"""Human tracks of the development recordings."""

from pathlib import Path

import numpy as np

from inference.evaluation.points import TrackPoints
from inference.evaluation.tables import LabelError, read_rows

_COLUMNS = ("frame", "track_id", "class", "cx_px", "cy_px", "w_px", "h_px")
_SPERM = 0


def read_ground_truth(path: Path) -> TrackPoints:
    """Read the spermatozoa (class 0) of a `tracks.csv`.

    Boxes are measured from the outer edge of the first pixel, points from its centre, hence half
    a pixel less.

    Raises:
        LabelError: If the file is missing, has other columns, or a cell that is no number.
    """
    rows = read_rows(path, _COLUMNS)
    try:
        table = np.array(rows, dtype=np.float64)
    except ValueError as error:
        raise LabelError(f"{path} holds a cell that is no number: {error}") from error
    sperm = table[table[:, 2] == _SPERM]
    return TrackPoints(
        frame=sperm[:, 0].astype(np.int64),
        track_id=sperm[:, 1].astype(np.int64),
        xy_px=sperm[:, 3:5] - 0.5,
    )
