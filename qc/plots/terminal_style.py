"""How charts look in a terminal: signs that tell the roles apart, and colours where there are any.

The colours are those of the terminal's own sixteen, which its owner has made readable.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from qc.plots.chart import Role

DEFAULT = "default"
BLUE, YELLOW, GREEN, RED, CYAN = 12, 3, 2, 9, 6
Colour = int | str


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs of a role.

    Attributes:
        colour: One of the sixteen, or the terminal's own.
        lying: Of a line from left to right.
        upright: Of a line upwards.
        sloped: Of any other line; "braille" is a fine one.
        point: Of a point.
        bar: Of a bar.
    """

    colour: Colour
    lying: str
    upright: str
    sloped: str
    point: str = "●"
    bar: str = "▒"


SIGNS: Mapping[Role, Signs] = MappingProxyType(
    {
        Role.NEUTRAL: Signs(DEFAULT, "─", "│", "·"),
        Role.CENTRE: Signs(BLUE, "━", "┃", "━"),
        Role.LIMIT: Signs(RED, "╌", "╎", "∘"),
        Role.GOOD: Signs(BLUE, "─", "│", "braille"),
        Role.WARNING: Signs(YELLOW, "┄", "┆", "┄", "▲", "▓"),
        Role.ACTION: Signs(RED, "╍", "╏", "╍", "■", "█"),
        Role.FIT: Signs(GREEN, "+", "+", "+"),
        Role.OTHER_FIT: Signs(CYAN, "×", "×", "×"),
        Role.READING: Signs(DEFAULT, "─", "│", "braille"),
        Role.READER: Signs(BLUE, "─", "│", "braille"),
        Role.REFERENCE: Signs(DEFAULT, "┈", "┊", "┈", "□"),
        Role.PUBLISHED: Signs(RED, "═", "║", "═"),
    }
)
SHADE = "░"


def painted(text: str, colour: Colour) -> str:
    """Return a text in one of the sixteen colours, as a terminal takes it."""
    return text if colour == DEFAULT else f"\x1b[38;5;{colour}m{text}\x1b[0m"
