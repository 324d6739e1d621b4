"""The operator's hand on an examination without a screen: the enter key."""

import sys
import threading
from collections.abc import Callable
from typing import TextIO


def confirmed_by_enter(
    confirm: Callable[[], None], gone: Callable[[], None], lines: TextIO | None = None
) -> None:
    """Call a function at every line that comes from the terminal, and another when it is closed.

    Args:
        confirm: Safe to call in any thread.
        gone: As safe; from then on nobody can confirm.
        lines: Where they come from, standard input unless stated.
    """
    source = sys.stdin if lines is None else lines

    def listen() -> None:
        for _ in source:
            confirm()
        gone()

    # A read from the terminal cannot be ended, so the program does not wait for it.
    threading.Thread(target=listen, name="enter key", daemon=True).start()
