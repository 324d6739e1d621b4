"""An examination's progress on standard error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from qc.plan import ExaminationPlan
from qc.status import ExaminationStatus, Phase
from tui.cli.console import talk

_TOLD = (Phase.MOVING, Phase.NEW_PREPARATION, Phase.PREPARING)


@contextmanager
def watched(plan: ExaminationPlan) -> Iterator[Callable[[ExaminationStatus], None]]:
    """Show one bar for each replicate; the yielded function takes every new status."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("cells  {task.fields[doing]}"),
    )
    with Progress(*columns, console=talk) as progress:
        tasks = [
            progress.add_task(f"replicate {number}", total=plan.min_cells, doing="")
            for number in range(1, plan.replicates + 1)
        ]

        differences: set[str] = set()
        told = ""

        def watch(status: ExaminationStatus) -> None:
            nonlocal told
            for difference in status.camera_differs:
                if difference not in differences:
                    progress.console.print(f"camera: {difference}", markup=False)
                    differences.add(difference)
            if status.phase in _TOLD and status.message not in ("", told):
                confirm = "; press enter to confirm" if status.asks else ""
                progress.console.print(f"→ {status.message}{confirm}", markup=False)
            told = status.message
            if not 1 <= status.replicate <= len(tasks):
                return
            progress.update(
                tasks[status.replicate - 1], completed=status.counted.total, doing=_doing(status)
            )

        yield watch


def _doing(status: ExaminationStatus) -> str:
    warm = "" if status.temperature_c is None else f", {status.temperature_c:.1f} °C"
    lost = f", {status.frames_lost} frames lost" if status.frames_lost else ""
    return f"field {status.field} {status.phase.value}{warm}{lost}"
