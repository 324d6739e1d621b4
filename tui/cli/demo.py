"""`motiscope demo`: the whole way on the simulated microscope, held against its truth."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from acquisition.heater import BODY_TEMPERATURE_C
from acquisition.sidecar import read_sidecar, sidecar_path
from calibration.scale import Scale
from inference.counting import GradeCounts, shares, tally
from inference.evaluation.true_cells import in_counting_frame
from inference.grading import Grade
from qc.examination import new_session
from qc.plan import LARGEST_SEED, ExaminationPlan
from qc.records.exports import session_json
from qc.records.values import FieldRecord, SessionRecord
from qc.report import write_report
from qc.result import session_result
from tui.assembly import (
    SLIDES,
    Devices,
    clips_folder,
    measure_micrometer,
    open_records,
    open_simulated,
)
from tui.cli.console import data, print_json, talk
from tui.cli.examine import run_session
from tui.cli.results import ORDER, show_result
from tui.cli.tables import GRADE_NAMES
from tui.config import Config

SAMPLE, OPERATOR = "demo", "motiscope demo"


def demo(
    context: typer.Context,
    seed: Annotated[
        int, typer.Option(min=0, max=LARGEST_SEED, help="Seed of the specimen and its fields.")
    ] = 1,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print session, result and truth as JSON.")
    ] = False,
) -> None:
    """Do the main job without hardware: calibrate, warm up, record, grade, store and report."""
    config: Config = context.obj
    devices = open_simulated(seed, paced=False)
    calibrated = measure_micrometer(devices)
    _tell_scale(calibrated.scale, devices)
    talk.print(f"warming the stage to {BODY_TEMPERATURE_C:g} °C")
    plan = ExaminationPlan(SAMPLE, OPERATOR, calibrated.scale, calibrated.sha256, seed=seed)
    session = new_session(plan, devices.microscope.camera.info, clips_folder(config))
    with open_records(config) as store:
        run_session(session, devices, config, store)
        stored = store.session(session.session_id)
    report = Path(stored.folder) / "report.html"
    write_report(stored, report)
    counts = _counts(stored, devices)
    if as_json:
        print_json(
            json.loads(session_json(stored)) | {"truth": asdict(sum(counts[1], GradeCounts()))}
        )
    else:
        _tell(stored, counts, report, config)


def _tell_scale(scale: Scale, devices: Devices) -> None:
    assert devices.world is not None  # noqa: S101
    true = devices.world.settings.optics.um_per_px_x
    u_percent = 100 * (scale.u_rel_x or 0.0)
    talk.print(
        f"micrometer slide measured: {scale.um_per_px_x:.4f} µm/px ± {u_percent:.2f} % "
        f"(drawn at {true:g})"
    )


Counts = tuple[list[GradeCounts], list[GradeCounts]]


def _counts(session: SessionRecord, devices: Devices) -> Counts:
    """Return what was counted in each field, and what was really in it."""
    fields = [
        (field.result.counted, _truth(session, replicate.number, field, devices))
        for replicate in session.replicates
        for field in replicate.counting
        if field.result is not None
    ]
    return [found for found, _ in fields], [true for _, true in fields]


def _tell(session: SessionRecord, counts: Counts, report: Path, config: Config) -> None:
    show_result(session_result(session))
    _show_truth(counts)
    data.print(f"report    {report}")
    data.print(f"clips     {session.folder}")
    data.print(f"database  {config.store_location}")
    data.print(f"session   {session.session_id}")


def _show_truth(counts: Counts) -> None:
    """Print what was counted beside what was really in the same fields."""
    table = Table("grade", "counted", "in the specimen", "counted %", "in the specimen %")
    counted, real = shares(counts[0]), shares(counts[1])
    for name in ORDER:
        table.add_row(
            GRADE_NAMES[name],
            str(counted[name].count),
            str(real[name].count),
            f"{counted[name].percent or 0:.1f}",
            f"{real[name].percent or 0:.1f}",
        )
    data.print(table)


def _truth(
    session: SessionRecord, replicate: int, field: FieldRecord, devices: Devices
) -> GradeCounts:
    """Cells in the counting frame at the first frame of a field's clip, by their true grade."""
    assert devices.world is not None  # noqa: S101
    assert field.position is not None  # noqa: S101
    sidecar = read_sidecar(sidecar_path(Path(session.folder) / field.clip.path))
    begun_us = sidecar.frames.time_us[0] or 0
    truth = devices.world.truth(begun_us / 1e6, field.position, SLIDES[replicate])
    size_px = field.clip.settings.width_px, field.clip.settings.height_px
    cells = in_counting_frame(truth.cells, size_px, session.plan.scale)
    return tally([Grade(cell.grade.value) for cell in cells])
