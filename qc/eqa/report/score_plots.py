"""Scores of every video, and errors beside ZeroR and the published ones."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qc.eqa.report.drawing import (
    INK,
    PALE,
    READER_COLOURS,
    VERDICT_COLOURS,
    VERMILION,
    new_figure,
)
from qc.eqa.scores.performance import ACTION, WARNING
from qc.eqa.scoring.published import VISEM_QC
from qc.eqa.scoring.values import CategoryErrors, Missing, ReaderScores
from qc.eqa.scoring.wording import NAMES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def score_figure(scores: ReaderScores) -> "Figure":
    """Return a bar for each video and parameter, with the lines of warning and action."""
    figure = new_figure(8.4)
    rows = figure.subplots(len(NAMES), 1, sharex=True)
    places = range(len(scores.videos))
    for axes, parameter in zip(rows, NAMES, strict=True):
        found = scores.of(parameter).scores
        colours = [VERDICT_COLOURS[score.verdict] for score in found]
        axes.bar(places, [score.value for score in found], color=colours, width=0.75)
        reach = max(ACTION + 0.5, 1.1 * max(abs(score.value) for score in found))
        axes.set(ylim=(-reach, reach), ylabel=found[0].kind.value)
        axes.set_title(NAMES[parameter], loc="left", pad=2)
        _limits(axes)
    rows[-1].set_xticks(places, [str(video) for video in scores.videos], rotation=90, fontsize=5.5)
    rows[-1].set(xlabel="video ID", xlim=(-0.8, len(scores.videos) - 0.2))
    _verdict_legend(figure)
    return figure


def _limits(axes: "Axes") -> None:
    axes.axhline(0, color=INK, linewidth=0.5)
    for limit, style in ((WARNING, ":"), (ACTION, "--")):
        for side in (-limit, limit):
            axes.axhline(side, color=INK, linewidth=0.6, linestyle=style)


def _verdict_legend(figure: "Figure") -> None:
    from matplotlib.patches import Patch  # noqa: PLC0415 - loads for a second, for reports only

    keys = [Patch(color=colour, label=one.value) for one, colour in VERDICT_COLOURS.items()]
    figure.legend(handles=keys, loc="outside lower center", ncols=3)


def error_figure(readers: Sequence[ReaderScores]) -> "Figure":
    """Return the MAE of all readers, of ZeroR, and what was published."""
    figure = new_figure(2.8)
    panels = figure.subplots(1, 2, sharex=True)
    published = (
        (VISEM_QC.mae_three, VISEM_QC.zero_rule_three),
        (VISEM_QC.mae_four, VISEM_QC.zero_rule_four),
    )
    for axes, name, theirs in zip(panels, ("three", "four"), published, strict=True):
        _errors(axes, [(one.reader, getattr(one, name)) for one in readers], *theirs)
        axes.set_title(f"{name} categories")
        axes.set_xlabel("mean absolute error, percentage points (95 % interval)")
    panels[1].set_yticklabels([])
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return figure


def _errors(
    axes: "Axes", readers: Sequence[tuple[str, CategoryErrors]], mae: float, zero_rule: float
) -> None:
    axes.axvline(mae, color=VERMILION, linewidth=1, linestyle="--", label="published network")
    axes.axvline(zero_rule, color=INK, linewidth=1, linestyle=":", label="published ZeroR")
    for row, (_, found) in enumerate(readers):
        colour = READER_COLOURS[row % len(READER_COLOURS)]
        for what, mark, ink, up in (
            (found.reader, "o", colour, 0.14), (found.zero_rule, "s", "#8a949c", -0.14),
        ):  # fmt: skip
            if isinstance(what, Missing):
                axes.text(0.5, row + up, what.word, va="center")
                continue
            value, (low, high) = what.mae.value, what.mae.ci95
            label = ("reader" if mark == "o" else "ZeroR, same videos") if row == 0 else None
            axes.errorbar(value, row + up, xerr=[[value - low], [high - value]], fmt=mark,
                          color=ink, markersize=5, capsize=2.5, label=label)  # fmt: skip
    axes.set_yticks(range(len(readers)), [name for name, _ in readers])
    axes.set_ylim(len(readers) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.grid(axis="x", color=PALE, linewidth=0.5)
