"""`motiscope eqa simulate`: a set of reference videos whose truth is known."""

from pathlib import Path
from typing import Annotated

import typer

from acquisition.dvd import RATE_HZ
from qc.eqa.scoring.wording import many
from qc.eqa.simulated.plan import Footage, plan_set
from qc.eqa.simulated.writing import TABLE_NAME, write_set
from tui.cli.console import progress_bar, talk


def simulate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is not there yet.")],
    videos: Annotated[int, typer.Option(min=1, help="How many videos.")],
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same videos.")],
    fields: Annotated[int, typer.Option(help="Fields of each video.")] = 10,
    field_s: Annotated[
        tuple[float, float],
        typer.Option(metavar="FROM TO", help="Shortest and longest time of a field in s."),
    ] = (5.0, 10.0),
    micrometer_s: Annotated[
        float, typer.Option(help="Time of the stage micrometer in s; 0 for none.")
    ] = 4.0,
    card_s: Annotated[float, typer.Option(help="Time of the title card in s; 0 for none.")] = 2.0,
    workers: Annotated[int, typer.Option(min=1, help="How many processes draw.")] = 2,
) -> None:
    """Draw a set of reference videos as VISEM-QC is published, with its table of assigned values.

    Each is MPEG-2 in Matroska, 720x576, 25 interlaced frames/s, pixels of 16:15: a title card and a
    stage micrometer, then one random field after another. The table holds the truth: the cells
    present at each field's first instant, pooled over the fields.
    """
    plans = plan_set(videos, seed, Footage(fields, field_s, micrometer_s, card_s))
    with progress_bar("drawing", "frames") as progress:
        write_set(folder, plans, workers, progress)
    minutes = sum(plan.frames for plan in plans) / RATE_HZ / 60
    talk.print(f"wrote {folder}: {many(videos, 'video')}, {minutes:.1f} min, and {TABLE_NAME}")
