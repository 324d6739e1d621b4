"""Options whose text is kept."""

import typer

from tui.cli.console import UsageError
from tui.typed import fault_of


def kept_line(parameter: typer.CallbackParam, text: str | None) -> str | None:
    """Return the text of an option without the spaces around it; None where it was left out.

    Raises:
        UsageError: If it says nothing, or is not one line that can be seen.
    """
    if text is None:
        return None
    if fault := fault_of(text, "give a line of text; it is kept"):
        raise UsageError(f"{parameter.opts[0]}: {fault}")
    return text.strip()
