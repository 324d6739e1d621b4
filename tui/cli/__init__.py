"""The command line: everything that motiscope does, without a screen.

Data goes to standard output, talk to standard error. Exit codes: 0 done, 1 failed, 2 wrong use.
"""

from tui.cli.main import main

__all__ = ["main"]
