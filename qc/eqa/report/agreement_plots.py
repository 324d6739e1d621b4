"""Bland-Altman and scatter plots of a reader, one for each parameter."""

from typing import TYPE_CHECKING

from qc.agreement.bland_altman import BlandAltman
from qc.eqa.report.drawing import BLUE, GREEN, INK, ORANGE, SKY, VERMILION, new_figure, say
from qc.eqa.scoring.values import Missing, ParameterScores, ReaderScores
from qc.eqa.scoring.wording import NAMES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def bland_altman_figure(scores: ReaderScores) -> "Figure":
    """Return differences against means, with bias, limits and their 95 % intervals."""
    figure = new_figure(5.2)
    panels = figure.subplots(2, 3).ravel()
    for axes, parameter in zip(panels, NAMES, strict=True):
        axes.set_title(NAMES[parameter])
        found = scores.of(parameter).bland_altman
        if isinstance(found, Missing):
            say(axes, found.word)
        else:
            _bland_altman(axes, found)
    for axes in panels[3:]:
        axes.set_xlabel("mean of reading and assigned, %")
    for axes in panels[::3]:
        axes.set_ylabel("reading − assigned, percentage points")
    figure.legend(
        *panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4
    )  # fmt: skip
    return figure


def _bland_altman(axes: "Axes", found: BlandAltman) -> None:
    axes.axhline(0, color=INK, linewidth=0.5)
    axes.axhspan(*found.bias.ci95, color=BLUE, alpha=0.18, linewidth=0)
    axes.axhline(found.bias.mean, color=BLUE, linewidth=1.2, label="bias, 95 % interval")
    for limit in (found.lower, found.upper):
        axes.axhspan(*limit.ci95, color=ORANGE, alpha=0.22, linewidth=0)
        label = "limits of agreement, 95 % intervals" if limit is found.lower else None
        axes.axhline(limit.value, color=VERMILION, linewidth=1, linestyle="--", label=label)
    if found.proportional is not None:
        ends = (min(found.means), max(found.means))
        line = [found.proportional.limits_at(end)[1] for end in ends]
        axes.plot(ends, line, color=GREEN, linewidth=1, linestyle="-.", label="regression")
    axes.plot(found.means, found.differences, "o", color=INK, markersize=2.6, alpha=0.7,
              markeredgewidth=0)  # fmt: skip
    # One number in each line's place says more than its height.
    for value in (found.bias.mean, found.lower.value, found.upper.value):
        axes.annotate(f"{value:+.1f}".replace("-", "−"), (1, value), fontsize=6.5,
                      xycoords=("axes fraction", "data"), ha="right", va="bottom")  # fmt: skip


def scatter_figure(scores: ReaderScores) -> "Figure":
    """Return readings against assigned values, with the line of identity and both regressions."""
    figure = new_figure(5.3)
    panels = figure.subplots(2, 3).ravel()
    for axes, parameter in zip(panels, NAMES, strict=True):
        axes.set_title(NAMES[parameter])
        _scatter(axes, scores.of(parameter))
    for axes in panels[3:]:
        axes.set_xlabel("assigned value, %")
    for axes in panels[::3]:
        axes.set_ylabel("reading, %")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return figure


def _scatter(axes: "Axes", one: ParameterScores) -> None:
    top = min(100.0, 1.06 * max(*one.assigned, *one.readings, 10.0))
    axes.plot([0, top], [0, top], color=INK, linewidth=0.7, label="identity")
    ranks, line = one.passing_bablok, one.deming
    if not isinstance(ranks, Missing):
        _line(axes, top, ranks.slope.value, ranks.intercept.value, VERMILION, "-",
              "Passing-Bablok")  # fmt: skip
    if not isinstance(line, Missing):
        _line(axes, top, line.slope.value, line.intercept.value, SKY, "--", "Deming")
    axes.plot(one.assigned, one.readings, "o", color=BLUE, markersize=2.8, alpha=0.75,
              markeredgewidth=0, label="videos")  # fmt: skip
    said = [] if isinstance(one.concordance, Missing) else [f"CCC {one.concordance.ccc:.3f}"]
    said += [] if isinstance(one.pearson, Missing) else [f"r {one.pearson.r:.3f}"]
    axes.text(0.04, 0.96, "\n".join(said), transform=axes.transAxes, va="top")
    axes.set(xlim=(0, top), ylim=(0, top), aspect="equal")


def _line(
    axes: "Axes", top: float, slope: float, intercept: float, colour: str, style: str, label: str
) -> None:
    ends = (0.0, top)
    axes.plot(ends, [intercept + slope * end for end in ends], color=colour, linestyle=style,
              linewidth=1.1, label=label)  # fmt: skip
