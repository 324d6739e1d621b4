"""A line of text that a person types and that is kept: who, why, how something is called."""


def fault_of(text: str, missing: str) -> str:
    """Say what is wrong with a typed line; empty where nothing is.

    What cannot be seen is refused, for it would be shown again in terminals, tables and reports:
    line breaks, control characters, and bytes that are no UTF-8, which no database keeps.

    Args:
        text: What was typed.
        missing: What to say where nothing was.
    """
    if not text.strip():
        return missing
    odd = next((each for each in text.strip() if not each.isprintable()), None)
    return "" if odd is None else f"holds {odd!r}: give one line of text, in UTF-8"
