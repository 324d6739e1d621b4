"""`motiscope visem baselines`: the baselines on the tables, measured beside the published."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer
from rich.table import Table

from qc.visem.baselines import FOLDS, Experiment, run_baselines
from qc.visem.columns import Source
from qc.visem.learners import PAPERS, TREES, Method
from qc.visem.metrics import Scores
from qc.visem.published import FEATURES, PARTICIPANTS, TARGETS
from qc.visem.reader import Visem, read_visem
from tui.cli.console import UsageError, data, print_json, progress_bar
from tui.cli.visem.options import (
    FIGURES,
    Folder,
    check_folder,
    scores_document,
    target_name,
    whole_document,
)


def baselines(
    folder: Folder,
    seeds: Annotated[int, typer.Option(min=2, help="Three-fold splits, by seeds from 0 on.")] = 20,
    features: Annotated[
        list[Source] | None,
        typer.Option(help="A table to learn from; may be repeated. Hormones and participant."),
    ] = None,
    variants: Annotated[
        bool, typer.Option("--variants", help="Try two settings that the paper does not have.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print every figure as JSON.")] = False,
) -> None:
    """Motility and morphology from hormones and participant data, beside the paper's Table 1.

    ZeroR, linear regression and random forest (Haugen et al. 2019), split by participant. Missing
    numbers are filled from the training folds alone. No setting is tuned on what is held out.
    """
    sources = tuple(features or FEATURES)
    if Source.SEMEN in sources:
        raise UsageError("--features semen: what is predicted stands in that table")
    check_folder(folder)
    read = read_visem(folder)
    methods = tuple(Method) if variants else PAPERS
    with progress_bar("baselines", "folds") as progress:
        found = list(run_baselines(read, seeds, methods, progress, sources))
    if as_json:
        print_json(_document(read, sources, seeds, found))
        return
    data.print(_table_1(found, seeds))
    data.print(_by_target(found))
    for line in _measured_on(read, sources, found):
        data.print(line)


def _table_1(found: Sequence[Experiment], seeds: int) -> Table:
    table = Table("", "by", title="Mean absolute error, summed over the three targets (points)")
    for heading in ("paper", f"three-fold, {seeds} seeds", "averaged", "leave one out", "averaged"):
        table.add_column(heading, justify="right")
    for one in found:
        mean, spread = one.over_seeds(lambda scores: scores.summed_mae)
        averaged, _ = one.over_seeds(lambda scores: scores.mean_mae)
        table.add_row(
            one.task.value,
            one.method.value,
            "" if one.published is None else f"{one.published:.2f}",
            f"{mean:.2f} ± {spread:.2f}",
            f"{averaged:.2f}",
            f"{one.one_out.summed_mae:.2f} ± {one.one_out_error:.2f}",
            f"{one.one_out.mean_mae:.2f}",
        )
    return table


def _by_target(found: Sequence[Experiment]) -> Table:
    table = Table("", "by", title="By target, three-fold, mean over the seeds")
    for heading in FIGURES.values():
        table.add_column(heading, justify="right")
    for one in found:
        for place, target in enumerate(TARGETS[one.task]):
            table.add_row(
                target_name(target),
                one.method.value,
                *(_mean(one, figure, place) for figure in FIGURES),
            )
    return table


def _mean(one: Experiment, figure: str, place: int) -> str:
    values = [getattr(scores, figure)[place] for scores in one.folded]
    known = [value for value in values if value is not None]
    return f"{sum(known) / len(known):.2f}" if known else "–"


def _measured_on(
    read: Visem, sources: Sequence[Source], found: Sequence[Experiment]
) -> Sequence[str]:
    columns = read.features(sources).shape[1]
    absent = ", ".join(map(str, read.videos_only)) or "none"
    lines = [
        f"{len(read.participants)} participants (the paper: {PARTICIPANTS}); "
        f"a video but no table: {absent}.",
        f"{columns} inputs from {', '.join(sources)}; {TREES} trees; {FOLDS} folds by participant.",
        "±: standard deviation over seeds; in leave-one-out standard error over participants.",
    ]
    for task, out in {one.task: one.left_out for one in found if one.left_out}.items():
        who = ", ".join(map(str, out))
        lines.append(f"Left out of {task}, a target not reported: {who}.")
    return lines


def _document(
    read: Visem, sources: Sequence[Source], seeds: int, found: Sequence[Experiment]
) -> dict[str, Any]:
    return {
        "participants": len(read.participants),
        "published_participants": PARTICIPANTS,
        "videos_only": list(read.videos_only),
        "features": list(sources),
        "inputs": read.features(sources).shape[1],
        "trees": TREES,
        "folds": FOLDS,
        "seeds": seeds,
        "experiments": [_experiment(one) for one in found],
    }


def _experiment(one: Experiment) -> dict[str, Any]:
    return {
        "task": one.task,
        "targets": list(TARGETS[one.task]),
        "method": one.method,
        "participants": one.participants,
        "left_out": list(one.left_out),
        "published_summed_mae": one.published,
        "three_fold": {
            "summed_mae": _spread(one, lambda scores: scores.summed_mae),
            "mean_mae": _spread(one, lambda scores: scores.mean_mae),
            "summed_rmse": _spread(one, lambda scores: scores.summed_rmse),
            "mean_rmse": _spread(one, lambda scores: scores.mean_rmse),
            "by_seed": [scores_document(scores) for scores in one.folded],
        },
        "leave_one_out": whole_document(one.one_out, one.one_out_error),
    }


def _spread(one: Experiment, of: Callable[[Scores], float]) -> dict[str, float]:
    mean, deviation = one.over_seeds(of)
    return {"mean": mean, "standard_deviation": deviation}
