"""How charts look on paper: one colour, line and sign for each role."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from qc.plots.chart import Role

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

LineStyle = Literal["-", "--", "-.", ":"]
INK, PALE, SOFT = "#1f2a33", "#d5dbe0", "#5b6872"
BLUE, ORANGE, GREEN, VERMILION, SKY = "#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9"
"""Okabe and Ito's colours: told apart by the colour-blind too."""
GREY = "#8a949c"
WIDTH_IN = 7.1
"""What A4 leaves between its margins."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a role looks.

    Attributes:
        colour: Of everything.
        line: Style of its lines.
        width: Of its lines, in points.
        sign: Of its points.
        size: Of its points, in points.
    """

    colour: str
    line: LineStyle = "-"
    width: float = 1.0
    sign: str = "o"
    size: float = 3.0


LOOKS: Mapping[Role, Look] = MappingProxyType(
    {
        Role.NEUTRAL: Look(INK, width=0.6),
        Role.CENTRE: Look(BLUE, width=1.2),
        Role.LIMIT: Look(VERMILION, "--"),
        Role.GOOD: Look(BLUE),
        Role.WARNING: Look(ORANGE, ":", 1.1, "^", 4.0),
        Role.ACTION: Look(VERMILION, "--", 0.9, "s", 3.8),
        Role.FIT: Look(GREEN, "-.", 1.1),
        Role.OTHER_FIT: Look(SKY, "--", 1.3),
        Role.READING: Look(INK, width=0.6, size=2.6),
        Role.READER: Look(BLUE, size=3.4),
        Role.REFERENCE: Look(GREY, ":", 1.1, "s", 4.0),
        Role.PUBLISHED: Look(VERMILION, "--"),
    }
)
_STYLE: "dict[RcKeyType, Any]" = {
    "font.size": 7.5,
    "text.color": INK,
    "axes.titlesize": 8.5,
    "axes.titlelocation": "left",
    "axes.labelsize": 7.5,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "motiscope",
    "pdf.fonttype": 42,
}


@contextmanager
def styled() -> Iterator[None]:
    """Draw with small type and thin lines."""
    from matplotlib import rc_context  # noqa: PLC0415 - loads for a second, for reports only

    with rc_context(_STYLE):
        yield
