"""`motiscope eqa round`: proficiency rounds, read blind and scored when they are closed."""

import secrets
from typing import Annotated

import typer
from rich.table import Table

from qc.eqa.reference_set import open_set
from qc.eqa.rounds.making import check_name, round_of
from qc.eqa.rounds.order import readers_of, standing
from qc.eqa.rounds.values import Closing, Round, Schedule
from qc.eqa.scoring.wording import many
from qc.plan import LARGEST_SEED
from qc.records.rounds import RoundRecords
from qc.records.values import utc_now
from tui.assembly import open_records
from tui.cli.console import UsageError, data, progress_bar, talk
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
from tui.cli.eqa.score import scoring_rules
from tui.cli.typed import kept_line
from tui.config import Config
from tui.rights import why_not

FAILED = 1
rounds = typer.Typer(
    help="Rounds: a set that people and motiscope read blind, scored when it is closed.",
    no_args_is_help=True,
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The round's name.")]
By = Annotated[str, typer.Option("--by", metavar="WHO", callback=kept_line, help="Who does this.")]
Reason = Annotated[
    str, typer.Option("--reason", metavar="TEXT", callback=kept_line, help="Why; it is kept.")
]
OrderSeed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        min=0,
        max=LARGEST_SEED,
        help="Of the readers' orders; drawn if left out.",
        show_default=False,
    ),
]


@rounds.command()
def create(
    context: typer.Context,
    name: Name,
    folder: Folder,
    by: By,
    sigma: Sigmas = None,
    u_assigned: Uncertainty = 0.0,
    seed: OrderSeed = None,
) -> None:
    """Make a round of a set's videos and assigned values, for everyone to read once."""
    with open_records(context.obj) as store:
        made = make_round(store.rounds, name, folder, by, sigma, u_assigned, seed, None)
    data.print(f"{made.name}: {many(len(made.items), 'video')} of {made.source}")


def make_round(
    records: RoundRecords,
    name: str,
    folder: Folder,
    by: str,
    sigma: list[str] | None,
    u_assigned: float,
    seed: int | None,
    schedule: Schedule | None,
) -> Round:
    """Make a round from the options of a command, and store it.

    Raises:
        RoundError: If the round cannot be so.
        SetError: If the set cannot be read.
        StoreError: If it cannot be stored.
    """
    title = check_name(name)
    rules = scoring_rules(sigma, u_assigned, seed=0)
    reference = open_set(folder)
    for fault in reference.faults:
        talk.print(fault, style="yellow")
    with progress_bar("hashing", "videos") as progress:
        made = round_of(
            reference,
            title,
            created_by=by,
            created_utc=utc_now(),
            seed=secrets.randbelow(2**31) if seed is None else seed,
            given_sigma=rules.given_sigma,
            standard_uncertainty=rules.standard_uncertainty,
            schedule=schedule,
            progress=progress,
        )
    records.add(made)
    return made


@rounds.command("list")
def list_rounds(context: typer.Context) -> None:
    """List the rounds, and how far everyone has come."""
    with open_records(context.obj) as store:
        every = [one for one in store.rounds.all() if not one.is_control]
        tables = [_progress(store.rounds, one) for one in every]
    if not every:
        talk.print("no rounds yet: begin with motiscope eqa round create")
    for table in tables:
        data.print(table)


def _progress(records: RoundRecords, one: Round) -> Table:
    state = "open" if one.closed is None else f"closed by {one.closed.by}: {one.closed.reason}"
    table = Table("reader", "read", title=f"{one.name} ({state})", title_justify="left")
    readings = [signed.reading for signed in records.readings(one.round_id)]
    for reader in readers_of(readings):
        now = standing(one, reader, readings, utc_now())
        table.add_row(str(reader), f"{now.read} of {now.of}")
    if not readings:
        table.add_row("nobody yet", f"0 of {len(one.items)}")
    return table


@rounds.command("run")
def run_round(
    context: typer.Context,
    name: Name,
    um_per_px: UmPerPx = None,
    division_um: DivisionUm = 10.0,
    model: ModelCard = None,
) -> None:
    """Let motiscope read every video of a round that it has not read, and sign the readings.

    Ends with 0 if every video was read, with 1 if one was left out.
    """
    config: Config = context.obj
    settings = reader_settings(um_per_px, division_um)
    with open_records(config) as store:
        one = round_named(store.rounds, name)
        whole = read_items(store.rounds, one, config, settings, model)
    if not whole:
        raise typer.Exit(FAILED)


@rounds.command()
def close(context: typer.Context, name: Name, by: By, reason: Reason) -> None:
    """End a round or a control programme: nobody reads it any more, and its values are shown."""
    config: Config = context.obj
    with open_records(config) as store:
        one = store.rounds.named(name)
        closing = Closing(manager(config, by), reason, utc_now())
        blocked = [block for block in store.rounds.blocks() if block.round_name == one.name]
        store.rounds.close(one, closing)
    data.print(f"{one.name} is closed")
    for block in blocked:
        talk.print(f"its block of {block.reader} ends with it: {block}", style="yellow")


@rounds.command()
def verify(context: typer.Context, name: Name) -> None:
    """Check every seal of a round or a control programme, and what the audit trail says of it."""
    with open_records(context.obj) as store:
        one = store.rounds.named(name)
        signed = store.rounds.readings(one.round_id)
        faults = store.rounds.faults(one)
    for line in faults:
        talk.print(line, style="red")
    if faults:
        raise typer.Exit(FAILED)
    data.print(f"{one.name}: {many(len(signed), 'reading')}, every seal fits")


def round_named(records: RoundRecords, name: str) -> Round:
    """Return a round that is read once.

    Raises:
        RoundError: If there is none of this name.
        UsageError: If it is a control programme.
    """
    one = records.named(name)
    if one.is_control:
        raise UsageError(f"{one.name} is a control programme; use motiscope eqa control")
    return one


def manager(config: Config, by: str) -> str:
    """Return who closes or releases, if that person has the right to.

    Raises:
        UsageError: If not.
    """
    if refusal := why_not(config.managers, by):
        raise UsageError(refusal)
    return by
