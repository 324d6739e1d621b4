"""`motiscope sessions` and `motiscope export`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from qc.records.exports import session_csv, session_json, write_export
from qc.reporting import check_may_report
from tui.assembly import open_records
from tui.cli.console import check_target, data, print_json, talk
from tui.cli.examine import find_session
from tui.config import Config


class Format(StrEnum):
    """What a session is written as."""

    CSV = "csv"
    JSON = "json"


def sessions(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
) -> None:
    """List the sessions, newest first."""
    config: Config = context.obj
    with open_records(config) as store:
        found = store.sessions()
    if as_json:
        print_json(
            [
                {
                    "session": str(one.session_id),
                    "sample": one.sample,
                    "operator": one.operator,
                    "state": one.state.value,
                    "begun_utc": one.begun_utc.isoformat(),
                    "fields": one.fields,
                    "counted": one.counted.total,
                }
                for one in found
            ]
        )
        return
    if not found:
        where = config.home
        talk.print(f"no sessions yet in {where}: begin with motiscope demo or motiscope examine")
        return
    table = Table("session", "begun (UTC)", "sample", "operator", "state", "fields", "cells")
    for one in found:
        table.add_row(
            str(one.session_id)[:8],
            f"{one.begun_utc:%Y-%m-%d %H:%M}",
            one.sample,
            one.operator,
            one.state.value,
            str(one.fields),
            str(one.counted.total),
        )
    data.print(table)


def export(
    context: typer.Context,
    session: Annotated[str, typer.Argument(help="Key of a session, or the beginning of it.")],
    to: Annotated[Format, typer.Option(help="csv: one row a field; json: everything.")],
    file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A new file; standard output if left out, or of -."),
    ] = None,
) -> None:
    """Hand a session on as CSV or JSON."""
    config: Config = context.obj
    target = None if str(file) == "-" else file
    if target is not None:
        check_target(target)
    with open_records(config) as store:
        record = find_session(store, session)
        check_may_report(store, record, config.instrument)
    text = session_csv(record) if to is Format.CSV else session_json(record)
    if target is None:
        print(text, end="")
        return
    write_export(text, target)
    talk.print(f"wrote {target}")
