"""`motiscope bench calibration`: micrometer readings against drawn truth, and refusals."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any, TypeVar

import typer
from rich.table import Table

from inference.evaluation.drawn_micrometers import FIRST_SEED
from inference.evaluation.micrometer_check import (
    PhotographCheck,
    RealRefusals,
    RefusalCheck,
    SlideCheck,
    SlideSummary,
    check_photographs,
    check_real_refusals,
    check_refusals,
    check_slides,
    seconds_of_large,
    summarise,
)
from inference.evaluation.no_micrometers import FIRST_SEED as FIRST_REFUSED
from inference.evaluation.no_micrometers import Kind
from inference.evaluation.recordings import find_data
from inference.evaluation.stage_times import one_core
from tui.cli.bench.options import AsJson, DataFolder
from tui.cli.console import data, print_json, progress_bar, talk

Check = TypeVar("Check")


def calibration(
    folder: DataFolder = None,
    slides: Annotated[int, typer.Option(min=1, help="How many drawn micrometers.")] = 500,
    refusals: Annotated[int, typer.Option(min=1, help="How many drawn refusal cases.")] = 200,
    workers: Annotated[int, typer.Option(min=1, help="How many processes.")] = 2,
    first_seed: Annotated[int, typer.Option(min=0, help="Seed of the first slide.")] = FIRST_SEED,
    as_json: AsJson = False,
) -> None:
    """Micrometer readings against drawn truth; refusals of what is no micrometer; real pictures.

    0.1 to 1.5 µm/px, any angle, blur to 3 px, noise, uneven light, pixels of 1:1 and 16:15, 640x480
    to 1920x1200. The reading's part of the uncertainty is held against the error. Real photographs
    and recordings are read where the data is there.
    """
    drawn = range(first_seed, first_seed + slides)
    others = range(FIRST_REFUSED, FIRST_REFUSED + refusals)
    read = _shown(check_slides(drawn, workers), "reading", "slides", slides)
    refused = _shown(check_refusals(others, workers), "refusing", "pictures", refusals)
    where = find_data(folder)
    photographs = [] if where is None else check_photographs(where)
    real = [] if where is None else list(check_real_refusals(where))
    with one_core():
        seconds = seconds_of_large()
    summary = summarise(read)
    if as_json:
        print_json(_document(summary, read, refused, photographs, real, seconds))
        return
    _show_slides(summary, first_seed, slides)
    _show_refusals(refused)
    if where is None:
        talk.print("no real pictures: give --data or set MOTISCOPE_DATA", style="yellow")
    _show_real(photographs, real)
    data.print(f"a picture of 1920x1200: {seconds:.2f} s of processor time, one core")


def _shown(checks: Iterator[Check], what: str, unit: str, total: int) -> list[Check]:
    """Take checks as they come, with a bar that tells how many are done."""
    done: list[Check] = []
    with progress_bar(what, unit) as progress:
        for one in checks:
            done.append(one)
            progress(len(done), total)
    return done


def _document(
    summary: SlideSummary,
    read: list[SlideCheck],
    refused: list[RefusalCheck],
    photographs: list[PhotographCheck],
    real: list[RealRefusals],
    seconds: float,
) -> dict[str, Any]:
    return {
        "summary": asdict(summary),
        "slides": [asdict(one) for one in read],
        "refusals": [{**asdict(one), "is_right": one.is_right} for one in refused],
        "photographs": [{**asdict(one), "error": one.error} for one in photographs],
        "real_refusals": [asdict(one) for one in real],
        "seconds_1920x1200": seconds,
    }


def _show_slides(summary: SlideSummary, first_seed: int, slides: int) -> None:
    data.print(f"seeds {first_seed} to {first_seed + slides - 1}")
    data.print(
        f"{summary.read} of {summary.slides} drawn micrometers read; error median "
        f"{100 * summary.median:.4f} %, worst {100 * summary.worst:.4f} % "
        f"(seed {summary.worst_seed}); within 2 u: {100 * summary.covered:.1f} %, "
        f"median u {100 * summary.median_u:.4f} %"
    )
    missed = ", ".join(map(str, summary.false_refusals)) or "none"
    data.print(f"refused though 5 divisions or more are sharp: {missed}")


def _show_refusals(refused: list[RefusalCheck]) -> None:
    table = Table("to be refused", "drawn", "accepted", "right reason", "reasons")
    for kind in Kind:
        own = [one for one in refused if one.kind is kind]
        reasons = Counter(str(one.refusal) for one in own if one.refusal is not None)
        accepted = sum(one.refusal is None for one in own)
        right = sum(one.is_right for one in own)
        words = ", ".join(f"{reason} {times}" for reason, times in reasons.most_common())
        table.add_row(str(kind), str(len(own)), str(accepted), str(right), words)
    data.print(table)
    taken = [str(one.seed) for one in refused if one.refusal is None]
    data.print(f"accepted: {len(taken)} of {len(refused)} {' '.join(taken)}".rstrip())


def _show_real(photographs: list[PhotographCheck], real: list[RealRefusals]) -> None:
    for photograph in photographs:
        data.print(
            f"{photograph.name}: {photograph.um_per_px:.4f} µm/px, a person measured "
            f"{photograph.truth_um_per_px:.4f}: {100 * photograph.error:+.3f} %"
        )
    for one in real:
        reasons = ", ".join(f"{reason} {times}" for reason, times in one.reasons.items())
        refused = sum(one.reasons.values())
        data.print(f"{one.name}: {refused} of {one.pictures} refused ({reasons})")
