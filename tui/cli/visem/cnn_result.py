"""What a network on single frames came to, as tables and for a machine."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from inference.training.frame_recipe import FrameRecipe
from qc.visem.frame_experiment import FrameExperiment, Split, Told
from qc.visem.frames import FrameChoice
from qc.visem.learners import Method
from qc.visem.published import (
    FRAME_NETWORK,
    FRAMES_TABLE_1,
    PARTICIPANTS,
    TABLE_1,
    TARGETS,
    Task,
)
from qc.visem.reader import Visem
from tui.cli.visem.options import FIGURES, target_name, whole_document


@dataclass(frozen=True, slots=True)
class Asked:
    """What was to be done.

    Attributes:
        task: What is told.
        recipe: How it is learned.
        choice: From which frames.
        split: Who is held out together.
    """

    task: Task
    recipe: FrameRecipe
    choice: FrameChoice
    split: Split

    @property
    def held_out(self) -> str:
        """How participants are held out, for people."""
        return "leave one out" if self.split.folds is None else f"{self.split.folds} folds"


def tables(
    visem: Visem, asked: Asked, found: FrameExperiment, faults: Sequence[str]
) -> Iterator[Table | str]:
    """Yield what is printed: the paper beside the measured, each target, and on what."""
    yield _beside_the_paper(asked, found)
    yield _by_target(asked, found)
    yield from _measured_on(visem, asked, found, faults)


def document(
    visem: Visem, asked: Asked, found: FrameExperiment, faults: Sequence[str]
) -> dict[str, Any]:
    """Return every figure for a machine."""
    nearer, error = found.gain
    return {
        "task": found.task,
        "targets": list(TARGETS[found.task]),
        "network": asked.recipe.network,
        "epochs": asked.recipe.epochs,
        "frames_per_video": asked.choice.per_video,
        "frame_size_px": list(asked.choice.size_px),
        "seed": asked.split.seed,
        "folds": asked.split.folds,
        "published_participants": PARTICIPANTS,
        "published_network": FRAME_NETWORK,
        "published_summed_mae": FRAMES_TABLE_1.get(found.task),
        "participants": list(found.participants),
        "left_out": list(found.left_out),
        "videos_only": list(visem.videos_only),
        "faults": list(faults),
        "measured": whole_document(found.network.scores, found.network.error),
        "zero_r": whole_document(found.zero_r.scores, found.zero_r.error),
        "nearer_than_zero_r": {"summed_mae": nearer, "standard_error": error},
        "told": dict(
            zip(map(str, found.participants), found.network.percent.tolist(), strict=True)
        ),
    }


def _rows(asked: Asked, found: FrameExperiment) -> Sequence[tuple[str, Told, str]]:
    """Return who told, what, and what the paper says of such a one."""
    network = FRAMES_TABLE_1.get(found.task)
    published = "not given" if network is None else f"{network:.2f}"
    return (
        (
            f"{asked.recipe.network} on single frames",
            found.network,
            f"{published} ({FRAME_NETWORK})",
        ),
        (Method.ZERO_R.value, found.zero_r, f"{TABLE_1[found.task, Method.ZERO_R]:.2f}"),
    )


def _beside_the_paper(asked: Asked, found: FrameExperiment) -> Table:
    table = Table("", "by", title="Mean absolute error, summed over the three targets (points)")
    for heading in ("paper, three-fold", asked.held_out, "averaged"):
        table.add_column(heading, justify="right")
    for by, told, published in _rows(asked, found):
        scores = told.scores
        summed = f"{scores.summed_mae:.2f} ± {told.error:.2f}"
        table.add_row(found.task.value, by, published, summed, f"{scores.mean_mae:.2f}")
    return table


def _by_target(asked: Asked, found: FrameExperiment) -> Table:
    table = Table("", "by", title=f"By target, {asked.held_out}")
    for heading in FIGURES.values():
        table.add_column(heading, justify="right")
    for place, target in enumerate(TARGETS[found.task]):
        for by, told, _ in _rows(asked, found):
            figures = (getattr(told.scores, figure)[place] for figure in FIGURES)
            shown = ("–" if one is None else f"{one:.2f}" for one in figures)
            table.add_row(target_name(target), by, *shown)
    return table


def _measured_on(
    visem: Visem, asked: Asked, found: FrameExperiment, faults: Sequence[str]
) -> Iterator[str]:
    nearer, error = found.gain
    side = "nearer" if nearer > 0 else "farther off"
    yield f"The network is {side} than ZeroR by {abs(nearer):.2f} ± {error:.2f} points."
    absent = ", ".join(map(str, visem.videos_only)) or "none"
    yield (
        f"{len(found.participants)} participants (the paper: {PARTICIPANTS}); "
        f"a video but no table: {absent}; left out for their video: {len(faults)}."
    )
    height, width = asked.choice.size_px
    yield (
        f"{asked.choice.per_video} frames of each video, {width}x{height}; "
        f"{asked.recipe.epochs} epochs; seed {asked.split.seed}; ±: standard error over "
        "participants."
    )
    if found.left_out:
        who = ", ".join(map(str, found.left_out))
        yield f"Left out of {found.task}, a target not reported: {who}."
