"""The command line: everything that motiscope does, without a screen.

Data goes to standard output, talk to standard error. Exit codes: 0 done, 1 failed, 2 wrong use.
"""

import sys
from importlib import import_module

from tui.cli.streams import prepare

FAILED, INTERRUPTED = 1, 130


def begin() -> None:
    """Load and run the command line; an interrupt while it is loaded is told in one line, too."""
    if not prepare():
        print("motiscope: standard output is closed; send it to a file or a pipe", file=sys.stderr)
        sys.exit(FAILED)
    try:
        command_line = import_module("tui.cli.main")
    except KeyboardInterrupt:
        print("motiscope: stopped before it began", file=sys.stderr)
        sys.exit(INTERRUPTED)
    command_line.main()
