"""`motiscope eqa control`: control videos that come up again, their charts, and what they block."""

from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table

from qc.eqa.rounds.blocking import Block
from qc.eqa.rounds.order import readers_of, standing
from qc.eqa.rounds.values import BASELINE, DAYS, REPEATS, Release, Round, Schedule
from qc.eqa.scoring.wording import many
from qc.records.rounds import RoundRecords
from qc.records.values import utc_now
from tui.assembly import open_records
from tui.cli.console import UsageError, data, talk
from tui.cli.eqa.options import (
    DivisionUm,
    Folder,
    ModelCard,
    Sigmas,
    UmPerPx,
    Uncertainty,
    reader_settings,
)
from tui.cli.eqa.reading import read_items
from tui.cli.eqa.rounds import (
    FAILED,
    By,
    Name,
    OrderSeed,
    Reason,
    close,
    make_round,
    manager,
    verify,
)
from tui.config import Config

controls = typer.Typer(
    help="Internal quality control: control videos that come up again for every reader.",
    no_args_is_help=True,
)


@controls.command()
def create(
    context: typer.Context,
    name: Name,
    folder: Folder,
    by: By,
    every_days: Annotated[int, typer.Option(help="Days between two occasions.")] = DAYS,
    repeats: Annotated[
        int, typer.Option(help="How often each video comes up on an occasion.")
    ] = REPEATS,
    baseline: Annotated[
        int, typer.Option(help="Occasions, one a day, that a reader's limits come from.")
    ] = BASELINE,
    sigma: Sigmas = None,
    u_assigned: Uncertainty = 0.0,
    seed: OrderSeed = None,
) -> None:
    """Make a control programme of a set's videos: a few are enough."""
    schedule = Schedule(every_days, repeats, baseline)
    with open_records(context.obj) as store:
        made = make_round(store.rounds, name, folder, by, sigma, u_assigned, seed, schedule)
    data.print(
        f"{made.name}: {many(len(made.items), 'video')} of {made.source}, each "
        f"{many(repeats, 'time')} every {many(every_days, 'day')}; limits from the first "
        f"{many(baseline, 'occasion')}"
    )


@controls.command("list")
def list_controls(context: typer.Context) -> None:
    """List who has come how far, what is due, and whose results are blocked."""
    with open_records(context.obj) as store:
        every = [one for one in store.rounds.all() if one.is_control]
        tables = [_standings(store.rounds, one) for one in every]
        blocked = store.rounds.blocks()
    if not every:
        talk.print("no control programmes yet: begin with motiscope eqa control create")
    for table in tables:
        data.print(table)
    for block in blocked:
        talk.print(f"reporting is blocked: {block}", style="red")


def _standings(records: RoundRecords, one: Round) -> Table:
    table = Table("reader", "occasion", "read", "due", title=one.name, title_justify="left")
    readings = [signed.reading for signed in records.readings(one.round_id)]
    for reader in readers_of(readings):
        now = standing(one, reader, readings, utc_now())
        read = f"{now.read} of {now.of}"
        table.add_row(str(reader), str(now.occasion), read, _due(one, now.due_utc))
    if not readings:
        read = f"0 of {len(one.items) * one.repeats}"
        table.add_row("nobody yet", "1", read, _due(one, None))
    return table


def _due(one: Round, due_utc: datetime | None) -> str:
    if one.closed is not None:
        return "never, it is closed"
    return "now" if due_utc is None else f"{due_utc:%Y-%m-%d %H:%M} UTC"


@controls.command("run")
def run_controls(
    context: typer.Context,
    name: Name,
    um_per_px: UmPerPx = None,
    division_um: DivisionUm = 10.0,
    model: ModelCard = None,
) -> None:
    """Let motiscope read the controls that are due for this instrument, and sign the readings.

    Ends with 0 if every video was read, with 1 if one was left out or the instrument is blocked.
    """
    config: Config = context.obj
    settings = reader_settings(um_per_px, division_um)
    with open_records(config) as store:
        one = control_named(store.rounds, name)
        whole = read_items(store.rounds, one, config, settings, model)
        blocked = _of_round(store.rounds.blocks(), one)
    for block in blocked:
        talk.print(f"reporting is blocked: {block}", style="red")
    if blocked or not whole:
        raise typer.Exit(FAILED)


controls.command()(close)
controls.command()(verify)


@controls.command()
def release(
    context: typer.Context,
    name: Name,
    reader: Annotated[str, typer.Option("--reader", metavar="WHO", help="Person or instrument.")],
    by: By,
    reason: Reason,
) -> None:
    """Let a reader's results be reported again after a broken rule; quality managers can."""
    config: Config = context.obj
    with open_records(config) as store:
        one = control_named(store.rounds, name)
        who = manager(config, by)
        block = _block_of(store.rounds, one, reader)
        store.rounds.release(one, Release(block.reader, block.occasion, who, reason, utc_now()))
    data.print(f"{block.reader}: released up to occasion {block.occasion} of {one.name}")


def _block_of(records: RoundRecords, one: Round, reader: str) -> Block:
    blocked = _of_round(records.blocks(), one)
    for block in blocked:
        if reader.strip() in (block.reader.name, str(block.reader)):
            return block
    held = ", ".join(str(block.reader) for block in blocked) or "nobody"
    raise UsageError(f"--reader {reader}: {one.name} blocks {held}")


def _of_round(blocked: tuple[Block, ...], one: Round) -> list[Block]:
    return [block for block in blocked if block.round_name == one.name]


def control_named(records: RoundRecords, name: str) -> Round:
    """Return a control programme.

    Raises:
        RoundError: If there is none of this name.
        UsageError: If it is a round that is read once.
    """
    one = records.named(name)
    if not one.is_control:
        raise UsageError(f"{one.name} is read once; use motiscope eqa round")
    return one
