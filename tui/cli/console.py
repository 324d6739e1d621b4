"""Talking to people on standard error, and handing data out on standard output."""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from qc.new_file import renewed_file

# A table in a file or a pipe need not fit a terminal.
WIDTH_IN_FILES = 140
# Labels and paths are shown as they are: "[/x]" is a name here, not markup. Lines are not folded,
# for commands and paths in them are copied. ":x:" in a reason is no picture of a cross.
talk = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)
data = Console(
    highlight=False,
    markup=False,
    emoji=False,
    soft_wrap=True,
    width=None if sys.stdout.isatty() else WIDTH_IN_FILES,
)


# As Python holds them in a name.
_NO_UTF_8 = re.compile("[\ud800-\udfff]")


class UsageError(Exception):
    """The command was called with something that cannot be right; one line says what."""


def say_error(text: str) -> None:
    """Tell an error in one line."""
    print(f"motiscope: {' '.join(text.split())}", file=sys.stderr)


def print_json(document: object) -> None:
    """Hand a document to a machine."""
    print(as_json(document))


def write_json(document: object, file: Path) -> None:
    """Hand a document to a machine in a file.

    Raises:
        OSError: If it cannot be written.
    """
    with writing(file) as part:
        part.write_text(as_json(document) + "\n", encoding="utf-8")


def as_json(document: object) -> str:
    r"""Return a document as JSON that every program reads.

    Bytes of a file's name that are no UTF-8 become visible text, such as \udce9.
    """
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return _NO_UTF_8.sub(lambda found: rf"\\u{ord(found[0]):04x}", text)


def check_target(
    target: Path,
    *,
    source: Path | None = None,
    replaces: Callable[[Path], bool] = lambda _: False,
) -> None:
    """Refuse, before the work begins, a file that could not be written after it.

    Args:
        target: The file to be written.
        source: What is read, a file or a folder of images, which must stay.
        replaces: Whether a file that is there already may be replaced; none, if left out.

    Raises:
        UsageError: If its folder is missing, it is a folder itself, it must not be replaced, or
            this user may not write there.
    """
    _check_place(target)
    if source is not None and _is_part_of(target, source):
        raise UsageError(f"{target} is read for this: give the name of another file to write")
    if target.exists() and not replaces(target):
        raise UsageError(f"{target} is there already; name a new file, or remove it first")
    needed = (target,) if _is_device(target) else (target, target.parent)
    if any(one.exists() and not os.access(one, os.W_OK) for one in needed):
        raise UsageError(f"{target}: you may not write there; name another file")


def check_apart(*targets: Path | None) -> None:
    """Refuse, before the work begins, one file for two results, however its name is spelt.

    Args:
        targets: The files to be written; None and "-" are none.

    Raises:
        UsageError: If two are the same.
    """
    files = [one for one in targets if one is not None and str(one) != "-"]
    names = [os.path.normcase(os.path.realpath(one)) for one in files]
    for place, file in enumerate(files):
        if names[place] in names[:place]:
            raise UsageError(f"{file} is given for two results, which need a file each")


def _check_place(target: Path) -> None:
    """Refuse what can be no file."""
    if str(target) == "-":
        raise UsageError("only --json can be printed (-): give the name of a file to write")
    if not target.parent.is_dir():
        wrong = "is no folder" if target.parent.exists() else "does not exist"
        raise UsageError(f"{target}: the folder {target.parent} {wrong}")
    if target.is_dir():
        raise UsageError(f"{target} is a folder: give the name of a file to write")
    if target.is_symlink() and not target.exists():
        raise UsageError(f"{target} is a link to {target.readlink()}, which is gone: remove it")


def _is_device(target: Path) -> bool:
    """Tell whether it is something to write to that is no file, such as a pipe."""
    return target.exists() and not target.is_file()


def _is_part_of(target: Path, source: Path) -> bool:
    """Tell whether a file is what is read, by whatever name, or lies in a folder of images."""
    return any(one.exists() and one.samefile(source) for one in (target, target.parent))


@contextmanager
def writing(target: Path) -> Iterator[Path]:
    """Yield where to write a file that has its name once it is whole.

    Raises:
        OSError: If it cannot be written; it names the file, and the one before is as it was.
    """
    try:
        with renewed_file(target) as part:
            yield part
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(target)) from error


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
