"""Talking to people on standard error, and handing data out on standard output."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

# A table in a file or a pipe need not fit a terminal.
WIDTH_IN_FILES = 140
# Labels and paths are shown as they are: "[/x]" is a name here, not markup. Lines are not folded,
# for commands and paths in them are copied.
talk = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
data = Console(
    highlight=False,
    markup=False,
    soft_wrap=True,
    width=None if sys.stdout.isatty() else WIDTH_IN_FILES,
)


class UsageError(Exception):
    """The command was called with something that cannot be right; one line says what."""


def say_error(text: str) -> None:
    """Tell an error in one line."""
    print(f"motiscope: {' '.join(text.split())}", file=sys.stderr)


def print_json(document: object) -> None:
    """Hand a document to a machine."""
    print(json.dumps(document, indent=2, ensure_ascii=False))


@contextmanager
def progress_bar(what: str, unit: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show a bar on standard error; the yielded function takes what is done and what there is."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=talk, transient=True) as progress:
        task = progress.add_task(what, total=None)

        def advance(done: int, total: int | None) -> None:
            progress.update(task, completed=done, total=total)

        yield advance
