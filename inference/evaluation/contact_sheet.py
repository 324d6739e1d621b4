"""A contact sheet of places in a recording, for a person to say what each shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.frame import Frame
from inference.field import PixelTracks

CROP_PX = 48
ZOOM = 3
PATH_S = 0.5
COLUMNS = 8
CAPTION_PX = 18
GAP_PX = 10
# Before and after the picture's instant; told apart by people who see no red or green.
BEFORE_BGR, AFTER_BGR = (233, 180, 86), (0, 159, 230)
# Grey values between these shares of the picture's are stretched over the whole range.
DARK_SHARE, LIGHT_SHARE = 0.002, 0.998

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One place to look at.

    Attributes:
        frame: Frame in which it is shown.
        xy_px: Its centre, shape (2,).
        before_px: Its track's path in the PATH_S before, shape (k, 2).
        after_px: Its track's path in the PATH_S after, shape (m, 2).
        caption: What stands below it.
    """

    frame: int
    xy_px: NDArray[np.float64]
    before_px: NDArray[np.float64]
    after_px: NDArray[np.float64]
    caption: str


def places(tracks: PixelTracks, rows: Sequence[int]) -> list[Place]:
    """Return the places of these rows of the tracks, numbered from 1."""
    return [_place(tracks, int(row), number) for number, row in enumerate(rows, start=1)]


def pictures_of(frames: Iterable[Frame], wanted: Iterable[int]) -> dict[int, Picture]:
    """Return the pictures of the frames that are wanted."""
    indices = set(wanted)
    return {frame.index: frame.pixels for frame in frames if frame.index in indices}


def draw_sheet(shown: Sequence[Place], pictures: Mapping[int, Picture]) -> Picture:
    """Draw every place twice, plain and with its path over it, shape (h, w, 3), blue green red."""
    side = CROP_PX * ZOOM
    width, height = 2 * side + GAP_PX, side + CAPTION_PX + GAP_PX
    columns = max(1, min(COLUMNS, len(shown)))
    rows = max(1, -(-len(shown) // columns))
    sheet = np.full((rows * height + GAP_PX, columns * width + GAP_PX, 3), 255, np.uint8)
    for at, place in enumerate(shown):
        row, column = divmod(at, columns)
        top, left = row * height + GAP_PX, column * width + GAP_PX
        plain = _crop(pictures[place.frame], place)
        sheet[top : top + side, left : left + 2 * side] = np.hstack([plain, _marked(plain, place)])
        below = (left, top + side + CAPTION_PX - 5)
        cv2.putText(
            sheet, place.caption, below, cv2.FONT_HERSHEY_SIMPLEX, 0.42, (0, 0, 0), 1, cv2.LINE_AA
        )
    return sheet


def write_sheet(sheet: Picture, path: Path) -> None:
    """Write a sheet as PNG.

    Raises:
        OSError: If it cannot be written.
    """
    _, data = cv2.imencode(".png", sheet)
    path.write_bytes(data.tobytes())


def _place(tracks: PixelTracks, row: int, number: int) -> Place:
    own = np.flatnonzero(tracks.track_id == tracks.track_id[row])
    since_s = tracks.time_s[own] - tracks.time_s[row]
    return Place(
        frame=int(tracks.frame[row]),
        xy_px=tracks.xy_px[row],
        before_px=tracks.xy_px[own[(since_s >= -PATH_S) & (since_s <= 0)]],
        after_px=tracks.xy_px[own[(since_s >= 0) & (since_s <= PATH_S)]],
        caption=f"{number}: track {tracks.track_id[row]} frame {tracks.frame[row]} "
        f"score {tracks.score[row]:.2f} grade {tracks.grade[row]}",
    )


def _crop(picture: Picture, place: Place) -> Picture:
    dark, light = np.quantile(picture, [DARK_SHARE, LIGHT_SHARE])
    x, y = (float(value) + CROP_PX for value in place.xy_px)
    # What lies beyond the picture is black, and not a smear of its edge.
    framed = np.pad(np.asarray(picture, np.float32), CROP_PX)
    grey = cv2.getRectSubPix(framed, (CROP_PX, CROP_PX), (x, y))
    stretched = np.clip((grey - dark) * (255 / max(1.0, float(light - dark))), 0, 255)
    large = cv2.resize(
        stretched.astype(np.uint8), None, fx=ZOOM, fy=ZOOM, interpolation=cv2.INTER_CUBIC
    )
    return np.asarray(cv2.cvtColor(large, cv2.COLOR_GRAY2BGR), np.uint8)


def _marked(plain: Picture, place: Place) -> Picture:
    marked = plain.copy()
    for path, colour in ((place.before_px, BEFORE_BGR), (place.after_px, AFTER_BGR)):
        line = (path - place.xy_px + CROP_PX / 2) * ZOOM - 0.5
        points = np.round(line * 8).astype(np.int32)
        cv2.polylines(marked, [points], False, colour, 1, cv2.LINE_AA, shift=3)
    middle = round(CROP_PX * ZOOM / 2)
    cv2.circle(marked, (middle, middle), 2, AFTER_BGR, -1, cv2.LINE_AA)
    return marked
