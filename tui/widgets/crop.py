"""The surroundings of one cell, cut from a picture of its clip, with what is marked in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.scale import Scale
from qc.review import ReviewLine
from tui.widgets.frame_view import Mark

SIDE_UM = 80.0
HEAD_UM = 4.0


@dataclass(frozen=True, slots=True)
class Crop:
    """A part of a picture, of the same scale.

    Attributes:
        pixels: Grey values, shape (height, width).
        marks: What is written over it, at places of this part.
    """

    pixels: NDArray[np.uint8]
    marks: tuple[Mark, ...]


def crop(
    pixels: NDArray[np.uint8], scale: Scale, line: ReviewLine, others: Sequence[ReviewLine]
) -> Crop:
    """Cut out 80 x 80 µm around a cell, or what of them lies in the picture.

    The cell stands between ▸ and ◂, its way is dotted, and the cells near it are numbered.

    Args:
        pixels: The frame in which the cell is first seen, shape (height, width).
        scale: What a pixel is worth.
        line: The cell.
        others: The other cells of its field.
    """
    high, wide = pixels.shape
    left, right = _span(line.x_px, SIDE_UM / scale.um_per_px_x, wide)
    top, bottom = _span(line.y_px, SIDE_UM / scale.um_per_px_y, high)
    marks = (*_numbers(line, others), *_way(line), *_pointers(line, scale))
    inside = (Mark(mark.x_px - left, mark.y_px - top, mark.text) for mark in marks)
    return Crop(pixels[top:bottom, left:right], tuple(inside))


def _span(middle_px: float, side_px: float, size_px: int) -> tuple[int, int]:
    """Return begin and end of a stretch around a place, moved until it lies in the picture."""
    side = min(round(side_px), size_px)
    begin = min(max(round(middle_px - side / 2), 0), size_px - side)
    return begin, begin + side


def _way(line: ReviewLine) -> Iterator[Mark]:
    for x_px, y_px in line.cell.path_px if line.cell else ():
        yield Mark(x_px, y_px, "·")


def _pointers(line: ReviewLine, scale: Scale) -> Iterator[Mark]:
    reach_px = HEAD_UM / scale.um_per_px_x
    yield Mark(line.x_px - reach_px, line.y_px, "▸")
    yield Mark(line.x_px + reach_px, line.y_px, "◂")


def _numbers(line: ReviewLine, others: Sequence[ReviewLine]) -> Iterator[Mark]:
    """Number the others that are seen at the same time."""
    for other in others:
        if other.key == line.key or other.now.gone:
            continue
        seen = other.cell is None or other.cell.first_frame <= line.frame <= other.cell.last_frame
        if seen:
            yield Mark(*_at(other, line.frame), str(other.now.number))


def _at(line: ReviewLine, frame: int) -> tuple[float, float]:
    """Return about where a cell is in a frame; its path is kept evenly thinned."""
    if line.cell is None or not line.cell.path_px:
        return line.x_px, line.y_px
    first, last = line.cell.first_frame, line.cell.last_frame
    share = (frame - first) / max(last - first, 1)
    return line.cell.path_px[round(share * (len(line.cell.path_px) - 1))]


def nearest(line: ReviewLine, others: Sequence[ReviewLine], scale: Scale, many: int = 4) -> str:
    """Name the cells of the field whose ways come nearest to a cell's, with the distance in µm."""
    near = sorted(
        (_distance_um(line, other, scale), other.now.number, other.now.grade)
        for other in others
        if other.key != line.key and not other.now.gone
    )
    return ", ".join(f"{number} ({grade}, {um:.0f} µm)" for um, number, grade in near[:many])


def _distance_um(one: ReviewLine, other: ReviewLine, scale: Scale) -> float:
    apart = _path_px(one)[:, None] - _path_px(other)[None]
    return float(np.hypot(*(apart * (scale.um_per_px_x, scale.um_per_px_y)).T).min())


def _path_px(line: ReviewLine) -> NDArray[np.float64]:
    path = line.cell.path_px if line.cell else ()
    return np.array(path or ((line.x_px, line.y_px),), np.float64)
