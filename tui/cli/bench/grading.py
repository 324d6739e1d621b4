"""`motiscope bench grading`: percentages, count and intervals against the truth of drawn fields."""

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from inference.analysis import load_models
from inference.counting import Misreading
from inference.evaluation.grade_check import FieldCheck
from inference.evaluation.grade_errors import (
    CALM_UM_S,
    LARGE_FIELD,
    WELL_COUNTED,
    Errors,
    GradingSummary,
    summarise,
)
from inference.evaluation.kept_fields import KeptError, KeptFields, Origin, check_fields
from inference.evaluation.misread import fit_misreading
from inference.evaluation.simulated import FIRST_SEED, SETTINGS_VERSION
from inference.model import SHIPPED_GRADES, SHIPPED_HEADS
from tui.cli.bench.options import AsJson, percent
from tui.cli.console import UsageError, check_target, data, print_json, progress_bar


def grading(
    fields: Annotated[int, typer.Option(min=1, help="How many simulated fields.")] = 200,
    first_seed: Annotated[
        int, typer.Option(min=0, help="Seed of the first field; the next ones follow.")
    ] = FIRST_SEED,
    workers: Annotated[int, typer.Option(min=1, help="How many processes.")] = 2,
    keep: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.jsonl", help="Keep each finished field; go on where it stopped."
        ),
    ] = None,
    each: Annotated[bool, typer.Option("--each", help="List the fields, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Percentages and counts against the truth of simulated fields that trained nothing.

    Each lasts 5 s and shows 5 to 150 cells of any mix, drift to 15 µm/s, 0.25 to 0.8 µm/px, 25 to
    150 frames/s. Cells more than 10 µm out of focus count neither as true nor as found.
    """
    seeds = range(first_seed, first_seed + fields)
    checked = sorted(_check(seeds, workers, keep), key=lambda field: field.seed)
    summary, misread = summarise(checked), fit_misreading(checked)
    if as_json:
        every = [{**asdict(field), "covered": field.covered} for field in checked]
        document = {
            "settings_version": SETTINGS_VERSION,
            "summary": asdict(summary),
            "misreading": {name: asdict(one) for name, one in misread.items()},
        }
        print_json({**document, "fields": every})
        return
    if each:
        _show_fields(checked)
    _show(summary)
    _show_misreading(misread)


def _check(seeds: range, workers: int, keep: Path | None) -> list[FieldCheck]:
    load = partial(load_models, 1, SHIPPED_HEADS, SHIPPED_GRADES)
    # Loaded here too, so that a missing model is told before any process begins.
    origin = Origin.of(load())
    kept = None if keep is None else _open(keep, origin)
    done = [] if kept is None else [field for field in kept.fields if field.seed in seeds]
    finished = {field.seed for field in done}
    missing = [seed for seed in seeds if seed not in finished]
    with progress_bar("grading", "fields") as progress:
        progress(len(done), len(seeds))
        for field in check_fields(missing, load, workers) if missing else ():
            if kept is not None:
                kept.add(field)
            done.append(field)
            progress(len(done), len(seeds))
    return done


def _open(keep: Path, origin: Origin) -> KeptFields:
    # What is in a file that is there decides whether it is gone on with.
    check_target(keep, replaces=Path.is_file)
    try:
        return KeptFields(keep, origin)
    except KeptError as error:
        raise UsageError(str(error)) from error


def _show(summary: GradingSummary) -> None:
    table = Table("error", "fields", *"abcd", "count")
    for name, errors in (
        (f"fields of {LARGE_FIELD} true cells or more", summary.large),
        ("all fields with a true cell", summary.every),
    ):
        if errors is not None:
            _add_errors(table, name, errors)
    if summary.worst:
        points = [f"{one.points:+.1f}" for one in summary.worst]
        table.add_row(f"worst of {WELL_COUNTED} counted or more, points", "", *points, "")
        seeds = [str(one.seed) for one in summary.worst]
        table.add_row("its seed", "", *seeds, "")
    data.print(table)
    _show_coverage(summary)
    _show_confusion(summary.confusion)
    for name, one in summary.dead_as_c.items():
        data.print(
            f"immotile cells counted as c in {name} fields ({CALM_UM_S:g} µm/s divides them): "
            f"{one.hits:.0f} of {one.of} found"
        )


def _add_errors(table: Table, name: str, errors: Errors) -> None:
    rows = (
        ("mean absolute, points", errors.mean_abs_points, errors.mean_abs_count, ".1f"),
        ("mean, points", errors.bias_points, errors.bias_count, "+.1f"),
        ("all together, points", errors.pooled_points, errors.pooled_count, "+.1f"),
    )
    for what, points, count, form in rows:
        cells = [format(value, form) for value in points]
        row = (f"{name}: {what}", str(errors.fields))
        table.add_row(*row, *cells, f"{format(100 * count, form)} %")


def _show_coverage(summary: GradingSummary) -> None:
    table = Table("95 % intervals cover the sample's mix", "fields", "percent", "95 % interval")
    names = {"any": "one of the four", "all": "all four at once"}
    for name, one in summary.coverage.items():
        low, high = one.ci95
        row = (names.get(name, name), str(one.of), percent(one.share))
        table.add_row(*row, f"{percent(low)} to {percent(high)}")
    data.print(table)


def _show_confusion(rows: tuple[tuple[int, ...], ...]) -> None:
    table = Table("true, counted as", *"abcd", "missed")
    for name, row in zip([*"abcd", "no cell there"], rows, strict=True):
        table.add_row(name, *(str(value) for value in row[:4]), str(row[4]) if row[4] else "–")
    data.print(table)


def _show_misreading(misread: dict[str, Misreading]) -> None:
    table = Table("misreading, variance", *misread)
    table.add_row("for each cell of the grade", *(f"{one.lost:.3f}" for one in misread.values()))
    table.add_row("for each cell counted", *(f"{one.false:.3f}" for one in misread.values()))
    data.print(table)


def _show_fields(fields: list[FieldCheck]) -> None:
    table = Table(
        "seed", "true a b c d", "found a b c d", "points", "count", "µm/px", "Hz", "drift"
    )
    for field in fields:
        table.add_row(
            str(field.seed),
            " ".join(f"{value:3d}" for value in asdict(field.truth).values()),
            " ".join(f"{value:3d}" for value in asdict(field.found).values()),
            " ".join(f"{error:+5.1f}" for error in field.percent_errors),
            f"{100 * field.count_error:+.0f} %",
            f"{field.um_per_px:.2f}",
            f"{field.frame_rate_hz:.0f}",
            f"{field.drift_um_s:.1f}",
        )
    data.print(table)
