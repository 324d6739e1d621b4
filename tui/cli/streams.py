"""Standard input, output and error: whoever starts the program may have closed them."""

import os
import sys
from io import TextIOWrapper
from pathlib import Path


def prepare() -> bool:
    """Make the streams such that nothing is lost or broken by what is printed.

    What was closed leads nowhere: else the next file that is opened, a clip or the database, would
    get its number, and what a library prints. Where a terminal cannot show a character, it shows a
    question mark in its place.

    Returns:
        Whether there is a standard output.
    """
    has_output = sys.stdout is not None
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - it stays open
            setattr(sys, name, nowhere)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    return has_output


def finish() -> None:
    """Hand out what is left; where that fails it was told, and Python need not tell it again."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
