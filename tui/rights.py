"""Who may close a round, and release results after a broken rule."""

from collections.abc import Sequence


def why_not(managers: Sequence[str], who: str) -> str:
    """Say in one line why someone may not; nothing where that person may.

    Args:
        managers: Who may, by the setting `managers`.
        who: Who wants to.
    """
    if not managers:
        return (
            "nobody has the right to do this yet: name the quality managers in the setting "
            'managers, such as managers = ["Quinn"]'
        )
    if who not in managers:
        return f"{who} is no quality manager; those are {', '.join(managers)}"
    return ""
