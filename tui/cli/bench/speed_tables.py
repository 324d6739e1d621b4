"""The tables of `motiscope bench speed`."""

from collections.abc import Sequence

from rich.table import Table

from inference.evaluation.link_cost import LinkCost
from inference.evaluation.speed_run import Pace
from tui.cli.bench.options import number
from tui.cli.console import data


def show_paces(clip: str, paces: Sequence[Pace]) -> None:
    """Print how fast each is, and how many times slower than motiscope, which is the first."""
    own = paces[0].frames_per_s
    table = Table("what", "picture", "frames", "cells a frame", "frames/s", "slower")
    for pace in paces:
        table.add_row(
            pace.what,
            f"{pace.width_px}x{pace.height_px}",
            str(pace.frames),
            number(pace.cells),
            number(pace.frames_per_s),
            "" if pace.what == paces[0].what else f"{own / pace.frames_per_s:.1f}x",
        )
    data.print(table)
    data.print(f"640x480 is {clip}; on two threads, decoding included but for the bare network")


def show_stages(stages_ms: dict[str, float]) -> None:
    """Print where the time goes."""
    whole_ms = sum(stages_ms.values())
    table = Table("stage, alone on one core", "ms a frame", "percent")
    for name, spent_ms in stages_ms.items():
        table.add_row(name, f"{spent_ms:.2f}", f"{100 * spent_ms / whole_ms:.0f}")
    table.add_row("all, one after the other", f"{whole_ms:.2f}", "100")
    data.print(table)


def show_crowds(crowds: Sequence[LinkCost], grows_as: float) -> None:
    """Print what linking costs."""
    table = Table("linking, cells a frame", "ms a frame", "µs a cell")
    for cost in crowds:
        table.add_row(f"{cost.cells:.0f}", f"{cost.ms_per_frame:.2f}", f"{cost.us_per_cell:.0f}")
    data.print(table)
    data.print(f"the time grows as the number of cells to the power {grows_as:.2f}")


def show_same(same: dict[str, str]) -> None:
    """Print whether the same clip gave the same bytes."""
    for name, sha256 in same.items():
        data.print(f"tracks and JSON on {name}: SHA-256 {sha256}")
    alike = "the same bytes" if len(set(same.values())) == 1 else "NOT the same bytes"
    data.print(alike)
