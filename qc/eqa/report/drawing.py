"""How the plots of a report look, and how they become files."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

from qc.eqa.scores.performance import ScoreVerdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, PALE = "#1f2a33", "#d5dbe0"
BLUE, ORANGE, GREEN, VERMILION, SKY = "#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9"
"""Okabe and Ito's colours: told apart by the colour-blind too."""
VERDICT_COLOURS = {
    ScoreVerdict.ACCEPTABLE: BLUE,
    ScoreVerdict.WARNING: ORANGE,
    ScoreVerdict.ACTION: VERMILION,
}
READER_COLOURS = (BLUE, ORANGE, GREEN, VERMILION, SKY)
WIDTH_IN = 7.1
"""What A4 leaves between its margins."""


@contextmanager
def styled() -> Iterator[None]:
    """Draw with small type, thin lines, and files that are the same for the same data."""
    from matplotlib import rc_context  # noqa: PLC0415 - loads for a second, for reports only

    style: dict[Any, Any] = {
        "font.size": 7.5, "axes.titlesize": 8.5, "axes.labelsize": 7.5, "axes.edgecolor": INK,
        "axes.linewidth": 0.6, "axes.spines.top": False, "axes.spines.right": False,
        "xtick.labelsize": 7, "ytick.labelsize": 7, "xtick.major.width": 0.6,
        "ytick.major.width": 0.6, "legend.fontsize": 7, "legend.frameon": False,
        "svg.fonttype": "path", "svg.hashsalt": "motiscope", "pdf.fonttype": 42,
    }  # fmt: skip
    with rc_context(style):
        yield


def new_figure(height_in: float) -> "Figure":
    """Return an empty figure as wide as an A4 page's text."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    return Figure(figsize=(WIDTH_IN, height_in), layout="constrained")


def as_uri(figure: "Figure") -> str:
    """Return a figure as a data URI of an SVG."""
    file = BytesIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    return f"data:image/svg+xml;base64,{b64encode(file.getvalue()).decode()}"


def say(axes: "Axes", text: str) -> None:
    """Write in the middle of an empty plot why it is empty."""
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=INK)
