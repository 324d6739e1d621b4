"""The name of a file: as text, and as it is typed."""

from contextlib import suppress
from pathlib import Path


def in_utf_8(name: str) -> str:
    r"""Return a name as text that can be stored and drawn.

    A name may hold bytes that are no UTF-8; they become visible text, such as \udce9.
    """
    return name.encode("utf-8", "backslashreplace").decode()


def with_home(path: Path) -> Path:
    """Return a path with the home folder in place of ~; as it is where nobody is called so."""
    with suppress(RuntimeError):
        return path.expanduser()
    return path
