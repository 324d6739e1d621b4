"""The picture of a report: every grade's share with its interval, and the two replicates."""

from base64 import b64encode
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING

from inference.counting import Share
from qc.report.wording import GRADE_NAMES
from qc.result import SessionResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, PALE = "#1f2a33", "#c8d0d6"
COLOURS = {
    "a": "#00695c",
    "b": "#4da394",
    "c": "#d9a441",
    "d": "#8a949c",
    "progressive": "#2b5c8a",
}
"""Told apart in grey and by the colour-blind too; every row is named beside it."""
_MARKS = ("^", "v")


def shares_picture(result: SessionResult) -> str:
    """Return the picture as a data URI of an SVG."""
    from matplotlib import rc_context  # noqa: PLC0415 - loads for a second, for reports only
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    # Text stays text, in the reader's fonts, and the same session makes the same file.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "motiscope"}):
        figure = Figure(figsize=(4.6, 2.6), layout="constrained")
        axes = figure.add_subplot()
        _frame(axes)
        rows = list(enumerate(reversed(GRADE_NAMES)))
        for row, grade in rows:
            _draw_replicates(axes, row, grade, result)
            if result.grades:
                _draw_share(axes, row, grade, result.grades)
        axes.set_yticks([row for row, _ in rows], [GRADE_NAMES[grade] for _, grade in rows])
        file = BytesIO()
        figure.savefig(file, format="svg", metadata={"Date": None}, transparent=True)
    return f"data:image/svg+xml;base64,{b64encode(file.getvalue()).decode()}"


def _frame(axes: "Axes") -> None:
    axes.set_xlim(0, 100)
    axes.set_ylim(-0.6, len(GRADE_NAMES) - 0.4)
    axes.set_xlabel("% of spermatozoa", color=INK, fontsize=9)
    axes.tick_params(axis="both", length=0, labelsize=9, labelcolor=INK)
    axes.grid(axis="x", color=PALE, linewidth=0.6)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)


def _draw_share(axes: "Axes", row: int, grade: str, grades: Mapping[str, Share]) -> None:
    share = grades[grade]
    if share.percent is None:
        return
    low, high = share.ci95
    axes.barh(row, share.percent, height=0.56, color=COLOURS[grade], alpha=0.85)
    axes.plot([low, high], [row, row], color=INK, linewidth=1.6, solid_capstyle="butt")
    for end in (low, high):
        axes.plot([end, end], [row - 0.14, row + 0.14], color=INK, linewidth=1.6)


def _draw_replicates(axes: "Axes", row: int, grade: str, result: SessionResult) -> None:
    """Mark each replicate; without a result to show, draw their intervals too."""
    reach = 0.36 if result.grades else 0.16
    for replicate, mark, side in zip(result.replicates, _MARKS, (1, -1), strict=False):
        share = replicate.shares[grade]
        if share.percent is None:
            continue
        up, colour = row + side * reach, INK if result.grades else COLOURS[grade]
        if not result.grades:
            axes.plot(share.ci95, [up, up], color=colour, linewidth=2.4)
        axes.plot(share.percent, up, mark, color=INK, markersize=4.5, clip_on=False)
