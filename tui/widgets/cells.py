"""Strips of character cells: half blocks in grey, or braille dots where colour is missing."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.widgets.picture import GREY_LEVELS


@lru_cache(maxsize=GREY_LEVELS**2)
def half_block_style(upper: int, lower: int) -> Style:
    """Return the style of a cell whose halves have these two grey levels."""
    return Style(color=_grey(upper), bgcolor=_grey(lower))


@lru_cache(maxsize=GREY_LEVELS)
def _grey(level: int) -> Color:
    value = round(level * 255 / (GREY_LEVELS - 1))
    return Color.from_rgb(value, value, value)


def half_block_strips(levels: NDArray[np.intp]) -> list[Strip]:
    """Return one strip for every two rows of grey levels, equal neighbours as one segment.

    Args:
        levels: Grey levels below GREY_LEVELS, shape (2 rows, columns).
    """
    codes = levels[0::2] * GREY_LEVELS + levels[1::2]
    return [Strip(_row_segments(row), len(row)) for row in codes]


def _row_segments(codes: NDArray[np.intp]) -> list[Segment]:
    starts = np.concatenate(([0], np.flatnonzero(np.diff(codes)) + 1, [len(codes)]))
    lengths = np.diff(starts)
    return [
        Segment("▀" * int(length), half_block_style(*divmod(int(code), GREY_LEVELS)))
        for code, length in zip(codes[starts[:-1]], lengths, strict=True)
    ]


def text_strips(code_points: NDArray[np.uint32], style: Style) -> list[Strip]:
    """Return one strip for every row of code points, all in one style."""
    rows = ("".join(map(chr, row)) for row in code_points)
    return [Strip([Segment(text, style)], len(text)) for text in rows]


def overlay(strip: Strip, column: int, text: str, style: Style) -> Strip:
    """Lay a text over a strip; what would pass its right end is cut off."""
    written = text[: max(strip.cell_length - column, 0)]
    label = Strip([Segment(written, style)], len(written))
    return Strip.join(
        [strip.crop(0, column), label, strip.crop(column + len(written), strip.cell_length)]
    )


def placed(strip: Strip, left: int, width: int, style: Style) -> Strip:
    """Put a strip at a column of a wider, otherwise blank line."""
    right = max(width - left - strip.cell_length, 0)
    return Strip.join([Strip.blank(left, style), strip, Strip.blank(right, style)])
