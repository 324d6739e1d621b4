"""Type on paper: how wide a text is, and where its lines break."""

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

POINTS_PER_INCH = 72.0


@lru_cache(maxsize=4096)
def width_in(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a line of text is, in inches.

    Args:
        text: One line.
        size: Of the type, in points.
        bold: Whether it is bold.
    """
    from matplotlib.textpath import text_to_path  # noqa: PLC0415 - for reports only

    wide, *_ = text_to_path.get_text_width_height_descent(text, _font(size, bold), ismath=False)
    return float(wide) / POINTS_PER_INCH


@lru_cache(maxsize=64)
def _font(size: float, bold: bool) -> "FontProperties":
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415 - for reports only

    return FontProperties(size=size, weight="bold" if bold else "normal")


def wrapped(text: str, most_in: float, size: float, *, bold: bool = False) -> list[str]:
    """Return the lines of a text that are not wider than `most_in`; at least one.

    A word that is wider than a line is broken.
    """
    lines = [""]
    for word in text.split():
        for part in _fitting(word, most_in, size, bold):
            longer = f"{lines[-1]} {part}".strip()
            if lines[-1] and width_in(longer, size, bold=bold) > most_in:
                lines.append(part)
            else:
                lines[-1] = longer
    return lines


def _fitting(word: str, most_in: float, size: float, bold: bool) -> Iterator[str]:
    """Yield a word in parts that fit."""
    while width_in(word, size, bold=bold) > most_in and len(word) > 1:
        length = max(int(len(word) * most_in / width_in(word, size, bold=bold)) - 1, 1)
        yield word[:length]
        word = word[length:]
    yield word
