"""The command line: everything that motiscope does, without a screen.

Data goes to standard output, talk to standard error. Exit codes: 0 done, 1 failed, 2 wrong use.
"""

import sys
from importlib import import_module
from io import TextIOWrapper

INTERRUPTED = 130


def begin() -> None:
    """Load and run the command line; an interrupt while it is loaded is told in one line, too.

    Where the terminal cannot show a character, it shows a question mark in its place.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        command_line = import_module("tui.cli.main")
    except KeyboardInterrupt:
        print("motiscope: stopped before it began", file=sys.stderr)
        sys.exit(INTERRUPTED)
    command_line.main()
